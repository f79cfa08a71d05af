"""One pass of the network over new tokens of several texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Part(Protocol):
    """Rows of a step whose keys and values belong together.

    Attributes:
        rows: Where they are in the step: first row and one beyond the last.
    """

    rows: tuple[int, int]

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor, out: Tensor) -> None:
        """Keep the new keys and values and put into `out` what the queries find, shape (rows, heads * rep, width)."""
        ...


@dataclass(slots=True)
class Step:
    """New tokens, one row each: next tokens of texts first, then stretches of prompts, then nothing but padding.

    Attributes:
        ids: The tokens, shape (rows,).
        positions: Of the tokens in their texts, shape (rows,).
        parts: Whose keys and values they see.
        drawing: The rows whose next token is wanted.
    """

    ids: Tensor
    positions: Tensor
    parts: Sequence[Part]
    drawing: Tensor

    @classmethod
    def empty(cls) -> "Step":
        """Return a step of no rows."""
        none = torch.empty(0, dtype=torch.long)
        return cls(none, none, (), none)

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Return what each row's query finds among the keys of its own text.

        Args:
            layer: Of the network.
            queries: Scaled, shape (rows, heads * rep, width).
            keys: Shape (rows, heads, width).
            values: Likewise.

        Returns:
            Shape (rows, heads * rep, width); zero for padding.
        """
        out = torch.zeros_like(queries)
        for part in self.parts:
            rows = slice(*part.rows)
            part.attend(layer, queries[rows], keys[rows], values[rows], out[rows])
        return out
