"""Whether two groups differ: rates and means with intervals, and how many would be needed to tell."""

import math
from dataclasses import dataclass
from typing import Literal

from generators.builtin.report.analyses.distributions import normal_quantile, student_quantile

Verdict = Literal["higher", "lower", "same"]
"""What can be said of the second group beside the first; "same": they cannot be told apart."""
POWER = 0.8
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds the true value in so many cases of a hundred as its level says."""

    low: float
    high: float
    level: float = LEVEL

    @property
    def verdict(self) -> Verdict:
        """Of an interval around a difference: what it says of its sign."""
        return "higher" if self.low > 0 else "lower" if self.high < 0 else "same"


@dataclass(frozen=True, slots=True)
class Difference:
    """A second group beside a first.

    Attributes:
        first, second: The rate or the mean of each group.
        first_size, second_size: How many there are in each.
        difference: second - first.
        interval: Around the difference.
        needed: How many each group would need to show a difference of this size in 8 of 10 trials; None where there is
            no difference to show.
    """

    first: float
    second: float
    first_size: int
    second_size: int
    difference: float
    interval: Interval
    needed: int | None

    @property
    def verdict(self) -> Verdict:
        return self.interval.verdict


def wilson(hits: int, of: int, level: float = LEVEL) -> Interval:
    """Return the interval around a rate, 0 to 1.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927).
    """
    z = normal_quantile((1 + level) / 2)
    rate = hits / of
    middle = (rate + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * math.sqrt(rate * (1 - rate) / of + z * z / (4 * of * of))
    low = 0.0 if hits == 0 else max(0.0, middle - reach)
    return Interval(low, 1.0 if hits == of else min(1.0, middle + reach), level)


def rates_differ(
    first_hits: int, first_size: int, second_hits: int, second_size: int, level: float = LEVEL
) -> Difference:
    """Return how two rates differ.

    Args:
        first_hits, first_size: How many of how many in the first group; sizes are above 0.
        second_hits, second_size: The same of the second.
        level: How often the interval is to hold the true difference.

    Source: Newcombe, Interval Estimation for the Difference Between Independent Proportions (1998), method 10.
    """
    first, second = first_hits / first_size, second_hits / second_size
    one, other = wilson(first_hits, first_size, level), wilson(second_hits, second_size, level)
    difference = second - first
    interval = Interval(
        difference - math.hypot(second - other.low, one.high - first),
        difference + math.hypot(other.high - second, first - one.low),
        level,
    )
    needed = size_for_rates(first, second, level) if difference else None
    return Difference(first, second, first_size, second_size, difference, interval, needed)


def means_differ(
    first: tuple[float, float, int], second: tuple[float, float, int], level: float = LEVEL
) -> Difference | None:
    """Return how two means differ, or None where a group has fewer than two values or neither varies.

    Args:
        first, second: Mean, variance (of a sample) and number of values of each group.
        level: How often the interval is to hold the true difference.

    Source: Welch, The Generalization of Student's Problem when Several Different Population Variances are Involved
    (1947).
    """
    (mean1, variance1, n1), (mean2, variance2, n2) = first, second
    if n1 < 2 or n2 < 2:
        return None
    a, b = variance1 / n1, variance2 / n2
    if a + b <= 0:
        return None
    freedom = (a + b) ** 2 / (a * a / (n1 - 1) + b * b / (n2 - 1))
    reach = student_quantile((1 + level) / 2, freedom) * math.sqrt(a + b)
    difference = mean2 - mean1
    needed = size_for_means((variance1 + variance2) / 2, difference, level) if difference else None
    interval = Interval(difference - reach, difference + reach, level)
    return Difference(mean1, mean2, n1, n2, difference, interval, needed)


def size_for_rates(first: float, second: float, level: float = LEVEL, power: float = POWER) -> int:
    """Return how many each group needs for two different rates to be told apart.

    Source: Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (2003), 4.2.
    """
    middle = (first + second) / 2
    spread = normal_quantile((1 + level) / 2) * math.sqrt(2 * middle * (1 - middle))
    spread += normal_quantile(power) * math.sqrt(first * (1 - first) + second * (1 - second))
    return math.ceil((spread / (second - first)) ** 2)


def size_for_means(variance: float, difference: float, level: float = LEVEL, power: float = POWER) -> int:
    """Return how many each group needs for a difference of two means to be told from none; a normal approximation."""
    spread = normal_quantile((1 + level) / 2) + normal_quantile(power)
    return math.ceil(2 * variance * (spread / difference) ** 2)
