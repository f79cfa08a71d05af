"""Keys and values of what slots have read, and attention over them.

A slot's text is a prefix, which it may share with other slots, and a part of its own. Own parts lie in shelves of
slots of equal room. Attention is taken over blocks of BLOCK keys, whose shares are added in the order of the text:
so the bits of a result do not depend on how much of a prefix is shared, on how long the neighbours are or how many.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

BLOCK = 64
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


class Prefix:
    """Tokens that begin several prompts, a whole number of blocks, with their keys and values.

    Attributes:
        ids: The tokens.
        keys: Shape (layers, heads, T, width).
        values: Likewise.
        ready: How many of the tokens are read.
    """

    def __init__(self, ids: tuple[int, ...], shape: Shape) -> None:
        self.ids = ids
        room = (shape.layers, shape.heads, len(ids), shape.width)
        self.keys = torch.zeros(room, dtype=shape.dtype, device=shape.device)
        self.values = torch.zeros_like(self.keys)
        self.ready = 0


class Shelf:
    """The own parts of slots that have room for equally many tokens.

    Attributes:
        room: Tokens of one slot, a whole number of blocks.
        keys: Shape (layers, blocks, slots, heads, BLOCK, width); grows when slots are added. The slots of a block lie
            side by side, for products of matrices that do are three times as quick.
        values: Likewise.
    """

    def __init__(self, room: int, shape: Shape) -> None:
        self.room = room
        self._shape = shape
        self._free: list[int] = []
        none = (shape.layers, room // BLOCK, 0, shape.heads, BLOCK, shape.width)
        self.keys = torch.zeros(none, dtype=shape.dtype, device=shape.device)
        self.values = self.keys.clone()

    @property
    def slots(self) -> int:
        """How many slots there are, taken or free."""
        return self.keys.shape[2]

    @property
    def bytes(self) -> int:
        """What all slots take together."""
        return self.slots * self.room * self._shape.token_bytes

    @property
    def has_free(self) -> bool:
        """Whether a slot can be taken without more memory."""
        return bool(self._free)

    @property
    def growth(self) -> int:
        """How many slots are added when there is none left."""
        return max(1, 1024 // self.room, self.slots // 2)

    def take(self) -> int:
        """Return a slot for a text, the first free one: those in use lie close together."""
        if not self._free:
            more = self.growth
            self._free = list(range(self.slots, self.slots + more))
            grown = [*self.keys.shape]
            grown[2] = more
            self.keys = torch.cat([self.keys, self.keys.new_zeros(grown)], 2)
            self.values = torch.cat([self.values, self.values.new_zeros(grown)], 2)
        first = min(self._free)
        self._free.remove(first)
        return first

    def give_back(self, slot: int) -> None:
        """Let a slot be taken for another text."""
        self._free.append(slot)


@dataclass(slots=True)
class Sharing:
    """The rows of a step that follow the same prefix."""

    prefix: Prefix
    slots: Tensor
    """Their places among the shelf's slots, shape (n,)."""


