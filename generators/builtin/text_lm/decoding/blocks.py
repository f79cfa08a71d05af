"""Keys and values in blocks of BLOCK tokens, which texts take one after the other as they grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import torch

BLOCK = 32
"""Tokens. Prompts are read and prefixes are shared in whole blocks from their beginning."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What keys and values of one token are."""

    layers: int
    heads: int
    """Of keys and values."""
    width: int
    """Of one head."""
    dtype: torch.dtype
    device: torch.device

    @property
    def token_bytes(self) -> int:
        """What a token takes, in bytes."""
        return 2 * self.layers * self.heads * self.width * self.dtype.itemsize

    @property
    def block_bytes(self) -> int:
        """What a block takes, in bytes."""
        return BLOCK * self.token_bytes


class Prefix:
    """Tokens that begin several prompts, a whole number of blocks, with their keys and values.

    Attributes:
        ids: The tokens.
        keys: Shape (layers, heads, T, width).
        values: Likewise.
        ready: How many of the tokens are read.
        before: A shorter one that is being read; this one takes over from it and goes on.
    """

    def __init__(self, ids: tuple[int, ...], shape: Shape) -> None:
        self.ids = ids
        room = (shape.layers, shape.heads, len(ids), shape.width)
        self.keys = torch.zeros(room, dtype=shape.dtype, device=shape.device)
        self.values = torch.zeros_like(self.keys)
        self.ready = 0
        self.before: Prefix | None = None

    @property
    def is_ready(self) -> bool:
        """Whether all of it is read."""
        return self.ready == len(self.ids)

    def take_over(self, other: "Prefix", count: int) -> None:
        """Copy the first tokens' keys and values, which are the same as those of another prefix."""
        self.keys[:, :, :count] = other.keys[:, :, :count]
        self.values[:, :, :count] = other.values[:, :, :count]
        self.ready = count

    def next_to_read(self) -> "Prefix":
        """Return what has to be read for it: the shorter one while that is not ready, then itself."""
        while self.before is not None:
            if not self.before.is_ready:
                return self.before.next_to_read()
            self.take_over(self.before, len(self.before.ids))
            self.before = None
        return self


class Blocks:
    """Keys and values of what texts do not share.

    The blocks in use lie close together from the first one on, so that one product runs over all of them where
    they are: nothing is gathered, and nothing beyond the end of a text's last block is computed.

    Args:
        shape: Of keys and values.
        most_bytes: What they may come to. A processor's memory is only taken as blocks are written.

    Attributes:
        keys: Shape (layers, blocks, heads, width, BLOCK): turned, so that a query sees several of them at once.
        values: Shape (layers, blocks, heads, BLOCK, width).
    """

    def __init__(self, shape: Shape, most_bytes: int) -> None:
        self.shape = shape
        count = max(1, most_bytes // shape.block_bytes)
        room = (shape.layers, count, shape.heads, BLOCK, shape.width)
        self.values = torch.empty(room, dtype=shape.dtype, device=shape.device)
        self.keys = torch.empty_like(self.values.transpose(3, 4), memory_format=torch.contiguous_format)
        self._free: list[int] = []
        self._begun = 0

    def take(self) -> int:
        """Return a block, the first free one."""
        if self._free:
            return heappop(self._free)
        self._begun += 1
        for tensor in (self.keys, self.values):
            tensor[:, self._begun - 1] = 0  # what is not written yet has no share, but must be a number
        return self._begun - 1

    def give_back(self, blocks: Sequence[int]) -> None:
        """Let blocks be taken for another text."""
        for block in blocks:
            heappush(self._free, block)

    def fill(self, blocks: Sequence[int], prefix: Prefix, begin: int) -> None:
        """Copy a prefix from one of its tokens on into as many blocks as that takes."""
        place = torch.tensor(blocks, dtype=torch.long, device=self.keys.device)
        for own, shared in ((self.keys, prefix.keys), (self.values, prefix.values)):
            layers, heads, _, width = shared.shape
            cut = shared[:, :, begin:].reshape(layers, heads, len(blocks), BLOCK, width).transpose(1, 2)
            own[:, place] = cut if own is self.values else cut.transpose(3, 4)
