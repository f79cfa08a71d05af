"""The network of `text-gpt`: a decoder-only transformer that predicts the next token.

Sources: Radford et al., Language Models are Unsupervised Multitask Learners, 2019 (GPT-2); with the changes that later
networks agree on: RMSNorm (Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467), rotary positions (Su et al.
2021, https://arxiv.org/abs/2104.09864), SwiGLU (Shazeer 2020, https://arxiv.org/abs/2002.05202) and norms of queries
and keys (Henry et al. 2020, https://arxiv.org/abs/2010.04245). One table is embedding and output layer (Press and Wolf
2017, https://arxiv.org/abs/1608.05859).

Shapes: B rows, T tokens read, P tokens remembered, H heads, W width, D = W / H, V tokens known.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, linear, rms_norm, scaled_dot_product_attention, silu

Memory = list[tuple[Tensor, Tensor]]
"""The keys and values of each block, each of shape (B, H, P, D)."""
ROTARY_BASE = 10_000.0
FIRST_SCALE = 0.25
"""Of the last norm: with one table for both ends, a larger one begins by predicting each token after itself."""


class Gpt(nn.Module):
    """Predicts the next token.

    Args:
        vocabulary_size: Tokens known, V.
        width: Numbers that a token is represented by, W; a multiple of `heads`.
        layers: Blocks.
        heads: Attention heads of each block, H.
        context_length: Most tokens that are read and remembered together.
        dropout: Share of each block's output that a step leaves out.
    """

    def __init__(
        self,
        *,
        vocabulary_size: int,
        width: int,
        layers: int,
        heads: int,
        context_length: int,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.context_length = context_length
        self._head_width = width // heads
        self.embedding = nn.Embedding(vocabulary_size, width)
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(layers))
        self.scale = nn.Parameter(torch.full((width,), FIRST_SCALE))
        self._begin(layers)

    def forward(self, ids: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Return logits of what follows each token, and a memory that holds these tokens too.

        Args:
            ids: Tokens, shape (B, T).
            memory: Of the tokens before them, or None at the beginning.

        Returns:
            Logits, shape (B, T, V), and the memory.
        """
        past = memory[0][0].shape[2] if memory else 0
        turns = rotations(past, ids.shape[1], self._head_width, ids.device)
        x = self.embedding(ids) * math.sqrt(self.embedding.embedding_dim)  # (B, T, W)
        known: Memory = []
        for number, block in enumerate(self.blocks):
            x, remembered = block(x, turns, memory[number] if memory else None)
            known.append(remembered)
        x = rms_norm(x, (x.shape[-1],), self.scale)
        return linear(x, self.embedding.weight), known

    def _begin(self, layers: int) -> None:
        """Draw the first weights: what is added to the stream is scaled down by its number of additions (GPT-2)."""
        deviation = self.embedding.embedding_dim**-0.5
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                is_last = name.endswith(("attention_out.weight", "feed_out.weight"))
                nn.init.normal_(weight, std=deviation / (math.sqrt(2 * layers) if is_last else 1))


class Block(nn.Module):
    """Attention, then a feed-forward layer, each added to what came in."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.head_width, self._dropout = heads, width // heads, dropout
        inner = 64 * math.ceil(width * 8 / 3 / 64) if width >= 64 else 3 * width
        self.attention_scale = nn.Parameter(torch.ones(width))
        self.attention_in = nn.Linear(width, 3 * width, bias=False)
        self.attention_out = nn.Linear(width, width, bias=False)
        self.feed_scale = nn.Parameter(torch.ones(width))
        self.feed_in = nn.Linear(width, 2 * inner, bias=False)
        self.feed_out = nn.Linear(inner, width, bias=False)

    def forward(
        self, x: Tensor, turns: tuple[Tensor, Tensor], memory: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return x changed, shape (B, T, W), and keys and values with those of the memory before them."""
        attended, remembered = self._attend(rms_norm(x, (x.shape[-1],), self.attention_scale), turns, memory)
        x = x + dropout(attended, self._dropout, self.training)
        gate, value = self.feed_in(rms_norm(x, (x.shape[-1],), self.feed_scale)).chunk(2, -1)
        return x + dropout(self.feed_out(silu(gate) * value), self._dropout, self.training), remembered

    def _attend(
        self, x: Tensor, turns: tuple[Tensor, Tensor], memory: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        rows, length, width = x.shape
        parts = self.attention_in(x).view(rows, length, 3, self.heads, self.head_width)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each (B, H, T, D)
        query, key = (
            turned(rms_norm(one, (self.head_width,)), turns).to(value.dtype) for one in (query, key)
        )
        if memory:
            key, value = torch.cat([memory[0], key], 2), torch.cat([memory[1], value], 2)
        seen = None if length == key.shape[2] or length == 1 else _causal(length, key.shape[2], x.device)
        found = scaled_dot_product_attention(
            query, key, value, attn_mask=seen, is_causal=length == key.shape[2] and length > 1
        )
        return self.attention_out(found.transpose(1, 2).reshape(rows, length, width)), (key, value)


def rotations(start: int, count: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return cosines and sines of the angles by which positions turn pairs of numbers, each (count, width / 2)."""
    speeds = ROTARY_BASE ** (-torch.arange(0, width, 2, device=device) / width)
    angles = torch.arange(start, start + count, device=device)[:, None] * speeds
    return angles.cos(), angles.sin()


def turned(x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Return x, shape (B, H, T, D), with number i and number i + D / 2 turned as a point in the plane."""
    cosines, sines = turns
    a, b = x.float().chunk(2, -1)
    return torch.cat([a * cosines - b * sines, a * sines + b * cosines], -1)


def _causal(read: int, known: int, device: torch.device) -> Tensor:
    """Return which of the known tokens each token read may see, bool, shape (read, known)."""
    return torch.ones(read, known, dtype=torch.bool, device=device).tril(known - read)
