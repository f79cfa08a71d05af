"""Other back ends read what the network itself reads; rules, seeds and company are the decoder's."""

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from torch import Tensor

from generators.builtin.text_lm.back_ends import artifacts, choice
from generators.builtin.text_lm.back_ends.artifacts import ReadsWorse, check_perplexity
from generators.builtin.text_lm.back_ends.choice import Record, Tried, kinds, served
from generators.builtin.text_lm.back_ends.outside import Outside, Stretch
from generators.builtin.text_lm.back_ends.pages import PAGE, Pages
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.texts import Text
from generators.builtin.text_lm.decoding.writing import write, write_each
from generators.builtin.text_lm.evaluate import token_surprise
from generators.builtin.text_lm.language_model import BUILT_IN, LanguageModel
from generators.errors import GeneratorError

COMMON = [7 + number % 300 for number in range(100)]
REQUESTS = [
    Request(
        prompt=[*COMMON, *range(20, 21 + 9 * index)] if index % 4 else [5 + index],
        max_tokens=5 + index % 3,
        stop_ids=frozenset(),
        seed=str(index),
        temperature=index % 2,
    )
    for index in range(9)
]


class Plain(Outside):
    """Reads with the network itself, each text from its beginning, out of pages of tokens."""

    slots = few = 6

    def __init__(self, language_model: LanguageModel) -> None:
        super().__init__(language_model.context_length, 60)
        self._network = language_model.network
        self._pages = Pages(61)
        self._held: dict[int, list[int]] = {}
        self._written: dict[int, int] = {}
        self.read = 0

    def forget(self) -> None:
        self._held.clear()

    def _adopted(self, text: Text) -> int:
        return self._pages.shared(self._held.setdefault(id(text), []), text.request.prompt, text.read)

    def _kept(self, text: Text, before: int) -> None:
        self._pages.keep(self._held[id(text)], text.request.prompt, before, text.read)

    def _released(self, name: int) -> None:
        self._pages.give_back(self._held.pop(name, []))

    def _read(self, stretches: Sequence[Stretch]) -> Tensor:
        found = []
        for stretch in stretches:
            mine = self._held.setdefault(stretch.name, [])
            end = stretch.position + len(stretch.ids)
            self._pages.reach(mine, end)
            for place, token in enumerate(stretch.ids, stretch.position):
                self._written[mine[place // PAGE] * PAGE + place % PAGE] = token
            ids = [self._written[mine[place // PAGE] * PAGE + place % PAGE] for place in range(end)]
            self.read += len(stretch.ids)
            if stretch.wanted:
                found.append(self._network(torch.tensor([ids])).logits[0, -stretch.wanted :].float())
        return torch.cat(found)


def test_texts_over_shared_pages_are_those_of_the_network(language_model: LanguageModel) -> None:
    passes = Plain(language_model)
    found = write(replace(language_model, passes=passes), REQUESTS)
    assert [text.ids for text in found] == [text.ids for text in write(language_model, REQUESTS)]
    alike = [request for request in REQUESTS if len(request.prompt) > len(COMMON)]
    saved = (len(alike) - 1) * (len(COMMON) // PAGE * PAGE)
    everything = sum(len(request.prompt) + request.max_tokens - 1 for request in REQUESTS)
    assert passes.read <= everything - saved, "what prompts begin with is read once"
    assert passes._held == {}
    ids = language_model.encode("The Harbour rain jacket keeps you dry.")
    expected = token_surprise(language_model, "The Harbour rain jacket keeps you dry.")
    torch.testing.assert_close(passes.surprise(ids, language_model.start_id), expected)


def test_a_text_that_is_given_up_leaves_its_pages(language_model: LanguageModel) -> None:
    passes = Plain(language_model)
    own = replace(language_model, passes=passes)
    bulk = write_each(own, [replace(REQUESTS[1], max_tokens=40, seed=str(number)) for number in range(8)])
    next(bulk)
    bulk.close()
    assert len(write(own, REQUESTS[:2])) == 2
    assert passes._held == {}
    with pytest.raises(GeneratorError, match="tokens that are kept"):
        write(own, [replace(REQUESTS[0], prompt=[5] * 1900, max_tokens=100)])


def test_the_oldest_beginning_that_no_text_holds_makes_room() -> None:
    pages, one, other = Pages(3), list[int](), list[int]()
    prompt = list(range(2 * PAGE))
    pages.reach(one, PAGE)
    pages.keep(one, prompt, 0, PAGE)
    assert pages.shared(other, prompt, 0) == PAGE
    assert other == one
    pages.give_back(one)
    pages.give_back(other)
    pages.reach(fresh := [], 2 * PAGE)
    assert sorted(fresh) == [1, 2], "page 0 is nobody's"
    assert pages.shared([], prompt, 0) == 0


def test_a_back_end_that_reads_worse_is_refused(
    language_model: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path))
    monkeypatch.setattr(artifacts, "_texts", lambda: ("It has two pockets.", "Choose it today!"))
    artifacts.folder_of(language_model.folder, None).mkdir(parents=True)

    def worse(ids: Sequence[int]) -> Tensor:
        return token_surprise(language_model, language_model.tokenizer.decode(ids)) + 0.02

    with pytest.raises(ReadsWorse, match="at most 1% more"):
        check_perplexity(language_model.folder, None, "other", worse)
    with pytest.raises(ReadsWorse):
        check_perplexity(language_model.folder, None, "other", lambda ids: torch.zeros(1))  # it is known
    before, after = check_perplexity(language_model.folder, None, "same", lambda ids: worse(ids) - 0.02)
    assert after == pytest.approx(before)


def test_matrices_are_stored_as_the_processor_multiplies_quickest() -> None:
    assert kinds("openvino", "flags : fma avx2 f16c") == ("F16", "Q8_0")
    assert kinds("openvino", "flags : avx2 avx512_vnni") == ("Q8_0", "F16")
    assert kinds("llama.cpp", "flags : avx2") == kinds("openvino", "") == ("Q8_0", "F16")


def test_the_quickest_is_taken_unless_the_gain_is_small(
    language_model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record({}, 10.0, {BUILT_IN: Tried("torch", 100.0), "openvino": Tried("OpenVINO", 105.0)})
    assert record.quickest == BUILT_IN
    quicker = replace(record, tried=record.tried | {"openvino": Tried("OpenVINO", 200.0)})
    assert quicker.quickest == "openvino"
    assert quicker.why == "It was the quickest here: 200 tokens a second, 100 with the built-in one."
    worse = record.tried | {"llama.cpp": Tried("llama.cpp", refused="It reads worse.")}
    monkeypatch.setattr(choice, "measured", lambda _: replace(record, tried=worse))
    monkeypatch.setattr(choice, "installed", lambda: ["openvino", "llama.cpp"])
    monkeypatch.setenv("BRANDKILN_TEXT_BACK_END", "auto")
    kept = served(language_model, None)
    assert (kept.back_end, kept.passes) == (BUILT_IN, None)
    assert kept.back_end_note == (
        "It writes 100 tokens a second here, 105 with openvino, llama.cpp does not serve; another one has to be 1.1 "
        "times as quick."
    )
    monkeypatch.setenv("BRANDKILN_TEXT_BACK_END", "cuda")
    with pytest.raises(GeneratorError, match='is "cuda"'):
        choice.wish()
    monkeypatch.setenv("BRANDKILN_TEXT_BACK_END", "openvino")
    monkeypatch.setattr(choice, "installed", lambda: [])
    with pytest.raises(GeneratorError, match="is not installed here"):
        served(language_model, None)
    monkeypatch.setattr(choice, "installed", lambda: ["openvino"])

    def refuse(*_: object) -> None:
        raise GeneratorError("It reads no such network.")

    monkeypatch.setattr(choice, "opened", refuse)
    assert "It reads no such network." in served(language_model, None).back_end_note


@pytest.mark.parametrize("name", ["openvino", "llama.cpp"])
def test_an_installed_back_end_writes_alone_as_in_company(
    name: str, language_model: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_spec(choice.OUTSIDE[name]):
        pytest.skip(f"{choice.OUTSIDE[name]} is not installed; it comes with an extra of brandkiln")
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path))
    monkeypatch.setenv("BRANDKILN_TEXT_BACK_END", name)
    own = served(language_model, None)
    assert own.back_end_note == "An admin has set it."
    assert own.back_end.startswith(choice.OUTSIDE[name].replace("_", "-"))
    together = write(own, REQUESTS)
    if name == "openvino":
        for index in (0, 1, 6):
            (alone,) = write(own, [REQUESTS[index]])
            assert (alone.ids, alone.fluency) == (together[index].ids, together[index].fluency)
    ((before, after),) = json.loads(next(tmp_path.rglob("perplexity.json")).read_text()).values()
    assert after <= artifacts.WORSE * before
