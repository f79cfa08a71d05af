"""One pass of the network over new tokens of several texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.attention import NextTokens, Reading


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
    parts: Sequence[NextTokens | Reading]
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
        found = [
            part.attend(layer, *(tensor[slice(*part.rows)] for tensor in (queries, keys, values)))
            for part in self.parts
        ]
        padding = len(queries) - (self.parts[-1].rows[1] if self.parts else 0)
        if padding:
            found.append(queries.new_zeros((padding, *queries.shape[1:])))
        return torch.cat(found)
