"""The network of `image-diffusion`: a small U-Net that is told the time and the label.

The time is encoded by sines and cosines and scales and shifts the normalised features of each block (Peebles and Xie,
Scalable Diffusion Models with Transformers, 2023, https://arxiv.org/abs/2212.09748, section 3.2: each block starts as
the identity). Pictures are folded to a quarter of their positions before the first convolution, because a processor
spends most of its time on full-size feature maps; channels are normalised at each position, which is the cheapest
normalisation where channels come last.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm, pixel_shuffle, pixel_unshuffle, silu

FREQUENCIES = 32  # sines and as many cosines that encode the time
FASTEST = 1000.0  # radians for each unit of time: two neighbours of 1,000 steps differ
HEAD = 32  # channels of each attention head
PATCH = 2  # side of the squares of pixels that are folded into channels
SMALLEST = 8  # side of the smallest feature map, whose positions attend to each other
WIDENING = 2  # channels of all smaller feature maps, in those of the largest one


def encode_time(time: Tensor) -> Tensor:
    """Return sines and cosines of times in [0, 1], shape (B,), as float32 of shape (B, 2 * FREQUENCIES).

    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.5. https://arxiv.org/abs/1706.03762
    """
    exponents = torch.linspace(0, 1, FREQUENCIES, device=time.device)
    angles = time.float()[:, None] * FASTEST**exponents
    return torch.cat([angles.sin(), angles.cos()], 1)


def normalise(x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
    """Return features with mean 0 and variance 1 over the channels of each position."""
    return layer_norm(x.permute(0, 2, 3, 1), x.shape[1:2]).permute(0, 3, 1, 2)


class Block(nn.Module):
    """Two convolutions around a residual; the condition scales and shifts what they see."""

    def __init__(self, channels: int, *, condition: int) -> None:
        super().__init__()
        self.modulate = nn.Linear(condition, 2 * channels)
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        for layer in (self.modulate, self.second):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:  # (B, C, H, W), (B, E) -> (B, C, H, W)
        scale, shift = self.modulate(condition)[:, :, None, None].chunk(2, 1)
        h = torch.addcmul(shift, normalise(x), 1 + scale)
        return x + self.second(silu(self.first(silu(h))))  # type: ignore[no-any-return]


class Attention(nn.Module):
    """Lets each position of a small feature map see all others."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.heads = max(1, channels // HEAD)
        self.look = nn.Conv2d(channels, 3 * channels, 1)
        self.merge = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.merge.weight)
        nn.init.zeros_(self.merge.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
        B, C, H, W = x.shape
        split = self.look(normalise(x)).view(B, 3, self.heads, C // self.heads, H * W)
        query, key, value = split.transpose(3, 4).unbind(1)
        weights = (query @ key.transpose(2, 3) * (C // self.heads) ** -0.5).softmax(3)
        seen = (weights @ value).transpose(2, 3).reshape(B, C, H, W)
        return x + self.merge(seen)  # type: ignore[no-any-return]


class UNet(nn.Module):
    """Maps noisy pictures, times and labels to an answer in the shape of the pictures."""

    def __init__(self, *, side: int, channels: int, labels: int, width: int) -> None:
        super().__init__()
        self.labels = labels
        condition = 4 * width
        self.time = nn.Linear(2 * FREQUENCIES, condition)
        self.label = (
            nn.Embedding(labels + 1, condition) if labels else None
        )  # the last one stands for no label
        self.mix = nn.Linear(condition, condition)
        levels = int(math.log2(side // PATCH // SMALLEST)) + 1
        widths = [width, *[WIDENING * width] * (levels - 1)]
        self.fold = nn.Conv2d(channels * PATCH**2, width, 3, padding=1)
        self.down = nn.ModuleList(Block(channels, condition=condition) for channels in widths)
        self.shrink = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in pairwise(widths))
        self.middle = nn.ModuleList(Block(widths[-1], condition=condition) for _ in range(2))
        self.attention = Attention(widths[-1])
        self.grow = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, stride=2) for a, b in pairwise(widths))
        self.up = nn.ModuleList(Block(channels, condition=condition) for channels in widths)
        self.unfold = nn.Conv2d(width, channels * PATCH**2, 3, padding=1)
        nn.init.zeros_(self.unfold.weight)
        nn.init.zeros_(self.unfold.bias)  # type: ignore[arg-type]

    def matrices(self) -> list[nn.Parameter]:
        """Return the weights of the hidden layers: what lies between the first layers and the last."""
        hidden = (self.down, self.shrink, self.middle, self.attention, self.grow, self.up)
        return [weight for part in hidden for weight in part.parameters() if weight.ndim > 1]

    def forward(self, x: Tensor, time: Tensor, label: Tensor | None) -> Tensor:
        """Return the answer, shape (B, C, H, W).

        Args:
            x: Noisy pictures, shape (B, C, H, W).
            time: How noisy each is, in [0, 1], shape (B,).
            label: Numbers of the labels, shape (B,); the number of labels, or None, stands for no label.
        """
        condition = self._condition(time, label)
        h = self.fold(pixel_unshuffle(x, PATCH).contiguous(memory_format=torch.channels_last))
        skips = []
        for level, block in enumerate(self.down):
            h = block(self.shrink[level - 1](h) if level else h, condition)
            skips.append(h)
        h = self.middle[1](self.attention(self.middle[0](h, condition)), condition)
        for level in reversed(range(len(self.up))):
            h = self.up[level](h + skips[level], condition)
            if level:
                h = self.grow[level - 1](h)
        return pixel_shuffle(self.unfold(silu(normalise(h))), PATCH)

    def _condition(self, time: Tensor, label: Tensor | None) -> Tensor:  # (B,), (B,) -> (B, E)
        condition = self.time(encode_time(time))
        if self.label is not None:
            none = torch.full_like(time, self.labels, dtype=torch.long)
            condition = condition + self.label(none if label is None else label)
        return silu(self.mix(silu(condition)))
