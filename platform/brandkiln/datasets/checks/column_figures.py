"""Figures of one column for the report, from its typed values."""

import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from brandkiln.datasets.checks.columns import ColumnType
from brandkiln.datasets.checks.values import Value

BINS = 20
"""Bars of a histogram."""
FINE_BITS = 9
"""Up to 2 to the power of this many bins are counted while the range is not known yet."""
DIGITS = 50
"""Binary digits of the number of a bin."""
CATEGORIES = 200
"""Different values up to which a column is one of categories."""
TOP = 20
EXAMPLES = 3
EXAMPLE_LENGTH = 80


class Spread:
    """Counts numbers in bins whose width doubles as the range grows; shown as BINS bars between the ends."""

    def __init__(self) -> None:
        self._power = -30
        self._counts: Counter[int] = Counter()

    def see_all(self, numbers: Sequence[float]) -> None:
        """Count numbers, which are finite."""
        low, high = min(numbers), max(numbers)
        if self._counts:
            low = min(low, self._edge(min(self._counts)))
            high = max(high, self._edge(max(self._counts)))
        self._widen(_exponent(high / 2 - low / 2) + 2 - FINE_BITS)
        self._widen(_exponent(max(abs(low), abs(high))) - DIGITS)
        scale = math.ldexp(1.0, -self._power)
        self._counts.update([math.floor(number * scale) for number in numbers])

    def bars(self, low: float, high: float, most: int = BINS) -> list[list[float]]:
        """Return at most so many bars from the smallest to the largest number: start, end, count."""
        if not self._counts:
            return []
        width = high / most - low / most
        if not width:
            return [[low, high, self._counts.total()]]
        counts = [0] * most
        for number, count in self._counts.items():
            middle = self._edge(number) / 2 + self._edge(number + 1) / 2
            counts[min(most - 1, max(0, int((middle / width) - (low / width))))] += count
        inner = (low * (1 - place / most) + high * (place / most) for place in range(1, most))
        edges = [low, *(min(high, max(low, edge)) for edge in inner), high]
        return [[*edges[place : place + 2], count] for place, count in enumerate(counts)]

    def _edge(self, number: int) -> float:
        try:
            return math.ldexp(number, self._power)
        except OverflowError:
            return math.copysign(sys.float_info.max, number)

    def _widen(self, power: int) -> None:
        if power <= self._power:
            return
        counts: Counter[int] = Counter()
        for number, count in self._counts.items():
            counts[number >> power - self._power] += count
        self._power, self._counts = power, counts


def _exponent(number: float) -> int:
    return math.frexp(number)[1] if number else -1_100


class ColumnFigures:
    """What the values of a column are like; those of text are measured by their lengths."""

    def __init__(self, name: str, kind: ColumnType) -> None:
        self.name = name
        self.type = kind
        self.missing = 0
        self.smallest: Any = None
        self.largest: Any = None
        self._examples: list[str] = []
        self._first: Value = None
        self._constant = True
        self._spread = Spread() if kind.type in ("whole", "decimal", "text") else None
        self._categories: Counter[Value] | None = Counter() if kind.type in ("text", "flag") else None

    def see(self, value: Value) -> None:
        """Take note of one value."""
        self.see_all([value])

    def see_all(self, values: Sequence[Value]) -> None:
        """Take note of many values."""
        there = [value for value in values if value is not None] if None in values else values
        self.missing += len(values) - len(there)
        if not there:
            return
        measures: Any = [len(str(value)) for value in there] if self.type.type == "text" else there
        low, high = min(measures), max(measures)
        self.smallest = low if self.smallest is None else min(self.smallest, low)
        self.largest = high if self.largest is None else max(self.largest, high)
        if self._first is None:
            self._first = there[0]
        self._constant = self._constant and there.count(self._first) == len(there)
        if len(self._examples) < EXAMPLES:
            self._add_examples(there)
        if self._spread:
            self._spread.see_all(measures)
        if self._categories is not None:
            self._count_categories(there, high)

    def summary(self) -> dict[str, Any]:
        """Return the figures."""
        found: dict[str, Any] = {
            "name": self.name,
            "type": self.type.type,
            "missing": self.missing,
            "min": self.smallest,
            "max": self.largest,
            "examples": self._examples,
            "constant": self._constant and self._first is not None,
            "hint": self.type.hint,
        }
        if self.type.style:
            found["numbers"] = self.type.style
        if self.type.misfits:
            found |= {"likely_type": self.type.likely, "misfits": self.type.misfits}
        if self._spread and self.smallest is not None:
            values = BINS if self.type.type == "decimal" else int(self.largest - self.smallest) + 1
            found["histogram"] = self._spread.bars(self.smallest, self.largest, min(BINS, values))
        if self._categories:
            found["top"] = [[value, count] for value, count in self._categories.most_common(TOP)]
            found["categories"] = len(self._categories)
        return found

    def _add_examples(self, values: Iterable[Value]) -> None:
        for value in values:
            if (shown := str(value)[:EXAMPLE_LENGTH]) not in self._examples:
                self._examples.append(shown)
                if len(self._examples) == EXAMPLES:
                    return

    def _count_categories(self, values: Sequence[Value], longest: Any) -> None:
        assert self._categories is not None
        self._categories.update(values)
        too_long = self.type.type == "text" and longest > EXAMPLE_LENGTH
        if too_long or len(self._categories) > CATEGORIES:
            self._categories = None
