"""The network: a U-Net of residual blocks without normalisation that corrects what it is given.

Sources: Lim et al., Enhanced Deep Residual Networks for Single Image Super-Resolution, 2017 (the blocks and why they
have no normalisation), https://arxiv.org/abs/1707.02921; Ronneberger et al., U-Net, 2015 (the shape),
https://arxiv.org/abs/1505.04597; Zhang et al., FFDNet, 2018 (noise as a map beside the picture),
https://arxiv.org/abs/1710.04026.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

DEPTH = 3
MULTIPLE = 2**DEPTH
"""Height and width inside are multiples of this."""
CONDITIONS = 3
"""Maps beside the picture: noise, blur from enlarging, and which pixels are known."""
RESIDUAL_SCALE = 0.5


class Block(nn.Module):
    """Two convolutions whose result is added to their input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.second(torch.relu(self.first(x)))
        return x + RESIDUAL_SCALE * change


class Restorer(nn.Module):
    """A picture with its conditions in, the mended picture out.

    Args:
        resolution: Side of the pictures that it was trained on; it takes any size.
        channels: 1 for grey pictures, 3 for colours.
        labels: Always 0: it needs none.
        width: Channels next to the picture.
        trust: Share of its correction that is made: of noise, of pictures enlarged twice and four times, and in holes.
    """

    def __init__(
        self,
        *,
        resolution: int,
        channels: int,
        labels: int,
        width: int,
        trust: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
    ) -> None:
        super().__init__()
        self.trust = tuple(trust)
        self.resolution, self.channels, self.labels, self.width = resolution, channels, labels, width
        sizes = [min(width * 2**level, 4 * width) for level in range(DEPTH + 1)]
        self.begin = nn.Conv2d(channels + CONDITIONS, width, 3, padding=1)
        self.down_blocks = nn.ModuleList(Block(size) for size in sizes[:-1])
        pairs = list(pairwise(sizes))
        self.down = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in pairs)
        self.middle = nn.Sequential(Block(sizes[-1]), Block(sizes[-1]))
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, stride=2) for a, b in reversed(pairs))
        self.up_blocks = nn.ModuleList(Block(size) for size in reversed(sizes[:-1]))
        self.end = nn.Conv2d(width, channels, 3, padding=1)
        nn.init.zeros_(self.end.weight)  # it begins by changing nothing
        nn.init.zeros_(self.end.bias)  # type: ignore[arg-type]

    def forward(self, picture: Tensor, conditions: Tensor) -> Tensor:
        """Return the mended picture.

        Args:
            picture: In [-1, 1], shape (B, C, H, W); unknown pixels are a first guess.
            conditions: Shape (B, CONDITIONS, H, W): standard deviation of the noise, 0.5 where it was enlarged twice
                and 1 where four times, and 1 where a pixel is known.
        """
        height, width = picture.shape[2:]
        over = (0, -width % MULTIPLE, 0, -height % MULTIPLE)
        x = self.begin(pad(torch.cat([picture, conditions], 1), over, mode="replicate"))
        kept = []
        for block, down in zip(self.down_blocks, self.down, strict=True):
            x = block(x)
            kept.append(x)
            x = down(x)
        x = self.middle(x)
        for up, block in zip(self.up, self.up_blocks, strict=True):
            x = block(up(x) + kept.pop())
        corrected: Tensor = picture + self._trusted(conditions) * self.end(x)[:, :, :height, :width]
        return corrected

    def _trusted(self, conditions: Tensor) -> Tensor | float:
        """Return the share of the correction that is made of each pixel, shape (B, 1, H, W)."""
        if set(self.trust) == {1.0}:
            return 1.0
        blur, known = conditions[:, 1:2], conditions[:, 2:3]
        noise, twice, fourfold, hole = (known.new_tensor(share) for share in self.trust)
        enlarged = torch.where(blur > 0.75, fourfold, twice)
        return torch.where(known > 0, torch.where(blur > 0, enlarged, noise), hole)
