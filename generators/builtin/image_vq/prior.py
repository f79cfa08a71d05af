"""How codes follow each other: a small causal transformer that writes the grid row by row, given the label.

Source: Radford et al., Language Models are Unsupervised Multitask Learners, 2019 (blocks that normalise first), over a
grid of codes as in van den Oord et al. 2017, section 3.3, which uses a PixelCNN. https://arxiv.org/abs/1711.00937
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, gelu

HEAD = 32
"""Channels of an attention head."""


@dataclass(slots=True)
class Past:
    """Keys and values (B, heads, T, HEAD) of the places written so far, of each layer."""

    keys: list[Tensor] = field(default_factory=list)
    values: list[Tensor] = field(default_factory=list)

    def extended(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Return a layer's keys and values with those of the newest place behind them."""
        if layer == len(self.keys):
            self.keys.append(key)
            self.values.append(value)
        else:
            self.keys[layer] = torch.cat([self.keys[layer], key], 2)
            self.values[layer] = torch.cat([self.values[layer], value], 2)
        return self.keys[layer], self.values[layer]


def attention(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Return for each of the last Q of T places a mean of values (B, heads, T, HEAD), of itself and earlier places.

    Written out because torch's fused attention took seven tenths of a training step on a CPU in bfloat16.
    """
    places, length = query.shape[2], key.shape[2]
    scores = query @ key.mT / HEAD**0.5  # (B, heads, Q, T)
    later = torch.ones(places, length, dtype=torch.bool, device=query.device).triu(length - places + 1)
    return torch.softmax(scores.masked_fill(later, float("-inf")), 3).to(value.dtype) @ value


class Block(nn.Module):
    """Attention to earlier places, then two linear layers for each place by itself."""

    def __init__(self, width: int, number: int) -> None:
        super().__init__()
        self.number = number
        self.before_attention, self.before_linear = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attend, self.gather = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, past: Past | None) -> Tensor:
        parts = self.attend(self.before_attention(x)).unflatten(2, (3, -1, HEAD)).permute(2, 0, 3, 1, 4)
        query, key, value = parts.unbind()  # each (B, heads, T, HEAD)
        if past is not None:
            key, value = past.extended(self.number, key, value)
        seen = attention(query, key, value)
        x = x + self.gather(seen.transpose(1, 2).flatten(2))
        return x + self.narrow(gelu(self.widen(self.before_linear(x))))  # type: ignore[no-any-return]


class CodePrior(nn.Module):
    """Predicts each code from the label and the codes before it."""

    def __init__(self, *, codebook_size: int, length: int, labels: int, width: int, layers: int) -> None:
        super().__init__()
        self.length = length
        self.start = nn.Embedding(max(labels, 1), width)
        self.embed = nn.Embedding(codebook_size, width)
        self.place = nn.Parameter(0.02 * torch.randn(length, width))
        self.blocks = nn.ModuleList(Block(width, number) for number in range(layers))
        self.normalise = nn.LayerNorm(width)
        self.predict = nn.Linear(width, codebook_size)
        for embedding in (self.start, self.embed):
            nn.init.normal_(embedding.weight, std=0.02)
        for block in self.blocks:
            for last in (block.gather, block.narrow):
                nn.init.normal_(last.weight, std=0.02 / (2 * layers) ** 0.5)  # type: ignore[union-attr, arg-type]

    def forward(self, codes: Tensor, label: Tensor | None) -> Tensor:
        """Return the logits (B, T, K) of each of the codes (B, T), from those before it."""
        x = torch.cat([self._begin(len(codes), label), self.embed(codes[:, :-1])], 1)
        return self._logits(x + self.place[: codes.shape[1]], None)

    def nats(self, codes: Tensor, label: Tensor | None) -> Tensor:
        """Return what each grid of codes (B, 64) costs: its negative log probability in nats, shape (B,)."""
        logits = self(codes, label).float()
        return cross_entropy(logits.flatten(0, 1), codes.flatten(), reduction="none").view(codes.shape).sum(1)

    @torch.no_grad()
    def draw(
        self, count: int, label: Tensor | None, random: torch.Generator, *, temperature: float = 1.0
    ) -> Tensor:
        """Return codes (count, 64), one after the other; keys and values of earlier ones are computed once.

        Args:
            label: Numbers of the labels, shape (count,), or None.
            random: Where the chance comes from, on the CPU.
            temperature: Divides the logits.
        """
        past, x = Past(), self._begin(count, label)
        codes: list[Tensor] = []
        for place in range(self.length):
            logits = self._logits(x + self.place[place], past)[:, -1].float()
            shares = torch.softmax(logits / temperature, 1).cpu()
            codes.append(torch.multinomial(shares, 1, generator=random))
            x = self.embed(codes[-1].to(self.place.device))
        return torch.cat(codes, 1)

    def _begin(self, count: int, label: Tensor | None) -> Tensor:
        if label is None:
            label = torch.zeros(count, dtype=torch.long, device=self.place.device)
        return self.start(label)[:, None]  # type: ignore[no-any-return]

    def _logits(self, x: Tensor, past: Past | None) -> Tensor:
        for block in self.blocks:
            x = block(x, past)
        return self.predict(self.normalise(x))  # type: ignore[no-any-return]
