"""Attention of a step's rows over the keys and values of their texts.

A text is a root, which it may share with other texts, and blocks of its own. The keys of a root are multiplied with the
queries of all who share it at once, the own blocks of all texts in one batched product, and one softmax runs over both.
What the blocks find is added in the order of the text: so the bits of a result do not depend on how much is
shared, on how long the neighbours are or how many.

Source of attending to a shared beginning once: Juravsky et al., Hydragen. https://arxiv.org/abs/2402.05099
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from generators.builtin.text_lm.decoding.blocks import BLOCK, Blocks, Prefix

_DENSE = 0.5
"""Where less than this share of the blocks up to the last one is in use, those are gathered."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The rows of a step that follow the same root, side by side."""

    root: Prefix
    rows: slice

    @property
    def columns(self) -> slice:
        """Those that the root takes."""
        return slice(0, len(self.root.ids) // BLOCK)

    def score(self, layer: int, asked: Tensor, scores: Tensor) -> None:
        """Put in the products of queries and keys.

        Args:
            layer: Of the network.
            asked: All queries of the step, shape (rows, heads, rep, width).
            scores: Shape (rows, columns, heads * rep, BLOCK).
        """
        _, heads, rep, width = asked.shape
        mine = scores[self.rows, self.columns]
        count, blocks = mine.shape[:2]
        together = asked[self.rows].transpose(0, 1).reshape(heads, count * rep, width)
        found = torch.bmm(together, self.root.keys[layer].transpose(1, 2))
        by_text = found.view(heads, count, rep, blocks, BLOCK).permute(1, 3, 0, 2, 4)
        mine.view(count, blocks, heads, rep, BLOCK).copy_(by_text)

    def find(self, layer: int, shares: Tensor, sums: Tensor) -> None:
        """Put in the values by their shares.

        Args:
            layer: Of the network.
            shares: Shape (rows, columns, heads * rep, BLOCK).
            sums: Shape (rows, columns, heads * rep * width).
        """
        values = self.root.values[layer]
        heads, _, width = values.shape
        mine = sums[self.rows, self.columns]
        count, blocks = mine.shape[:2]
        parts = shares[self.rows, self.columns].view(count, blocks, heads, -1, BLOCK).permute(2, 1, 0, 3, 4)
        found = torch.bmm(parts.reshape(heads * blocks, -1, BLOCK), values.view(heads * blocks, BLOCK, width))
        by_text = found.view(heads, blocks, count, -1, width).permute(2, 1, 0, 3, 4)
        mine.view(count, blocks, heads, -1, width).copy_(by_text)


@dataclass(frozen=True, slots=True)
class Own:
    """A text's blocks of its own, and where in them its new token goes."""

    root: Prefix | None
    blocks: Sequence[int]
    place: int


@dataclass(slots=True)
class NextTokens:
    """One new token of each of some texts, which are the first rows of a step.

    Texts lie in columns of BLOCK tokens; a block of a text is a cell. Cells that no text of this step has,
    such as those of a text whose prompt is being read, are computed too and put into one more row.

    Attributes:
        kept: Where the own blocks are.
        texts: One for each row; those with the same root side by side.
        rows: First row and one beyond the last.
    """

    kept: Blocks
    texts: Sequence[Own]
    rows: tuple[int, int] = field(init=False)
    _sharings: list[Sharing] = field(init=False)
    _columns: int = field(init=False)
    _picked: Tensor | None = field(init=False)
    """The blocks to gather, where they lie far apart; else all up to the last one are computed where they are."""
    _asking: Tensor = field(init=False)
    """The row that asks each block, shape (used,)."""
    _cells: Tensor = field(init=False)
    """Where the answer goes, shape (used,)."""
    _new: Tensor = field(init=False)
    """Where the new values go among those of one layer, heads one after the other, shape (rows * heads,)."""
    _new_columns: tuple[Tensor, Tensor] = field(init=False)
    """Where the new keys go: block and place therein, each of shape (rows,)."""
    _hiding: Tensor = field(init=False)
    """Minus infinity for keys beyond the end of each text, else 0, shape (rows + 1, 1, columns * BLOCK)."""
    _scores: Tensor | None = field(init=False, default=None)
    """Of each cell, shape (cells, heads * rep, BLOCK); cells that no text has stay 0."""
    _sums: Tensor | None = field(init=False, default=None)
    """What each cell finds, shape (cells, heads * rep * width); likewise."""

    def __post_init__(self) -> None:
        """Work out what all layers need."""
        count = len(self.texts)
        self.rows = 0, count
        before = [len(text.root.ids) // BLOCK if text.root else 0 for text in self.texts]
        cut = [text.blocks[: text.place // BLOCK + 1] for text in self.texts]
        self._columns = max(first + len(blocks) for first, blocks in zip(before, cut, strict=True))
        owners = {
            block: (row, row * self._columns + column)
            for row, (first, blocks) in enumerate(zip(before, cut, strict=True))
            for column, block in enumerate(blocks, first)
        }
        used = max(owners) + 1
        self._picked = None if len(owners) > _DENSE * used else self._tensor(sorted(owners))
        computed = range(used) if self._picked is None else sorted(owners)
        asking = [owners.get(block, (0, count * self._columns)) for block in computed]
        self._asking = self._tensor([row for row, _ in asking])
        self._cells = self._tensor([cell for _, cell in asking])
        heads = self.kept.keys.shape[2]
        self._new = self._tensor(
            [
                (blocks[-1] * heads + head) * BLOCK + text.place % BLOCK
                for text, blocks in zip(self.texts, cut, strict=True)
                for head in range(heads)
            ]
        )
        self._new_columns = (
            self._tensor([blocks[-1] for blocks in cut]),
            self._tensor([text.place % BLOCK for text in self.texts]),
        )
        ends = [first * BLOCK + text.place for first, text in zip(before, self.texts, strict=True)]
        positions = torch.arange(self._columns * BLOCK, device=self._cells.device)
        hidden = positions > self._tensor([*ends, 0])[:, None]
        none = torch.zeros(hidden.shape, dtype=self.kept.keys.dtype, device=hidden.device)
        self._hiding = none.masked_fill_(hidden, -torch.inf)[:, None]
        self._sharings = self._found_sharings()

    def _tensor(self, numbers: list[int]) -> Tensor:
        return torch.tensor(numbers, dtype=torch.long, device=self.kept.keys.device)

    def _found_sharings(self) -> list[Sharing]:
        found: list[Sharing] = []
        for root, group in groupby(enumerate(self.texts), key=lambda numbered: numbered[1].root):
            rows = [row for row, _ in group]
            if root is not None:
                found.append(Sharing(root, slice(rows[0], rows[-1] + 1)))
        return found

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor, out: Tensor) -> None:
        """Keep the new keys and values and put into `out` what the queries find, shape (rows, heads * rep, width)."""
        count, columns, used = len(self.texts), self._columns, len(self._cells)
        heads, width = keys.shape[1:]
        rep = queries.shape[1] // heads
        own_keys, own_values = self.kept.keys[layer], self.kept.values[layer]
        block, within = self._new_columns
        own_keys[block, :, :, within] = keys
        own_values.view(-1, width).index_copy_(0, self._new, values.reshape(-1, width))
        if self._scores is None or self._sums is None:
            self._scores = queries.new_zeros((count + 1) * columns, heads * rep, BLOCK)
            self._sums = queries.new_zeros((count + 1) * columns, heads * rep * width)

        asked = queries.view(count, heads, rep, width)
        all_keys = _of(own_keys, used, self._picked).view(used * heads, width, BLOCK)
        own = torch.bmm(asked.index_select(0, self._asking).view(used * heads, rep, width), all_keys)
        self._scores.index_copy_(0, self._cells, own.reshape(used, heads * rep, BLOCK))
        by_text = self._scores.view(count + 1, columns, heads * rep, BLOCK)
        for sharing in self._sharings:
            sharing.score(layer, asked, by_text)
        lines = by_text.transpose(1, 2).reshape(count + 1, heads * rep, columns * BLOCK).add_(self._hiding)
        shares = lines.softmax(-1).view(count + 1, heads * rep, columns, BLOCK).transpose(1, 2).contiguous()

        own_shares = shares.view(-1, heads * rep, BLOCK).index_select(0, self._cells)
        found = torch.bmm(
            own_shares.view(used * heads, rep, BLOCK),
            _of(own_values, used, self._picked).view(used * heads, BLOCK, width),
        )
        self._sums.index_copy_(0, self._cells, found.reshape(used, -1))
        sums = self._sums.view(count + 1, columns, -1)
        for sharing in self._sharings:
            sharing.find(layer, shares, sums)
        out.copy_(sums[:count].sum(1, dtype=torch.float32).view(count, heads * rep, width))


def _of(kept: Tensor, used: int, picked: Tensor | None) -> Tensor:
    return kept[:used] if picked is None else kept.index_select(0, picked)


@dataclass(slots=True)
class Reading:
    """A stretch of one prompt, of at most BLOCK tokens.

    Attributes:
        rows: Where it is in the step: first row and one beyond the last.
        prefix: What the text's own part follows, or what is read itself where there are no blocks.
        kept: Where the own blocks are.
        blocks: Those of the text, up to the one that is written.
        place: Of the first of its tokens: in the text's own part, or in the prefix that is read.
    """

    rows: tuple[int, int]
    prefix: Prefix | None
    kept: Blocks | None
    blocks: Sequence[int]
    place: int

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor, out: Tensor) -> None:
        """Keep the new keys and values and put into `out` what the queries find, shape (rows, heads * rep, width)."""
        count, end = len(queries), self.place + len(queries)
        if self.kept is None:
            assert self.prefix is not None
            kept = self.prefix.keys[layer], self.prefix.values[layer]
            for known, new in zip(kept, (keys, values), strict=True):
                known[:, self.place : end] = new.transpose(0, 1)
            all_keys, all_values = (known[:, :end] for known in kept)
        else:
            all_keys = self._kept(self.kept.keys[layer].transpose(2, 3), keys, end)
            all_values = self._kept(self.kept.values[layer], values, end)
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
        out.copy_(found[0].transpose(0, 1))

    def _kept(self, blocks: Tensor, new: Tensor, end: int) -> Tensor:
        """Put new keys or values into the text's last block and return all of its own part, (heads, end, width)."""
        begin = self.place % BLOCK
        blocks[self.blocks[-1], :, begin : begin + len(new)] = new.transpose(0, 1)
        own = blocks[torch.tensor(self.blocks, device=blocks.device)].transpose(0, 1).contiguous()
        return own.view(own.shape[0], -1, own.shape[-1])[:, :end]
