"""Our own products in float32 are those of torch, with the same bits among any number of rows."""

from pathlib import Path

import pytest
import torch

from generators.builtin.text_lm import packing
from generators.builtin.text_lm.decoding import compiling
from generators.builtin.text_lm.decoding.products import Products, products
from generators.builtin.text_lm.packing import CompiledLinear, packed


@pytest.fixture
def own() -> Products:
    """Return what multiplies."""
    found = products()
    if found is None:
        pytest.skip("this machine has no C compiler")
    return found


def layer(depth: int, width: int, *, bias: bool, narrow: bool) -> torch.nn.Linear:
    """Return a layer, with weights that bfloat16 holds or with some that it does not hold."""
    torch.manual_seed(0)
    found = torch.nn.Linear(depth, width, bias=bias).requires_grad_(False)
    if narrow:
        found.weight.data = found.weight.bfloat16().float()
    return found


@pytest.mark.parametrize("narrow", [True, False])
@pytest.mark.parametrize(("depth", "width"), [(576, 192), (300, 64), (32, 50), (1536, 37), (7, 3)])
def test_a_product_is_that_of_float64(own: Products, depth: int, width: int, narrow: bool) -> None:
    plain = layer(depth, width, bias=True, narrow=narrow)
    compiled = packed(plain)
    assert isinstance(compiled, CompiledLinear)
    assert compiled.packed.dtype == (torch.bfloat16 if narrow else torch.float32)
    for rows in (1, 2, 5, 6, 7, 13, 48):
        x = torch.randn(rows, depth)
        expected = torch.nn.functional.linear(x.double(), plain.weight.double(), plain.bias.double())
        assert torch.allclose(compiled(x).double(), expected, rtol=1e-5, atol=2e-5)


@pytest.mark.parametrize("narrow", [True, False])
def test_a_row_has_the_same_bits_among_any_number_and_with_any_threads(own: Products, narrow: bool) -> None:
    compiled = packed(layer(576, 1536, bias=False, narrow=narrow))
    x = torch.randn(64, 576)
    expected = torch.cat([compiled(row[None]) for row in x])
    for threads in (1, 3):
        torch.set_num_threads(threads)
        for rows in range(1, 65):
            assert torch.equal(compiled(x[:rows]), expected[:rows]), (rows, threads)


@pytest.fixture(autouse=True)
def _threads() -> object:
    """Leave the number of threads as it was."""
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def test_leading_dimensions_stay_and_rows_may_lie_apart(own: Products) -> None:
    plain = layer(64, 32, bias=False, narrow=True)
    x = torch.randn(2, 64, 3).transpose(1, 2)
    found = packed(plain)(x)
    assert found.shape == (2, 3, 32)
    assert torch.allclose(found, plain(x), atol=1e-5)


def test_weights_in_bfloat16_are_used_in_float32(own: Products) -> None:
    plain = layer(64, 32, bias=False, narrow=True)
    x = torch.randn(3, 64)
    narrow = torch.nn.Linear(64, 32, bias=False, dtype=torch.bfloat16)
    narrow.weight.data = plain.weight.bfloat16()
    assert torch.equal(packed(narrow, torch.float32)(x), packed(plain)(x))


def test_without_a_compiler_torch_multiplies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "products", lambda: None)
    plain = layer(64, 32, bias=True, narrow=True)
    x = torch.randn(3, 64)
    found = packed(plain)
    assert not isinstance(found, CompiledLinear)
    assert torch.allclose(found(x), plain(x), atol=1e-5)


def test_a_machine_without_a_compiler_has_no_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    source = tmp_path / "one.c"
    source.write_text("int one(void) { return 1; }")
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path))
    monkeypatch.setattr(compiling.shutil, "which", lambda _: None)
    assert compiling.library(source) is None
    monkeypatch.undo()
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path))
    compiling.library.cache_clear()
    found = compiling.library(source, wanted=("-fno-compiler-knows-this",))
    if found is None:
        pytest.skip("this machine has no C compiler")
    assert found.one() == 1
    source.write_text("this is not C")
    compiling.library.cache_clear()
    assert compiling.library(source) is None
    assert "written slower" in caplog.text
