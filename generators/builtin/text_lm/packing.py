"""Linear layers whose weights are reordered once for the processor's matrix unit."""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from generators.builtin.text_lm.decoding.integers import Integers, integers
from generators.builtin.text_lm.decoding.products import Products, products
from generators.builtin.text_lm.decoding.threads import keep_threads

LEAST_ROWS = 48
"""So few rows in bfloat16 are the measure: a row of more of them is to have the same bits."""
STEP_ROWS = 16
"""Larger numbers of rows are multiples of this, which are as many as a tile of the matrix unit takes."""
_MOST_ROWS = 320
"""Beyond it, as when texts are evaluated, nothing depends on single bits."""


class PackedLinear(nn.Module):
    """A linear layer in oneDNN's own weight layout; the plain weight is given up.

    A plain `nn.Linear` in bfloat16 reorders its weight at every call; for the small batches of decoding that
    takes as long as the product itself (bench/text.py measures both).

    For some numbers of rows oneDNN adds up products in another order. In bfloat16 those of LEAST_ROWS or more that are
    multiples of STEP_ROWS are cut into numbers that it treats as it does LEAST_ROWS, so that the bits of a row do not
    depend on how many there are.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self._shape = linear.in_features, linear.out_features
        self._divides = linear.weight.dtype == torch.bfloat16
        self.packed = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach())
        self.bias = linear.bias

    def forward(self, x: Tensor) -> Tensor:
        """Return x @ weight.T + bias, shape (..., out_features)."""
        width, out = self._shape
        rows = x.numel() // width
        if self._divides and LEAST_ROWS < rows <= _MOST_ROWS and rows % STEP_ROWS == 0:
            size = _rows_at_once(width, out, torch.get_num_threads(), rows)
            if size < rows:
                return self._in_parts(x.reshape(rows, width), size).view(*x.shape[:-1], out)
        return self._product(x)

    def _product(self, x: Tensor) -> Tensor:
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.packed, self.bias, "none", [], "")
        return product

    def _in_parts(self, x: Tensor, size: int) -> Tensor:
        found = x.new_empty((len(x), self._shape[1]))
        for begin in [*range(0, len(x) - size, size), len(x) - size]:  # the last two may overlap
            found[begin : begin + size] = self._product(x[begin : begin + size])
        return found

    def keeps_bits(self, x: Tensor) -> bool:
        """Return whether one product has the bits of products of LEAST_ROWS; x has the shape (rows, in_features)."""
        starts = [*range(0, len(x) - LEAST_ROWS, LEAST_ROWS), len(x) - LEAST_ROWS]
        whole = self._product(x)
        return all(
            torch.equal(whole[begin : begin + LEAST_ROWS], self._product(x[begin : begin + LEAST_ROWS]))
            for begin in starts
        )


@cache
def _rows_at_once(width: int, out: int, threads: int, rows: int) -> int:
    """Return into how large parts so many rows have to be cut: the fewest parts that keep the bits."""
    sizes = (max(LEAST_ROWS, -(-rows // (parts * STEP_ROWS)) * STEP_ROWS) for parts in range(1, rows))
    return next(size for size in sizes if size == LEAST_ROWS or _keeps_bits(width, out, threads, size))


@cache
def _keeps_bits(width: int, out: int, threads: int, rows: int) -> bool:
    """Return whether a layer of this shape treats so many rows as it does LEAST_ROWS.

    Each weight comes a second time with its sign turned, for the same input: what is left of the sum are the errors
    of rounding, of which nearly all bits are others in another order.

    Args:
        width: Numbers that go in.
        out: Numbers that come out.
        threads: With how many of them it is computed, on which the order may depend.
        rows: Of the product.
    """
    generator = torch.Generator().manual_seed(0)
    half = torch.randn((1 + rows, width // 2), generator=generator)
    mixed = torch.randperm(width, generator=generator)
    twice = torch.nn.functional.pad(torch.cat([half, half], 1), (0, width % 2))
    twice[0, width // 2 :] *= -1
    layer = nn.Linear(width, out, bias=False, device="meta")
    numbers = twice[:, mixed].bfloat16()
    layer.weight = nn.Parameter(numbers[:1].expand(out, width).contiguous(), requires_grad=False)
    return PackedLinear(layer).keeps_bits(numbers[1:])


class CompiledLinear(nn.Module):
    """A linear layer in float32, whose weight lies as our own product reads it; the plain weight is given up.

    Each row is computed by itself, so that its bits do not depend on how many there are.

    Args:
        linear: The layer. Its weight may be in bfloat16, and is then used in float32.
        own: What multiplies.
        lean: What multiplies in its place, where the weights allow it.
    """

    def __init__(self, linear: nn.Linear, own: Products, lean: Integers | None = None) -> None:
        super().__init__()
        self._out = linear.out_features
        narrow = None if lean is None else lean.pack(linear.weight)
        self._product = own.product if lean is None or narrow is None else lean.product
        self.packed: Any = own.pack(linear.weight) if narrow is None else narrow
        self.bias = None if linear.bias is None else linear.bias.detach().float()

    def forward(self, x: Tensor) -> Tensor:
        """Return x @ weight.T + bias, shape (..., out_features)."""
        found: Tensor = self._product(x, self.packed, self.bias, self._out)
        return found


def packed(layer: nn.Linear, dtype: torch.dtype | None = None, *, lean: bool = False) -> nn.Module:
    """Return a packed layer where it lies on a CPU and this machine can, else the layer itself.

    Args:
        layer: What is packed.
        dtype: In which it computes, if that is another one than that of its weight.
        lean: Whether it may compute in integers of 16 bits instead of float32, where that is quicker.
    """
    if layer.weight.device.type == "cpu" and (dtype or layer.weight.dtype) == torch.float32:
        if (own := products()) is not None:
            return CompiledLinear(layer, own, integers() if lean else None)
        layer = layer.to(torch.float32)
    can = layer.weight.device.type == "cpu" and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
    return PackedLinear(layer) if can else layer


def pack_linear_layers(network: nn.Module, *, lean: bool = False) -> int:
    """Replace every `nn.Linear` by a packed one where this build of torch can; return how many were replaced.

    Args:
        network: What has such layers.
        lean: See `packed`.
    """
    replaced, threads = 0, torch.get_num_threads()
    keep_threads(1)  # two that reorder weights together take several times as long
    for name, layer in list(network.named_modules()):
        if type(layer) is nn.Linear and (new := packed(layer, lean=lean)) is not layer:
            network.set_submodule(name, new)
            replaced += 1
    keep_threads(threads)  # torch now says 1
    return replaced
