"""Products in float32, compiled from products.c: quicker than those of torch's libraries where a text is a row."""

import ctypes
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.compiling import library, typed

_SOURCE = Path(__file__).with_name("products.c")


class Products:
    """Calls of the compiled library, during which other threads of Python go on.

    Args:
        compiled: What `library` made of products.c.
    """

    def __init__(self, compiled: ctypes.CDLL) -> None:
        address, count, number = ctypes.c_void_p, ctypes.c_long, ctypes.c_int
        self.multiply = typed(compiled.product, None, *[address] * 4, *[count] * 3, number, number)
        self._packed_width = typed(compiled.packed_width, count, count)
        self._pack_halves = typed(compiled.pack_halves, None, address, address, count, count)
        self._pack_floats = typed(compiled.pack_floats, None, address, address, count, count)
        self._narrowed = typed(compiled.narrowed, number, address, address, count)

    def pack(self, weight: Tensor) -> Tensor:
        """Return the weights of a layer in panels: in bfloat16 where that can hold all of them, else in float32.

        Args:
            weight: In float32 or bfloat16, shape (width, depth).
        """
        weight = weight.detach().contiguous()
        if weight.dtype == torch.float32:
            narrow = torch.empty_like(weight, dtype=torch.bfloat16)
            if self._narrowed(weight.data_ptr(), narrow.data_ptr(), weight.numel()):
                weight = narrow
        width, depth = weight.shape
        found = weight.new_empty(self._packed_width(width) * depth)
        pack = self._pack_halves if weight.dtype == torch.bfloat16 else self._pack_floats
        pack(weight.data_ptr(), found.data_ptr(), depth, width)
        return found

    def product(self, x: Tensor, packed: Tensor, bias: Tensor | None, width: int) -> Tensor:
        """Return x @ weight.T + bias in float32, shape (..., width).

        A row has the same bits among any number of rows, and with any number of threads.

        Args:
            x: In float32, shape (..., depth).
            packed: What `pack` returned.
            bias: In float32, shape (width,), or None.
            width: Of the result.
        """
        x = x.contiguous()
        depth = x.shape[-1]
        out = x.new_empty((*x.shape[:-1], width))
        self.multiply(
            x.data_ptr(),
            packed.data_ptr(),
            None if bias is None else bias.data_ptr(),
            out.data_ptr(),
            x.numel() // depth,
            depth,
            width,
            packed.dtype == torch.bfloat16,
            torch.get_num_threads(),
        )
        return out


@cache
def products() -> Products | None:
    """Return what multiplies in float32 on this machine; None where nothing here compiles it."""
    found = library(_SOURCE, wanted=("-fopenmp",))
    return None if found is None else Products(found)
