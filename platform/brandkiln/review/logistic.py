"""Logistic regression for a few hundred decisions, without a numerical library: Newton's method on plain lists.

The weights have a Gaussian prior, so that few decisions move them little.
Source: Bishop, Pattern Recognition and Machine Learning, 4.3.3 and 4.5.1.
"""

from collections.abc import Sequence
from math import exp, sqrt
from operator import mul

STEPS = 12
ENOUGH = 1e-6
"""Newton's method ends when no weight moves further than this."""
PRIOR = 0.5
"""Standard deviation of the prior of a weight, in log-odds per standard deviation of its feature."""


def fit(rows: Sequence[Sequence[float]], labels: Sequence[int], *, prior: float = PRIOR) -> list[float]:
    """Return the most probable weights, the intercept first.

    Args:
        rows: Features of each example, standardised; shape (n, d).
        labels: 1 or 0 for each.
        prior: Standard deviation of each weight but the intercept, whose prior is flat but for a trace.
    """
    columns = [[1.0] * len(rows), *map(list, zip(*rows, strict=True))]
    penalties = [1e-3, *([prior**-2] * (len(columns) - 1))]
    weights = [0.0] * len(columns)
    for _step in range(STEPS):
        guesses = [sigmoid(total) for total in _products(columns, weights)]
        spread = [guess * (1 - guess) for guess in guesses]
        wrong = [label - guess for label, guess in zip(labels, guesses, strict=True)]
        slope = [
            sum(map(mul, column, wrong)) - penalty * weight
            for column, penalty, weight in zip(columns, penalties, weights, strict=True)
        ]
        bent = [list(map(mul, column, spread)) for column in columns]
        curve = [
            [sum(map(mul, bent[i], columns[j])) + (penalties[i] if i == j else 0.0) for j in range(i + 1)]
            for i in range(len(columns))
        ]
        moves = solve(curve, slope)
        weights = [weight + move for weight, move in zip(weights, moves, strict=True)]
        if max(map(abs, moves)) < ENOUGH:
            break
    return weights


def sigmoid(total: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + exp(-total)) if total >= 0 else exp(total) / (1 + exp(total))


def solve(lower: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Return the solution of a symmetric positive definite system, by Cholesky's decomposition.

    Args:
        lower: The matrix up to its diagonal, row by row.
        right: The right-hand side, shape (d,).
    """
    size, factor = len(right), [list(row) for row in lower]
    for i in range(size):
        for j in range(i + 1):
            total = factor[i][j] - sum(map(mul, factor[i][:j], factor[j][:j]))
            factor[i][j] = sqrt(total) if i == j else total / factor[j][j]
    found: list[float] = []
    for i in range(size):
        found.append((right[i] - sum(map(mul, factor[i][:i], found))) / factor[i][i])
    for i in reversed(range(size)):
        later = sum(factor[j][i] * found[j] for j in range(i + 1, size))
        found[i] = (found[i] - later) / factor[i][i]
    return found


def auc(scores: Sequence[float], labels: Sequence[int]) -> float | None:
    """Return how often an example of class 1 scores higher than one of class 0, ties counting half.

    None where there are not both. Source: Hanley and McNeil, The meaning and use of the area under a ROC curve, 1982.
    """
    good = sum(labels)
    bad = len(labels) - good
    if not good or not bad:
        return None
    ordered = sorted(zip(scores, labels, strict=True))
    ranks, place = 0.0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ranks += sum(label for _score, label in ordered[place:end]) * (place + 1 + end) / 2
        place = end
    return (ranks - good * (good + 1) / 2) / (good * bad)


def _products(columns: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    return [sum(map(mul, row, weights)) for row in zip(*columns, strict=True)]
