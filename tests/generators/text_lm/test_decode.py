from dataclasses import replace

import pytest
import torch

from generators.builtin.text_lm.decode import Decoding, decode
from generators.builtin.text_lm.formats import Format, Part
from generators.builtin.text_lm.guard import Guard
from generators.builtin.text_lm.language_model import LanguageModel, load
from generators.builtin.text_lm.packing import PackedLinear
from generators.builtin.text_lm.reply import Reply, draw
from generators.errors import GeneratorError

FORM = Format(
    task="", request="", examples=(), parts=(Part(before="Subject:", max_tokens=12),), closing=" Bye"
)
SEEDS = ["7/0", "7/1", "7/2"]


def replies(
    language_model: LanguageModel, *, temperature: float = 1.0, seeds: list[str] = SEEDS
) -> list[Reply]:
    prompt = language_model.encode("The Harbour rain jacket keeps you dry.")
    guard = Guard(language_model.vocabulary, None)
    return decode(
        language_model,
        prompt,
        [FORM] * len(seeds),
        seeds,
        guard,
        Decoding(temperature=temperature, top_p=1.0),
    )


def test_the_pieces_of_each_row_are_its_text(language_model: LanguageModel) -> None:
    streams = ["", "", ""]

    def collect(row: int, text: str) -> None:
        streams[row] += text

    prompt = language_model.encode("The lamp")
    guard = Guard(language_model.vocabulary, None)
    found = decode(
        language_model, prompt, [FORM] * 3, SEEDS, guard, Decoding(temperature=1.5), on_text=collect
    )
    assert streams == [reply.text for reply in found]
    assert all(text.startswith("Subject:") and text.endswith(" Bye") for text in streams)


@torch.inference_mode()
def test_fluency_is_the_mean_log_probability_of_the_drawn_tokens(language_model: LanguageModel) -> None:
    """One pass over prompt and reply without a cache gives what the loop added up token by token."""
    prompt = language_model.encode("The Harbour rain jacket keeps you dry.")
    fixed = len(language_model.encode("Subject:"))
    for reply in replies(language_model):
        logits = (
            language_model.network(torch.tensor([prompt + reply.ids]), use_cache=False)
            .logits[0]
            .log_softmax(-1)
        )
        drawn = [logits[len(prompt) + i - 1, token].item() for i, token in enumerate(reply.ids) if i >= fixed]
        assert reply.fluency == pytest.approx(sum(drawn) / len(drawn), abs=1e-3)


def test_a_row_does_not_depend_on_its_neighbours(language_model: LanguageModel) -> None:
    together = replies(language_model, seeds=["7/0", "7/1", "7/2", "7/3"])
    assert replies(language_model, seeds=["7/2"])[0].ids == together[2].ids


def test_temperature_zero_takes_the_most_probable_token_whatever_the_seed(
    language_model: LanguageModel,
) -> None:
    assert len({tuple(reply.ids) for reply in replies(language_model, temperature=0)}) == 1


def test_weights_that_are_not_finite_are_refused(language_model: LanguageModel) -> None:
    broken = load(language_model.folder, "cpu", torch.float32, packed=False)
    broken.network.model.norm.weight.data.fill_(float("nan"))
    try:
        with pytest.raises(GeneratorError, match="not finite"):
            replies(broken)
    finally:
        load.cache_clear()


@pytest.mark.parametrize(
    ("position", "index"), [(0.0, 0), (0.49, 0), (0.51, 1), (0.79, 1), (0.81, 2), (0.999, 2)]
)
def test_a_draw_follows_the_probabilities_of_the_nucleus(position: float, index: int) -> None:
    assert draw([0.5, 0.3, 0.2, 0.0], 1.0, position) == index


def test_a_draw_leaves_out_what_is_beyond_top_p() -> None:
    assert {draw([0.5, 0.3, 0.2], 0.6, position / 100) for position in range(100)} == {0, 1}
    assert {draw([0.5, 0.3, 0.2], 0.4, position / 100) for position in range(100)} == {0}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_packed_layers_compute_what_plain_ones_do(dtype: torch.dtype) -> None:
    if dtype == torch.bfloat16 and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("this processor has no bfloat16 kernels")
    linear = torch.nn.Linear(48, 80, dtype=dtype)
    x = torch.randn(3, 5, 48, dtype=dtype)
    torch.testing.assert_close(PackedLinear(linear)(x), linear(x), rtol=2e-2, atol=2e-2)


def test_the_runs_that_a_part_may_not_repeat_are_found(language_model: LanguageModel) -> None:
    reply = Reply(language_model, replace(FORM, parts=(Part(max_tokens=20),)), "0")
    reply.ids = [5, 6, 7, 8, 9, 5, 6, 7]
    reply._drawn = 8
    assert reply.repeating == [8]
