"""Products in integers of 16 bits, compiled from integers.c: half as quick again as in float32, nearly as exact."""

import ctypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import pad

from generators.builtin.text_lm.decoding.compiling import described_processor, library, typed

_SOURCE = Path(__file__).with_name("integers.c")
_PANEL = 16


@dataclass(frozen=True, slots=True)
class Narrow:
    """The weights of a layer in integers.

    Attributes:
        numbers: In panels of outputs, both width and depth filled up with zeros.
        scales: What 1 stands for, for each output.
    """

    numbers: Tensor
    scales: Tensor


class Integers:
    """Calls of the compiled library, during which other threads of Python go on.

    Args:
        compiled: What `library` made of integers.c.

    Attributes:
        name: Of source, compiler and processor.
    """

    def __init__(self, compiled: ctypes.CDLL) -> None:
        address, count, number = ctypes.c_void_p, ctypes.c_long, ctypes.c_int
        self.name = Path(compiled._name).stem
        self._multiply = typed(compiled.product, None, *[address] * 7, *[count] * 3, number)
        self._pack = typed(compiled.pack, number, address, number, address, address, *[count] * 3)

    def pack(self, weight: Tensor) -> Narrow | None:
        """Return the weights of a layer in panels of integers; None where one of them is not finite.

        Args:
            weight: In float32 or bfloat16, shape (width, depth).
        """
        weight = weight.detach().contiguous()
        width, depth = weight.shape
        kept = _filled(depth)
        numbers = torch.zeros(_filled(width) * kept, dtype=torch.int16)
        scales = torch.zeros(_filled(width))
        halves = weight.dtype == torch.bfloat16
        finite = self._pack(
            weight.data_ptr(), halves, numbers.data_ptr(), scales.data_ptr(), depth, kept, width
        )
        return Narrow(numbers, scales) if finite else None

    def product(self, x: Tensor, packed: Narrow, bias: Tensor | None, width: int) -> Tensor:
        """Return x @ weight.T + bias in float32, shape (..., width).

        Each row is rounded to 16 bits of its own scale, so that an output is off by less than 0.01 % of the lengths of
        its row and its weights. A row has the same bits among any number of rows, and with any number of threads.
        Where a number of it is not finite, nor is what it gives.

        Args:
            x: In float32, shape (..., depth).
            packed: What `pack` returned.
            bias: In float32, shape (width,), or None.
            width: Of the result.
        """
        out = x.new_empty((*x.shape[:-1], width))
        rows, depth = x.numel() // x.shape[-1], _filled(x.shape[-1])
        x = (x if depth == x.shape[-1] else pad(x, (0, depth - x.shape[-1]))).contiguous()
        room, units = torch.empty(rows * depth, dtype=torch.int16), torch.empty(rows)
        bias = None if bias is None else pad(bias, (0, _filled(width) - width))
        self._multiply(
            x.data_ptr(),
            room.data_ptr(),
            units.data_ptr(),
            packed.numbers.data_ptr(),
            packed.scales.data_ptr(),
            None if bias is None else bias.data_ptr(),
            out.data_ptr(),
            rows,
            depth,
            width,
            torch.get_num_threads(),
        )
        return out


def _filled(count: int) -> int:
    return -(-count // _PANEL) * _PANEL


@cache
def integers() -> Integers | None:
    """Return what multiplies in integers on this machine; None where nothing here compiles it or floats are as quick.

    They are with AVX-512, whose registers hold sixteen floats.
    """
    if not re.search(r"\bavx2\b", told := described_processor()) or re.search(r"\bavx512f\b", told):
        return None
    found = library(_SOURCE, wanted=("-fopenmp",))
    return None if found is None else Integers(found)
