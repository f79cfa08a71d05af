"""Holes filled with the texture around them, from coarse to fine.

Each patch over the hole looks for the patch of the surroundings that is most like it; then every missing pixel becomes
what the patches over it propose, and so on, at each size. A coarse filling says where to begin.

Sources: Wexler, Shechtman and Irani, Space-Time Completion of Video, 2007, https://doi.org/10.1109/TPAMI.2007.60; the
search is that of Barnes et al., PatchMatch, 2009, https://doi.org/10.1145/1531326.1531330, all patches at once.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate, max_pool2d

REACH = 3  # pixels on each side of a patch's middle
SIDES = (48, 96, 192, 384)
"""Longer sides of the picture, one after the other; what is larger is enlarged from the last."""
ROUNDS = 5  # of looking and proposing, at each size
LOOKS = 2  # of each round, at neighbours and by chance
FEWEST = 64  # patches of the surroundings, below which there is no texture to take
STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0))


def textured(picture: Tensor, missing: Tensor, begin: Tensor, random: torch.Generator) -> Tensor:
    """Return the picture with its hole filled by patches of what lies around it.

    Args:
        picture: Shape (1, C, H, W); what is missing in it counts for nothing.
        missing: 1 where a pixel is missing, shape (1, 1, H, W).
        begin: A coarse filling, as large as the picture.
    """
    longest = max(picture.shape[2:])
    sides = [side for side in SIDES if side < longest]
    sides += [longest] if longest <= SIDES[-1] else []
    now, field = begin, None
    for side in sides:
        size = tuple(max(2 * REACH + 2, round(one * side / longest)) for one in picture.shape[2:])
        known = interpolate(1 - missing, size, mode="area")
        hole = known < 0.99
        shown = interpolate(picture * (1 - missing), size, mode="area") / known.clamp(min=1e-3)
        coarse = interpolate(now, size, mode="bicubic", align_corners=False)
        now, field = _completed(torch.where(hole, coarse, shown)[0], hole[0, 0], field, random)
        now = now[None]
    if now.shape != picture.shape:
        now = interpolate(now, picture.shape[2:], mode="bicubic", align_corners=False)
    return torch.where(missing > 0.5, now.clamp(-1, 1), picture)


class _Field:
    """For each patch over the hole the patch of the surroundings that is most like it.

    Attributes:
        targets: Flat places of the middles of patches over the hole, shape (T,).
        sources: Flat places of the middles of their likes, shape (T,).
        apart: Mean squared differences, shape (T,).
    """

    def __init__(self, hole: Tensor) -> None:
        self.height, self.width = hole.shape
        near = max_pool2d(hole.float()[None, None], 2 * REACH + 1, stride=1, padding=REACH)[0, 0] > 0
        inside = torch.zeros_like(near)
        inside[REACH:-REACH, REACH:-REACH] = True
        self.allowed = (inside & ~near).flatten()
        self.targets = (inside & near).flatten().nonzero()[:, 0]
        self.places = self.allowed.nonzero()[:, 0]
        reach = torch.arange(-REACH, REACH + 1)
        self.around = (reach[:, None] * self.width + reach).flatten()
        self.sources = self.targets
        self.apart = torch.full((len(self.targets),), torch.inf)

    def patches(self, flat: Tensor, middles: Tensor) -> Tensor:
        """Return patches of a flat picture (C, H * W), shape (C, number, size of a patch)."""
        return flat[:, middles[:, None] + self.around]

    def offer(self, flat: Tensor, mine: Tensor, offered: Tensor, counts: Tensor) -> None:
        """Take each offered patch that is allowed and more alike than the one before."""
        counts = counts & self.allowed[offered]
        one = counts.nonzero()[:, 0]
        apart = (self.patches(flat, offered[one]) - mine[:, one]).square().mean((0, 2))
        better = apart < self.apart[one]
        self.sources[one[better]], self.apart[one[better]] = offered[one[better]], apart[better]

    def begin(self, flat: Tensor, before: _Field | None, random: torch.Generator) -> None:
        """Take the likes of a coarser field, scaled; the first time by chance."""
        by_chance = torch.randint(len(self.places), (len(self.targets),), generator=random)
        self.sources, mine = self.places[by_chance], self.patches(flat, self.targets)
        self.apart = torch.full((len(self.targets),), torch.inf)
        self.offer(flat, mine, self.sources.clone(), torch.ones_like(self.apart, dtype=torch.bool))
        if before is None or not len(before.targets):
            return
        y, x = self.targets // self.width, self.targets % self.width
        down, across = self.height / before.height, self.width / before.width
        at = (y / down).long().clamp(max=before.height - 1) * before.width
        at = at + (x / across).long().clamp(max=before.width - 1)
        likes = torch.full((before.height * before.width,), -1)
        likes[before.targets] = before.sources
        source = likes[at]
        shift_y = ((source // before.width - at // before.width) * down).round().long()
        shift_x = ((source % before.width - at % before.width) * across).round().long()
        offered, counts = self._place(y + shift_y, x + shift_x)
        self.offer(flat, mine, offered, counts & (source >= 0))

    def look(self, flat: Tensor, random: torch.Generator) -> None:
        """Look at the likes of neighbours, moved as the neighbours are, and around one's own by chance."""
        mine = self.patches(flat, self.targets)
        self.apart = (self.patches(flat, self.sources) - mine).square().mean((0, 2))
        for down, across in STEPS:
            likes = torch.full((self.height * self.width,), -1)
            likes[self.targets] = self.sources
            source = likes[self.targets + down * self.width + across]
            offered, counts = self._place(source // self.width - down, source % self.width - across)
            self.offer(flat, mine, offered, counts & (source >= 0))
        radius = max(self.height, self.width) // 2
        while radius >= 1:
            move = torch.randint(-radius, radius + 1, (2, len(self.targets)), generator=random)
            own_y, own_x = self.sources // self.width, self.sources % self.width
            self.offer(flat, mine, *self._place(own_y + move[0], own_x + move[1]))
            radius //= 2

    def propose(self, flat: Tensor) -> tuple[Tensor, Tensor]:
        """Return what patches propose for each pixel, and how much they weigh, flat."""
        spread = torch.quantile(self.apart, 0.75).clamp(min=1e-6)
        weight = (-self.apart / (2 * spread)).exp()
        at = (self.targets[:, None] + self.around).flatten()
        proposed = (self.patches(flat, self.sources) * weight[:, None]).flatten(1)
        total = torch.zeros_like(flat).index_add(1, at, proposed)
        weights = flat.new_zeros(flat.shape[1]).index_add(0, at, weight.repeat_interleave(len(self.around)))
        return total, weights

    def _place(self, y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return flat places, and which of them lie in the picture."""
        inside = (y >= 0) & (y < self.height) & (x >= 0) & (x < self.width)
        return torch.where(inside, y * self.width + x, 0), inside


def _completed(
    picture: Tensor, hole: Tensor, before: _Field | None, random: torch.Generator
) -> tuple[Tensor, _Field | None]:
    """Return the picture (C, H, W) with its hole completed, and where its patches were found."""
    field = _Field(hole)
    if len(field.places) < FEWEST or not len(field.targets):
        return picture, before
    flat, missing = picture.flatten(1).clone(), hole.flatten()
    field.begin(flat, before, random)
    for _ in range(ROUNDS):
        for _ in range(LOOKS):
            field.look(flat, random)
        total, weights = field.propose(flat)
        takes = missing & (weights > 1e-9)
        flat[:, takes] = total[:, takes] / weights[takes]
    return flat.view_as(picture), field
