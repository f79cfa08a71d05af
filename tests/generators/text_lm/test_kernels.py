"""Kernels compute what their formulas say, in float64, of numbers in bfloat16 and in float32."""

import pytest
import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from generators.builtin.text_lm.decoding import kernels
from generators.builtin.text_lm.decoding.attention import Own
from generators.builtin.text_lm.decoding.blocks import BLOCK, Blocks, Prefix, Shape
from generators.builtin.text_lm.decoding.kernels import Kernels, PrefixRows, Rows
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write
from generators.builtin.text_lm.language_model import LanguageModel, load_anew
from generators.builtin.text_lm.light import Light

HEADS, REP, WIDTH = 2, 1, 32


@pytest.fixture(scope="module", params=[torch.bfloat16, torch.float32], ids=str)
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    """Return the type of the numbers."""
    found: torch.dtype = request.param
    return found


@pytest.fixture(scope="module")
def compiled(dtype: torch.dtype) -> Kernels:
    """Return the kernels of the tiny network's heads."""
    found = kernels.compiled(HEADS, REP, WIDTH, dtype)
    if found is None:
        pytest.skip("this machine has no C compiler")
    return found


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def close(found: Tensor, expected: Tensor) -> bool:
    """Return whether numbers are as near as their type can say them."""
    rough = found.dtype == torch.bfloat16
    return torch.allclose(
        found.double(), expected, rtol=2**-8 if rough else 2**-18, atol=2**-12 if rough else 2**-20
    )


def test_normalising_adds_first_and_divides_by_the_root_mean_square(
    compiled: Kernels, dtype: torch.dtype
) -> None:
    hidden, added, weight = (
        torch.randn(3, 64).to(dtype),
        torch.randn(3, 64).to(dtype),
        torch.randn(64).to(dtype),
    )
    whole = (hidden.double() + added.double()).to(dtype)
    out = torch.empty_like(hidden)
    compiled.normalise(hidden, added, weight, out, 1e-5)
    assert torch.equal(hidden, whole)
    scale = (whole.double().square().mean(-1, keepdim=True) + 1e-5).rsqrt()
    assert close(out, whole.double() * scale * weight.double())


def test_gates_are_their_sigmoid_times_themselves(compiled: Kernels, dtype: torch.dtype) -> None:
    gates = torch.tensor([-torch.inf, -200.0, -3.0, 0.0, 0.5, 3.0, 90.0, 200.0]).repeat(8).to(dtype)
    ups = torch.randn(64).to(dtype)
    expected = gates.double().clamp(min=-1e3)
    expected = expected * expected.sigmoid() * ups.double()
    found = compiled.gate(gates.clone(), ups)
    finite = gates.isfinite()
    assert close(found[finite], expected[finite])


def test_heads_are_turned_by_their_positions(compiled: Kernels, dtype: torch.dtype) -> None:
    numbers, angles = torch.randn(3, HEADS, WIDTH).to(dtype), torch.rand(3, WIDTH // 2) * 100
    first, second = numbers.double().chunk(2, -1)
    c, s = angles.double().cos()[:, None], angles.double().sin()[:, None]
    expected = torch.cat([first * c - second * s, second * c + first * s], -1) / 4
    compiled.turn(numbers, angles.cos(), angles.sin(), 0.25)
    assert close(numbers, expected)


def test_attention_is_the_softmax_over_root_and_own_part(compiled: Kernels, dtype: torch.dtype) -> None:
    shape = Shape(2, HEADS, WIDTH, dtype, torch.device("cpu"))
    kept, root = Blocks(shape, 8 * shape.block_bytes), Prefix((0,) * 2 * BLOCK, shape)
    texts = [
        Own(root, [kept.take(), kept.take()], BLOCK + 6),
        Own(root, [kept.take()], 0),
        Own(None, [kept.take()], BLOCK - 1),
    ]
    for numbers in (root.keys, root.values, kept.keys, kept.values):
        numbers.normal_()
    queries, keys, values = (torch.randn(3, HEADS, WIDTH).to(dtype) for _ in range(3))
    out = torch.empty_like(queries)
    Rows(compiled, kept, 0, texts).attend(1, queries, keys, values, out)
    for row, text in enumerate(texts):
        own_keys = torch.cat([kept.keys[1, block].transpose(1, 2) for block in text.blocks], 1)[
            :, : text.place + 1
        ]
        own_values = torch.cat([kept.values[1, block] for block in text.blocks], 1)[:, : text.place + 1]
        assert torch.equal(own_keys[:, -1], keys[row])
        assert torch.equal(own_values[:, -1], values[row])
        if text.root is not None:
            own_keys = torch.cat([text.root.keys[1], own_keys], 1)
            own_values = torch.cat([text.root.values[1], own_values], 1)
        shares = torch.einsum("hw,htw->ht", queries[row].double(), own_keys.double()).softmax(-1)
        assert close(out[row], torch.einsum("ht,htw->hw", shares, own_values.double()))


def test_logits_are_widened_with_the_logarithm_of_their_sum(compiled: Kernels, dtype: torch.dtype) -> None:
    logits = (torch.randn(3, 100) * 10).to(dtype)
    logits[1, 7], logits[2, 99] = -torch.inf, torch.nan
    wide, wholes = compiled.widen_logits(logits)
    assert torch.equal(wide.nan_to_num(1e9), logits.float().nan_to_num(1e9))
    assert wholes[:2] == pytest.approx(logits[:2].double().logsumexp(-1).tolist(), abs=1e-5)
    assert wholes[2] != wholes[2]


def test_a_prefix_is_read_as_a_text_of_ones_own(compiled: Kernels, dtype: torch.dtype) -> None:
    shape = Shape(2, HEADS, WIDTH, dtype, torch.device("cpu"))
    prefix, kept = Prefix((0,) * 2 * BLOCK, shape), Blocks(shape, 2 * shape.block_bytes)
    blocks, count = [kept.take(), kept.take()], 2 * BLOCK
    queries, keys, values = (torch.randn(count, HEADS, WIDTH).to(dtype) for _ in range(3))
    expected, found = torch.empty_like(queries), torch.empty_like(queries)
    own = Rows(compiled, kept, 0, [Own(None, blocks, place) for place in range(count)])
    own.attend(1, queries, keys, values, expected)
    for begin in (0, BLOCK):
        part = slice(begin, begin + BLOCK)
        stretch = PrefixRows(compiled, shape, begin, prefix, begin, BLOCK)
        stretch.attend(1, queries[part], keys[part], values[part], found[part])
    assert torch.equal(found, expected)
    assert torch.equal(prefix.keys[1], keys.transpose(0, 1))
    assert torch.equal(prefix.values[1], values.transpose(0, 1))


def test_light_layers_write_what_transformers_network_writes(language_model: LanguageModel) -> None:
    light = load_anew(language_model.folder, "cpu")
    assert isinstance(light.network, Light)
    assert light.vocabulary is load_anew(language_model.folder, "cpu").vocabulary, "read once"
    own = LanguageModel(
        Light(language_model.folder, torch.float32),
        light.tokenizer,
        light.folder,
        light.device,
        light.vocabulary,
    )
    request = Request(prompt=[*range(5, 40)], max_tokens=12, stop_ids=frozenset())
    (text,), (expected,) = write(own, [request]), write(language_model, [request])
    assert text.ids == expected.ids
    assert isinstance(own.network.whole, LlamaForCausalLM)
