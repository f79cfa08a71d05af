"""What the images of a data set are like."""

from array import array
from collections import Counter
from statistics import median_low
from typing import Any


def spread(values: "array[int] | list[int]") -> dict[str, int] | None:
    """Return the smallest, the median and the largest value, or None of nothing."""
    if not values:
        return None
    return {"min": min(values), "median": median_low(values), "max": max(values)}


class ImageTally:
    """Counts sizes, formats and colour modes."""

    def __init__(self) -> None:
        self.widths: array[int] = array("I")
        self.heights: array[int] = array("I")
        self.formats: Counter[str] = Counter()
        self.modes: Counter[str] = Counter()

    def see(self, facts: dict[str, Any]) -> None:
        """Count an image by what was measured of it."""
        self.widths.append(facts["width"])
        self.heights.append(facts["height"])
        self.formats[facts["format"]] += 1
        self.modes[facts["mode"]] += 1

    def summary(self) -> dict[str, object]:
        """Return the figures for the report."""
        return {
            "width": spread(self.widths),
            "height": spread(self.heights),
            "formats": dict(self.formats.most_common()),
            "modes": dict(self.modes.most_common()),
        }
