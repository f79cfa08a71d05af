"""The network of `text-lstm`: a recurrent network that predicts the next token.

Source: Merity, Keskar and Socher, Regularizing and Optimizing LSTM Language Models, 2018,
https://arxiv.org/abs/1708.02182, of which it has the tied table and the dropout between layers; the weights of the
recurrence are left whole.

Shapes: B rows, T tokens read, W width, L layers, V tokens known.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, linear

Memory = tuple[Tensor, Tensor]
"""Hidden states and cells, each of shape (L, B, W)."""


class Lstm(nn.Module):
    """Predicts the next token.

    Args:
        vocabulary_size: Tokens known, V.
        width: Numbers that a token and a state are represented by, W.
        layers: Recurrent layers, L.
        context_length: Most tokens that are read in a piece; what it remembers may be older.
        dropout: Share of what goes from layer to layer that a step leaves out.
    """

    def __init__(
        self, *, vocabulary_size: int, width: int, layers: int, context_length: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.context_length = context_length
        self._dropout = dropout
        self.embedding = nn.Embedding(vocabulary_size, width)
        self.layers = nn.LSTM(width, width, layers, batch_first=True, dropout=dropout if layers > 1 else 0.0)
        self.bias = nn.Parameter(torch.zeros(vocabulary_size))
        nn.init.normal_(self.embedding.weight, std=width**-0.5)

    def forward(self, ids: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Return logits of what follows each token, and what is remembered.

        Args:
            ids: Tokens, shape (B, T).
            memory: Of the tokens before them, or None at the beginning.

        Returns:
            Logits, shape (B, T, V), and the memory.
        """
        read = self.embedding(ids) * math.sqrt(
            self.embedding.embedding_dim
        )  # (B, T, W), of variance 1 at first
        read = dropout(read, self._dropout, self.training)
        states, memory = self.layers(read, memory)
        states = dropout(states, self._dropout, self.training)
        return linear(states, self.embedding.weight, self.bias), memory
