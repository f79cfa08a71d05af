"""The network of `text-vae`: an encoder that turns a text into a code, a decoder that writes it again.

Source: Bowman et al., Generating Sentences from a Continuous Space, 2016. https://arxiv.org/abs/1511.06349. Two things
differ: the code is given to the decoder at each token and not only as its first state, and the encoder reads both ways.
While it learns, a layer of its own guesses from the code which words a text holds.

Shapes: B rows, T tokens, W width, Z latent numbers, V tokens known.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from torch.nn.utils.rnn import pack_padded_sequence

Memory = tuple[Tensor, Tensor, Tensor]
"""Hidden state and cell of the decoder, each of shape (1, B, W), and the code, shape (B, Z)."""


class SentenceVae(nn.Module):
    """Encodes texts and writes them from their codes.

    Args:
        vocabulary_size: Tokens known, V; the last one ends a text.
        width: Numbers that a token and a state are represented by, W.
        latent_dim: Numbers of a code, Z.
        context_length: Longest text in tokens.
        bag_of_words: Whether the words are guessed from the code while it learns.
    """

    def __init__(
        self,
        *,
        vocabulary_size: int,
        width: int,
        latent_dim: int,
        context_length: int,
        bag_of_words: bool = False,
    ) -> None:
        super().__init__()
        self.context_length, self.latent_dim = context_length, latent_dim
        self.embedding = nn.Embedding(vocabulary_size + 1, width)  # and one for a word that is left out
        self.encoder = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        self.code = nn.Linear(2 * width, 2 * latent_dim)
        self.begin = nn.Linear(latent_dim, 2 * width)
        self.decoder = nn.LSTM(width + latent_dim, width, batch_first=True)
        self.bias = nn.Parameter(torch.zeros(vocabulary_size))
        self.bag = nn.Linear(latent_dim, width) if bag_of_words else None
        nn.init.normal_(self.embedding.weight, std=width**-0.5)

    @property
    def unknown(self) -> int:
        """The token that stands where a word was left out."""
        return self.embedding.num_embeddings - 1

    def _read(self, ids: Tensor) -> Tensor:
        """Return tokens as the recurrent layers read them, of variance 1 at first, shape (B, T, W)."""
        read: Tensor = self.embedding(ids) * math.sqrt(self.embedding.embedding_dim)
        return read

    def encode(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and logarithm of the variance of each text's code, each of shape (B, Z).

        Args:
            ids: Tokens, shape (B, T), padded at the end.
            lengths: How many of them each text has, at least 1, shape (B,).
        """
        packed = pack_padded_sequence(self._read(ids), lengths.cpu(), batch_first=True, enforce_sorted=False)
        _, (states, _) = self.encoder(packed)
        mean, log_var = self.code(torch.cat([states[0], states[1]], -1)).chunk(2, -1)
        return mean, log_var.clamp(-10, 10)

    def remember(self, code: Tensor) -> Memory:
        """Return what the decoder begins with, from codes of shape (B, Z)."""
        hidden, cell = self.begin(code).tanh().chunk(2, -1)
        return hidden[None].contiguous(), cell[None].contiguous(), code

    def words(self, code: Tensor) -> Tensor:
        """Return logits of the words that a text of each code holds, in whatever order, shape (B, V)."""
        assert self.bag is not None
        return linear(self.bag(code).tanh(), self.embedding.weight[:-1], self.bias)

    def forward(self, ids: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Return logits of what follows each token, shape (B, T, V), and what the decoder remembers.

        Args:
            ids: Tokens, shape (B, T).
            memory: Of a code and of the tokens before; without one, the code is the middle of the prior.
        """
        if memory is None:
            memory = self.remember(torch.zeros(len(ids), self.latent_dim, device=ids.device))
        hidden, cell, code = memory
        read = torch.cat([self._read(ids), code[:, None].expand(-1, ids.shape[1], -1)], -1)
        states, (hidden, cell) = self.decoder(read, (hidden, cell))
        logits = linear(states, self.embedding.weight[:-1], self.bias)
        return logits, (hidden, cell, code)
