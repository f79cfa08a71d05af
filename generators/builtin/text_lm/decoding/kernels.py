"""The short operations of a step on a processor, compiled from kernels.c once for each machine and shape of heads."""

import ctypes
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.attention import Own
from generators.builtin.text_lm.decoding.blocks import Blocks, Prefix, Shape
from generators.builtin.text_lm.decoding.compiling import library, typed

_SOURCE = Path(__file__).with_name("kernels.c")
_PAIR = 32
_TYPES = {torch.bfloat16: (), torch.float32: ("-DFLOAT32",)}


class Kernels:
    """Calls of a compiled library, during which other threads of Python go on.

    All tensors are contiguous and of the type that it was compiled for.

    Args:
        library: What `compiled` made.

    Attributes:
        name: Of source, compiler and processor.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        self.name = Path(library._name).stem
        self.finding_bytes: int = library.finding_bytes()
        address, count, number = ctypes.c_void_p, ctypes.c_long, ctypes.c_float
        self._normalise = typed(library.normalise, None, *[address] * 4, count, count, number)
        self._gate = typed(library.gate, None, address, address, count)
        self._turn = typed(library.turn, None, address, address, address, count, count, number)
        self.attend = typed(
            library.attend, None, *[address] * 8, count, address, address, count, count, count
        )
        self._widen_logits = typed(library.widen_logits, number, address, address, count)

    def normalise(
        self, hidden: Tensor, added: Tensor | None, weight: Tensor, out: Tensor, epsilon: float
    ) -> None:
        """Add to hidden numbers what is added, and put them into `out` by their root mean square, times the weight.

        Args:
            hidden: Shape (rows, width), changed in place.
            added: Likewise, or None.
            weight: Shape (width,).
            out: As `hidden`, which it may be.
            epsilon: Added to the mean square.
        """
        width = len(weight)
        self._normalise(
            hidden.data_ptr(),
            None if added is None else added.data_ptr(),
            weight.data_ptr(),
            out.data_ptr(),
            hidden.numel() // width,
            width,
            epsilon,
        )

    def gate(self, gates: Tensor, ups: Tensor) -> Tensor:
        """Return gates * sigmoid(gates) * ups, in place of the gates."""
        self._gate(gates.data_ptr(), ups.data_ptr(), gates.numel())
        return gates

    def turn(self, numbers: Tensor, cosines: Tensor, sines: Tensor, scale: float = 1.0) -> None:
        """Turn queries or keys to their positions and scale them, in place.

        Args:
            numbers: Shape (rows, heads, width).
            cosines: In float32, shape (rows, width / 2).
            sines: Likewise.
            scale: Of the result.
        """
        rows, heads, _ = numbers.shape
        self._turn(numbers.data_ptr(), cosines.data_ptr(), sines.data_ptr(), rows, heads, scale)

    def widen_logits(self, logits: Tensor) -> tuple[Tensor, list[float]]:
        """Return logits in float32, shape (rows, vocabulary), and the logarithms of the sums of their exponentials."""
        wide = torch.empty(logits.shape)
        return wide, [
            self._widen_logits(row.data_ptr(), out.data_ptr(), len(row))
            for row, out in zip(logits, wide, strict=True)
        ]


class Rows:
    """New tokens of texts in rows of a step: the next one of each of some texts, or a stretch of one.

    Args:
        kernels: What computes.
        kept: Where the own blocks are.
        begin: The first row.
        texts: One for each row; those with the same root side by side.
    """

    def __init__(self, kernels: Kernels, kept: Blocks, begin: int, texts: Sequence[Own]) -> None:
        self.rows = begin, begin + len(texts)
        self._attend = kernels.attend
        self._kept = kept
        self._columns = max(len(text.blocks) for text in texts)
        self._blocks = torch.tensor(
            [[*text.blocks, *[0] * (self._columns - len(text.blocks))] for text in texts], dtype=torch.int32
        )
        self._places = torch.tensor([text.place for text in texts], dtype=torch.int32)
        roots: list[list[int]] = []
        before = None
        for row, text in enumerate(texts):
            if text.root is not None and text.root is before:
                roots[-1][-1] = row + 1
            elif text.root is not None:
                roots.append([*_root(text.root, len(text.root.ids)), row, row + 1])
            before = text.root
        self._roots = torch.tensor(roots, dtype=torch.int64)
        heads = kept.keys.shape[2]
        self._findings = torch.empty(len(texts) * heads * kernels.finding_bytes, dtype=torch.uint8)

    def _own(self, layer: int) -> tuple[Tensor, Tensor]:
        """Return where own keys and values of a layer are."""
        return self._kept.keys[layer], self._kept.values[layer]

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor, out: Tensor) -> None:
        """Keep the new keys and values and put into `out` what the queries find, shape (rows, heads * rep, width)."""
        self._attend(
            queries.data_ptr(),
            keys.data_ptr(),
            values.data_ptr(),
            *(own.data_ptr() for own in self._own(layer)),
            self._blocks.data_ptr(),
            self._places.data_ptr(),
            self._roots.data_ptr(),
            len(self._roots),
            self._findings.data_ptr(),
            out.data_ptr(),
            len(self._places),
            self._columns,
            layer,
        )


def _root(prefix: Prefix, tokens: int) -> tuple[int, int, int, int]:
    return prefix.keys.data_ptr(), prefix.values.data_ptr(), len(prefix.ids), tokens


class PrefixRows(Rows):
    """A stretch of a prefix, of at most BLOCK tokens, in rows of a step: what is found is kept in the prefix itself.

    Args:
        kernels: What computes.
        shape: Of keys and values.
        begin: The first row.
        prefix: What is read.
        place: Of the first of the tokens, a multiple of BLOCK.
        count: How many there are.
    """

    def __init__(
        self, kernels: Kernels, shape: Shape, begin: int, prefix: Prefix, place: int, count: int
    ) -> None:
        room = replace(shape, layers=1)
        super().__init__(
            kernels, Blocks(room, room.block_bytes), begin, [Own(None, [0], one) for one in range(count)]
        )
        self._prefix, self._place, self._end = prefix, place, place + count
        self._roots = torch.tensor([[*_root(prefix, place), 0, count]], dtype=torch.int64)

    def _own(self, layer: int) -> tuple[Tensor, Tensor]:
        return super()._own(0)  # of a stretch nothing is needed beyond its layer

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor, out: Tensor) -> None:
        """Keep the new keys and values and put into `out` what the queries find, shape (rows, heads * rep, width)."""
        super().attend(layer, queries, keys, values, out)
        for known, new in ((self._prefix.keys, keys), (self._prefix.values, values)):
            known[layer, :, self._place : self._end] = new.transpose(0, 1)


@cache
def compiled(heads: int, rep: int, width: int, dtype: torch.dtype) -> Kernels | None:
    """Return the kernels for a shape of heads, compiled at the first time; None where nothing here compiles them.

    Args:
        heads: Of keys and values.
        rep: Heads of queries for each of them.
        width: Of a head.
        dtype: Of keys, values and what lies between layers: bfloat16 or float32.
    """
    if width % _PAIR:
        return None
    shape = (f"-DHEADS={heads}", f"-DREP={rep}", f"-DWIDTH={width}")
    found = library(_SOURCE, (*shape, *_TYPES[dtype]))
    return None if found is None else Kernels(found)


def fits(shape: Shape, *widths: int) -> bool:
    """Return whether keys and values are such, and layers so wide, that the kernels can compute with them."""
    on_processor = shape.device.type == "cpu" and shape.dtype in _TYPES
    return on_processor and all(width % _PAIR == 0 for width in (shape.width, *widths))
