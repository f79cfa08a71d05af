"""Products in integers of 16 bits: near to those of float64, exact in their sums, and left where they do not fit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from generators.builtin.text_lm.decoding import integers as module
from generators.builtin.text_lm.decoding.integers import Integers, Narrow, integers
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write
from generators.builtin.text_lm.language_model import load_anew
from generators.builtin.text_lm.packing import CompiledLinear, packed

OFF = 1e-4
"""Of the lengths of row and weights, at most."""


@pytest.fixture
def own() -> Integers:
    """Return what multiplies."""
    found = integers()
    if found is None:
        pytest.skip("this machine has no C compiler, no AVX2, or AVX-512")
    return found


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    """Leave the number of threads as it was."""
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def product(
    own: Integers, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """Return x @ weight.T + bias."""
    narrow = own.pack(weight)
    assert narrow is not None
    return own.product(x, narrow, bias, len(weight))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize(("depth", "width"), [(576, 192), (300, 64), (32, 50), (1536, 37), (7, 3)])
def test_a_product_is_that_of_float64(own: Integers, depth: int, width: int, dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    weight, bias = torch.randn(width, depth).to(dtype), torch.randn(width)
    for rows in (1, 2, 5, 6, 7, 13, 48, 200):
        x = torch.randn(rows, depth)
        x[0, 0] = 500  # as networks have them at single places
        expected = torch.nn.functional.linear(x.double(), weight.double(), bias.double())
        lengths = x.norm(dim=1, keepdim=True) * weight.float().norm(dim=1)
        assert ((product(own, x, weight, bias) - expected).abs() <= OFF * lengths + 1e-6).all(), rows


def test_the_largest_sums_there_can_be_stay_within_32_bits(own: Integers) -> None:
    for depth in (1, 16, 576, 8192):
        for row in (torch.ones(depth), torch.randn(depth), torch.eye(depth)[0]):
            found = product(own, 1e6 * row[None], row[None])
            assert found.item() == pytest.approx(1e6 * row.square().sum().item(), rel=1e-3)


def test_a_row_has_the_same_bits_among_any_number_and_with_any_threads(own: Integers) -> None:
    weight, x = torch.randn(1536, 576), torch.randn(200, 576)
    expected = torch.cat([product(own, row[None], weight) for row in x])
    for threads in (1, 3):
        torch.set_num_threads(threads)
        for rows in (*range(1, 65), 192, 193, 200):
            assert torch.equal(product(own, x[:rows], weight), expected[:rows]), (rows, threads)


def test_rows_of_zeros_and_of_what_is_no_number_stand_alone(own: Integers) -> None:
    weight, bias, x = torch.randn(20, 40), torch.randn(20), torch.randn(6, 40)
    x[1], x[2], x[3, 0], x[4, 5] = 0, 1e-38, float("nan"), float("inf")
    found = product(own, x, weight, bias)
    assert torch.equal(found[1:3], bias.expand(2, -1))
    assert found[3:5].isnan().all()
    assert torch.equal(found[[0, 5]], product(own, x[[0, 5]], weight, bias))


def test_a_layer_whose_weights_are_no_numbers_multiplies_floats(own: Integers) -> None:
    layer = torch.nn.Linear(32, 16).requires_grad_(False)
    x = torch.randn(2, 32)
    lean = packed(layer, lean=True)
    assert isinstance(lean, CompiledLinear)
    assert isinstance(lean.packed, Narrow)
    layer.weight[3, 3] = float("nan")
    damaged = packed(layer, lean=True)
    assert isinstance(damaged, CompiledLinear)
    assert not isinstance(damaged.packed, Narrow)
    assert damaged(x).isnan().any(0).tolist() == [column == 3 for column in range(16)]


def test_a_language_model_is_lean_unless_a_type_is_asked_for(own: Integers, wide_folder: Path) -> None:
    lean, precise = load_anew(wide_folder, "cpu"), load_anew(wide_folder, "cpu", torch.float32)
    assert isinstance(lean.network.lm_head.packed, Narrow)
    assert not isinstance(precise.network.lm_head.packed, Narrow)
    requests = [
        Request(prompt=lean.encode(f"Lamp {number}"), max_tokens=9, stop_ids=frozenset(), seed=str(number))
        for number in range(5)
    ]
    together = write(lean, requests)
    assert [text.ids for text in write(precise, requests)] == [text.ids for text in together]
    for request, text in zip(requests, together, strict=True):
        (alone,) = write(replace(lean), [request])
        assert (alone.ids, alone.fluency) == (text.ids, text.fluency)


@pytest.mark.parametrize("flags", ["fpu sse2", "fpu avx2 avx512f"])
def test_floats_are_multiplied_where_that_is_as_quick(flags: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "described_processor", lambda: f"flags\t\t: {flags}\n")
    integers.cache_clear()
    try:
        assert integers() is None
    finally:
        integers.cache_clear()