@dataclass(slots=True)
class NextTokens:
    """One new token of each of some texts on a shelf.

    Attributes:
        rows: Where they are in the step: first row and one beyond the last.
        slots: On the shelf, shape (rows,).
        places: Of the tokens in the own parts, shape (rows,).
    """

    shelf: Shelf
    rows: tuple[int, int]
    slots: Tensor
    places: Tensor
    sharings: list[Sharing] = field(default_factory=list)
    used: int = 0
    """Slots up to the last one that is in use."""
    length: int = 0
    """Tokens of the longest own part, in whole blocks."""
    hidden: Tensor | None = None
    """Which keys are beyond the end of each slot's own part, shape (used, 1, 1, length)."""
    row_of: Tensor | None = None
    """The row of each slot; 0 for those that have none in this step. Shape (used,)."""
    alone: Tensor | None = None
    """The slots that share no prefix; None where all do."""

    def prepare(self) -> None:
        """Work out what all layers need."""
        self.used = int(self.slots.max()) + 1
        self.length = -(-(int(self.places.max()) + 1) // BLOCK) * BLOCK
        device = self.slots.device
        ends = torch.zeros(self.used, dtype=torch.long, device=device).index_copy_(0, self.slots, self.places)
        self.hidden = torch.arange(self.length, device=device) > ends[:, None, None, None]
        self.row_of = torch.zeros(self.used, dtype=torch.long, device=device).index_copy_(
            0, self.slots, torch.arange(len(self.slots), device=device)
        )
        shared = [sharing.slots for sharing in self.sharings]
        lone = torch.ones(self.used, dtype=torch.bool, device=device)
        lone[torch.cat([*shared, self.slots[:0]])] = False
        self.alone = lone.nonzero()[:, 0] if lone.any() else None

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Keep the new keys and values and return what the queries find, shape (rows, heads * rep, width)."""
        shelf, (heads, width) = self.shelf, keys.shape[1:]
        assert self.row_of is not None
        assert self.hidden is not None
        block, within = self.places // BLOCK, self.places % BLOCK
        shelf.keys[layer][block, self.slots, :, within] = keys
        shelf.values[layer][block, self.slots, :, within] = values
        rep = queries.shape[1] // heads
        used, length = self.used, self.length
        asked = queries[self.row_of].view(used, heads, rep, width)
        flat = asked.view(used * heads, rep, width)
        scores = torch.cat(
            [
                torch.bmm(flat, kept[:used].view(used * heads, BLOCK, width).transpose(1, 2))
                for kept in shelf.keys[layer, : length // BLOCK]
            ],
            -1,
        )
        scores = scores.view(used, heads, rep, length).masked_fill_(self.hidden, -torch.inf)
        found = torch.zeros((used, heads, rep, width), dtype=torch.float32, device=queries.device)
        shares = scores if self.sharings else scores.softmax(-1)
        if self.sharings:
            if self.alone is not None:
                shares[self.alone] = scores[self.alone].softmax(-1)
            for sharing in self.sharings:
                self._share(sharing, layer, asked, scores, shares, found)
        shares = shares.view(used * heads, rep, length)
        summed = found.view(used * heads, rep, width)
        for number, kept in enumerate(shelf.values[layer, : length // BLOCK]):
            share = shares[:, :, number * BLOCK : (number + 1) * BLOCK]
            summed += torch.bmm(share, kept[:used].view(used * heads, BLOCK, width))
        return found.view(used, heads * rep, width)[self.slots].to(queries.dtype)

    def _share(
        self, sharing: Sharing, layer: int, asked: Tensor, scores: Tensor, shares: Tensor, found: Tensor
    ) -> None:
        """Take the softmax over prefix and own part, and begin the sums with the prefix's share."""
        prefix, count = sharing.prefix, len(sharing.slots)
        _, heads, rep, width = asked.shape
        ready = prefix.ready
        together = asked[sharing.slots].transpose(0, 1).reshape(heads, count * rep, width)
        first = torch.bmm(together, prefix.keys[layer, :, :ready].transpose(1, 2))
        first = first.view(heads, count, rep, ready).transpose(0, 1)
        whole = torch.cat([first, scores[sharing.slots]], -1).softmax(-1)
        shares[sharing.slots] = whole[..., ready:]
        blocks = ready // BLOCK
        parts = whole[..., :ready].reshape(count, heads, rep, blocks, BLOCK).permute(1, 3, 0, 2, 4)
        sums = torch.bmm(
            parts.reshape(heads * blocks, count * rep, BLOCK),
            prefix.values[layer, :, :ready].reshape(heads * blocks, BLOCK, width),
        ).view(heads, blocks, count * rep, width)
        summed = sums[:, 0].float()
        for block in range(1, blocks):
            summed += sums[:, block]
        found[sharing.slots] = summed.view(heads, count, rep, width).transpose(0, 1)


@dataclass(slots=True)
class Reading:
    """A stretch of one prompt, of at most BLOCK tokens.

    Attributes:
        rows: Where it is in the step: first row and one beyond the last.
        prefix: What the text begins with, or what is read itself where there is no slot.
        slot: On the shelf.
        place: Of the first of its tokens: in the slot's own part, or in the prefix that is read.
    """

    rows: tuple[int, int]
    prefix: Prefix | None
    shelf: Shelf | None
    slot: int
    place: int

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Keep the new keys and values and return what the queries find, shape (rows, heads * rep, width)."""
        count, end = len(queries), self.place + len(queries)
        if self.shelf is None:
            assert self.prefix is not None
            kept = self.prefix.keys[layer], self.prefix.values[layer]
            for known, new in zip(kept, (keys, values), strict=True):
                known[:, self.place : end] = new.transpose(0, 1)
            all_keys, all_values = (known[:, :end] for known in kept)
        else:
            all_keys = self._kept(self.shelf.keys[layer], keys, end)
            all_values = self._kept(self.shelf.values[layer], values, end)
            if self.prefix is not None:
                all_keys = torch.cat([self.prefix.keys[layer], all_keys], 1)
                all_values = torch.cat([self.prefix.values[layer], all_values], 1)
        total = all_keys.shape[1]
        sees = torch.ones((count, total), dtype=torch.bool, device=queries.device).tril(total - count)
        found = scaled_dot_product_attention(
            queries.transpose(0, 1)[None],
            all_keys[None],
            all_values[None],
            attn_mask=sees,
            scale=1.0,
            enable_gqa=queries.shape[1] != keys.shape[1],
        )
        return found[0].transpose(0, 1)

    def _kept(self, blocks: Tensor, new: Tensor, end: int) -> Tensor:
        """Put new keys or values into the slot's last block and return all of its own part, (heads, end, width)."""
        begin = self.place % BLOCK
        blocks[self.place // BLOCK, self.slot, :, begin : begin + len(new)] = new.transpose(0, 1)
        own = blocks[: -(-end // BLOCK), self.slot].transpose(0, 1)
        return own.reshape(own.shape[0], -1, own.shape[-1])[:, :end]
