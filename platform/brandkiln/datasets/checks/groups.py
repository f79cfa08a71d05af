"""Pictures that look alike: found by their difference hashes, confirmed by their grids and tones, joined to groups.

Only pictures are compared that are about as bright and whose upper half, left half and middle rows outshine the rest by
about as much: none of these means differs by more than the grids do. So they lie in the same cell of a lattice or in
neighbouring ones, sorted by brightness. 60,000 pictures take two seconds, and the time grows about linearly, since each
is compared with a bounded number of others however many come together.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import sub

RADIUS = 5
"""Bits of 64 that look-alikes may differ in. JPEG at quality 50, half or double size: at most 4 in 9 of 10 pictures."""
GRID_DIFFERENCE = 2.0
"""Mean difference of two grids that still look alike, of 255. JPEG at quality 50 changes pictures of 256 pixels by at
most 0.6 and those of 28 pixels by 1.8; of different Fashion-MNIST pictures 3 in 1,000 have a neighbour below it."""
GRID_SHARE = 0.03
"""The same as a share of the grid's own standard deviation, so that small things on a plain ground are told apart:
with it the largest group in Fashion-MNIST falls from 125 different sandals to a handful of the same trousers."""
TONE_DIFFERENCE = 6
"""Most that the mean red, green or blue of look-alikes differ by, of 255; the same article in another colour does."""
BRIGHTNESS_DIFFERENCE = 2.0
"""The mean of a grid never differs by more than the grid does."""
NEXT = 32
"""Records of a cell, or of its neighbours, that are a little brighter and that each is compared with, and as many that
are a little darker; bounds the work in a crowd."""

Link = tuple[int, int, float]
"""Two places and how alike they are, from 0 to 1."""
Progress = Callable[[int, int], None]
Cell = tuple[int, int, int]
"""Of the lattice of tilt, lean and belt, as wide as each may differ."""
_STEPS = [step for step in product((-1, 0, 1), repeat=3) if step > (0, 0, 0)]
"""To every second neighbour of a cell; the others have it as theirs."""
_TOGETHER = 64
"""Cells that are looked at between two reports."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture looks like, as integers and bytes that are quick to compare."""

    dhash: int
    grid: bytes
    tone: tuple[int, int, int]
    brightness: float
    """Mean of the grid."""
    tilt: float
    """Mean of the grid where the lower half counts negative."""
    lean: float
    """Mean of the grid where every second four values, the right half, count negative."""
    belt: float
    """Mean of the grid where all but the four middle rows count negative."""
    spine: float
    """Mean of the grid where all but the four middle columns count negative."""
    allowed: float
    """How much a grid may differ from this one and still look alike."""

    @classmethod
    def of(cls, facts: dict[str, object]) -> "Look | None":
        """Return the look that was measured while the picture was read, or None where that was not done."""
        try:
            red, green, blue = bytes.fromhex(str(facts["tone"]))
            grid = bytes.fromhex(str(facts["grid"]))
            allowed = min(GRID_DIFFERENCE, GRID_SHARE * _deviation(grid))
            upper, lower = sum(grid[: len(grid) // 2]), sum(grid[len(grid) // 2 :])
            left, belt = sum(map(sum, (grid[at : at + 4] for at in range(0, len(grid), 8)))), sum(grid[16:48])
            spine = sum(map(sum, (grid[at : at + 4] for at in range(2, len(grid), 8))))
            total, size = upper + lower, len(grid)
            return cls(
                dhash=int(str(facts["dhash"]), 16),
                grid=grid,
                tone=(red, green, blue),
                brightness=total / size,
                tilt=(upper - lower) / size,
                lean=(2 * left - total) / size,
                belt=(2 * belt - total) / size,
                spine=(2 * spine - total) / size,
                allowed=allowed,
            )
        except (KeyError, ValueError):
            return None


class Groups:
    """Joins places to groups. Source: Tarjan, Efficiency of a good but not linear set union algorithm, 1975."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}
        self._best: dict[int, float] = {}

    def join(self, links: Iterable[Link]) -> None:
        """Put the two places of each link into one group."""
        for one, other, alike in links:
            for place in (one, other):
                self._best[place] = max(alike, self._best.get(place, 0.0))
            first, second = self.root(one), self.root(other)
            if first != second:
                self._parents[max(first, second)] = min(first, second)

    def root(self, place: int) -> int:
        """Return the smallest place of the group."""
        parents = self._parents
        while (parent := parents.get(place, place)) != place:
            parents[place] = parents.get(parent, parent)
            place = parent
        return place

    def alike(self, place: int) -> float:
        """Return how alike a place and the one nearest to it in its group are."""
        return self._best[place]

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the groups in order of their first places."""
        members: defaultdict[int, list[int]] = defaultdict(list)
        for place in sorted(self._best):
            members[self.root(place)].append(place)
        return iter(members.values())


def alike_pictures(looks: Sequence[Look], report: Progress = lambda done, total: None) -> Iterator[Link]:
    """Yield the pairs of pictures that look alike."""
    means = [look.brightness for look in looks]
    cells: defaultdict[Cell, list[int]] = defaultdict(list)
    for place in sorted(range(len(looks)), key=means.__getitem__):
        cells[_cell(looks[place])].append(place)
    for number, ((tilt, lean, belt), members) in enumerate(cells.items()):
        if number % _TOGETHER == 0:
            report(number, len(cells))
        near: list[int] = []
        for up, left, inner in _STEPS:
            near += cells.get((tilt + up, lean + left, belt + inner), ())
        near.sort(key=means.__getitem__)
        bright = [means[place] for place in near]
        for at, one in enumerate(members):
            yield from _links(one, members[at + 1 : at + 1 + NEXT], looks)
            if near:
                middle = bisect_left(bright, means[one])
                darkest = means[one] - BRIGHTNESS_DIFFERENCE
                start = bisect_left(bright, darkest, max(0, middle - NEXT), middle)
                yield from _links(one, near[start : middle + NEXT], looks)


def _cell(look: Look) -> Cell:
    width = GRID_DIFFERENCE
    return math.floor(look.tilt / width), math.floor(look.lean / width), math.floor(look.belt / width)


def _links(one: int, others: Sequence[int], looks: Sequence[Look]) -> Iterator[Link]:
    """Yield those of the others, sorted by brightness, that look like the one."""
    own = looks[one]
    brightest, dhash, spine = own.brightness + BRIGHTNESS_DIFFERENCE, own.dhash, own.spine
    for other in others:
        look = looks[other]
        if look.brightness > brightest:
            return
        if (dhash ^ look.dhash).bit_count() <= RADIUS and abs(spine - look.spine) <= GRID_DIFFERENCE:
            alike = _confirm(own, look)
            if alike is not None:
                yield one, other, alike


def difference(one: bytes, other: bytes) -> float:
    """Return the mean absolute difference of two grids of the same size."""
    total: int = sum(map(abs, map(sub, one, other)))
    return total / len(one)


def _confirm(one: Look, other: Look) -> float | None:
    """Return how alike two pictures are from 0 to 1, or None where they do not look alike."""
    allowed = min(one.allowed, other.allowed)
    # Cheap first: neither these means nor the middle rows alone differ by more than the whole grids do.
    if abs(one.lean - other.lean) > allowed or abs(one.belt - other.belt) > allowed:
        return None
    if sum(map(abs, map(sub, one.grid[16:48], other.grid[16:48]))) > allowed * len(one.grid):
        return None
    apart = difference(one.grid, other.grid)
    if apart > allowed or any(
        abs(a - b) > TONE_DIFFERENCE for a, b in zip(one.tone, other.tone, strict=True)
    ):
        return None
    return 1 - apart / 255


def _deviation(grid: bytes) -> float:
    mean = sum(grid) / len(grid)
    return math.sqrt(max(0.0, sum(value * value for value in grid) / len(grid) - mean * mean))
