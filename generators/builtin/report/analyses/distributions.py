"""Quantiles and tail probabilities, without SciPy, whose import takes longer than a report."""

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_STEPS = 200
_TINY = 1e-300


def normal_quantile(probability: float) -> float:
    """Return the value that a standard normal variable stays below with a probability between 0 and 1."""
    return _NORMAL.inv_cdf(probability)


def student_tail(t: float, freedom: float) -> float:
    """Return the probability that Student's t is further from 0 than `t`, on either side.

    Args:
        t: The statistic.
        freedom: Degrees of freedom, above 0; need not be whole.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.1 and 26.5.27.
    """
    if math.isinf(t):
        return 0.0
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def student_quantile(probability: float, freedom: float) -> float:
    """Return the value that Student's t stays below with a probability of 0.5 to 1, by bisection of its tail."""
    low, high = 0.0, 1.0
    tail = 2 * (1 - probability)
    while student_tail(high, freedom) > tail:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if student_tail(middle, freedom) > tail else (low, middle)
    return (low + high) / 2


def chi_square_tail(statistic: float) -> float:
    """Return the probability that chi-square with one degree of freedom is above a statistic."""
    return math.erfc(math.sqrt(max(0.0, statistic) / 2))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), 0 to 1.

    Source: Press et al., Numerical Recipes, 6.4: Lentz's method for the continued fraction.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    c = 1.0
    d = fraction = 1 / (1 - (a + b) * x / (a + 1) or _TINY)
    for step in range(2, _STEPS):
        half = step // 2
        if step % 2:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        d = 1 / (1 + term * d or _TINY)
        c = 1 + term / c or _TINY
        fraction *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * fraction / a
