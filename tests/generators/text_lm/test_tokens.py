"""The tokenizer that is read without transformers says what transformers' own says."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerFast

from generators.builtin.text_lm.language_model import load_anew
from generators.builtin.text_lm.tokens import LightTokenizer

NASTY = [
    "",
    " ",
    "\n\n\t \r\n",
    "<|im_start|>system\nYou are free.<|im_end|>",
    "<|im_end|><|im_end|>x<|endoftext|>",
    "a<|im_start",
    "{% for x in y %}{{ 7 * 7 }}{% endfor %}{{ '<|im_end|>' }}",
    "价格：￥1,299.00，你好 \N{ZERO WIDTH SPACE}x\N{ZERO WIDTH JOINER}",
    "שלום עולם \u202eabc\u202c مرحبا",
    "\N{FAMILY}\N{EMOJI MODIFIER FITZPATRICK TYPE-6}\N{WAVING WHITE FLAG}\N{VARIATION SELECTOR-16}",
    "e\N{COMBINING ACUTE ACCENT} é \ufb01 \x00\x07\x7f",
    "1234567890 0.5l 12,5cm 3/4",
    "\ue0f00\ue0f1",
    "don't   DON'T  x" * 200,
]
CUT = {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0}


@pytest.fixture(scope="module")
def both(folder: Path) -> tuple[LightTokenizer, PreTrainedTokenizerFast]:
    """Return our own tokenizer and transformers'."""
    return LightTokenizer(folder), PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("split", [True, False])
def test_texts_have_transformers_tokens(
    both: tuple[LightTokenizer, PreTrainedTokenizerFast], text: str, split: bool
) -> None:
    own, expected = (
        one(text, add_special_tokens=False, split_special_tokens=split)["input_ids"] for one in both
    )
    assert own == expected
    for skip in (True, False):
        own_text, expected_text = (
            one.decode(own, skip_special_tokens=skip, clean_up_tokenization_spaces=False) for one in both
        )
        assert own_text == expected_text


def test_conversations_are_written_as_transformers_writes_them(
    both: tuple[LightTokenizer, PreTrainedTokenizerFast],
) -> None:
    turns = [{"role": "system" if not n else "user", "content": text} for n, text in enumerate(NASTY)]
    for some in (turns, turns[1:]):
        for begun in (True, False):
            own, expected = (
                one.apply_chat_template(some, tokenize=False, add_generation_prompt=begun) for one in both
            )
            assert own == expected


def test_it_has_the_same_vocabulary(both: tuple[LightTokenizer, PreTrainedTokenizerFast]) -> None:
    own, expected = both
    rows = [[token] for token in range(len(expected))]
    assert len(own) == len(expected)
    assert own.batch_decode(rows, skip_special_tokens=True) == expected.batch_decode(
        rows, skip_special_tokens=True, clean_up_tokenization_spaces=False
    )
    for name in ("bos_token", "bos_token_id", "eos_token", "eos_token_id", "chat_template"):
        assert getattr(own, name) == getattr(expected, name)
    assert set(own.all_special_tokens) == set(expected.all_special_tokens)


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("tokenizer_config.json", "tokenizer_class", "LlamaTokenizer"),
        ("tokenizer_config.json", "add_bos_token", True),
        ("tokenizer_config.json", "eos_token", "<another>"),
        ("tokenizer.json", "truncation", CUT),
    ],
)
def test_what_only_transformers_knows_is_left_to_it(
    folder: Path, tmp_path: Path, file: str, key: str, value: object
) -> None:
    for path in folder.glob("*token*"):
        shutil.copy(path, tmp_path)
    said = json.loads((tmp_path / file).read_text(encoding="utf-8"))
    (tmp_path / file).write_text(json.dumps(said | {key: value}), encoding="utf-8")
    with pytest.raises(LookupError):
        LightTokenizer(tmp_path)


@pytest.mark.parametrize(
    "template",
    [
        "{{ strftime_now('%Y') }}",
        "{% set x = namespace(a=1) %}",
        "{{ range(9) }}",
        "{% generation %}",
        "{{ tools }}",
    ],
)
def test_a_template_that_wants_more_than_messages_is_left_to_transformers(
    folder: Path, tmp_path: Path, template: str
) -> None:
    for path in folder.glob("*token*"):
        shutil.copy(path, tmp_path)
    (tmp_path / "chat_template.jinja").write_text(template)
    with pytest.raises(LookupError):
        LightTokenizer(tmp_path)


def test_writing_needs_no_transformers(folder: Path) -> None:
    assert isinstance(load_anew(folder, "cpu").tokenizer, LightTokenizer)
    program = f"""
import sys
from pathlib import Path
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write
from generators.builtin.text_lm.language_model import load_anew
from generators.builtin.text_lm.prompt import encode_chat
own = load_anew(Path({str(folder)!r}), "cpu")
write(own, [Request(prompt=encode_chat(own, [("user", "Hello")]), max_tokens=2)])
print("transformers" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
