"""Histograms that are filled as values come, without knowing their range and in little memory."""

import math
from collections import Counter

BINS = 24
"""Bars at most; a histogram halves their number when more would be needed."""


class Histogram:
    """Counts values in bins of equal width that doubles as the range grows.

    Args:
        whole: Whether the values are whole numbers, so that no bin is narrower than 1.
        logarithmic: Whether each bin reaches to twice its start; for sizes, where a few are far larger than most.
    """

    def __init__(self, *, whole: bool = False, logarithmic: bool = False) -> None:
        self._logarithmic = logarithmic
        self._width = 1.0 if whole else 2.0**-20
        self._counts: Counter[int] = Counter()

    def see(self, value: float) -> None:
        """Count a value; one that is not finite is passed over."""
        if not math.isfinite(value):
            return
        if self._logarithmic:
            self._counts[max(0, int(value)).bit_length()] += 1
            return
        number = math.floor(value / self._width)
        is_new = number not in self._counts
        self._counts[number] += 1
        while is_new and max(self._counts) - min(self._counts) >= BINS:
            self._halve()

    def bins(self) -> list[list[float]]:
        """Return the bins in order as [start, end, count], empty ones between others included."""
        if not self._counts:
            return []
        first, last = min(self._counts), max(self._counts)
        return [[*self._edges(number), self._counts[number]] for number in range(first, last + 1)]

    def _edges(self, number: int) -> tuple[float, float]:
        if self._logarithmic:
            return (0.0 if number == 0 else 2.0 ** (number - 1)), 2.0**number
        return number * self._width, (number + 1) * self._width

    def _halve(self) -> None:
        self._width *= 2
        counts: Counter[int] = Counter()
        for number, count in self._counts.items():
            counts[number // 2] += count
        self._counts = counts
