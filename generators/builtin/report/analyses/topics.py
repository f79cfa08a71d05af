"""What texts are about: TF-IDF, and topics by non-negative factors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generators.builtin.report.analyses.phrases import terms_of, vocabulary, without_parts

Array = NDArray[np.float64]
LEAST_TEXTS = 20
LEAST_TERMS = 10
TURNS = 60
NAMED = 3
SMALLEST = 1e-10


@dataclass(frozen=True, slots=True)
class Topic:
    """Texts that share words.

    Attributes:
        terms: The terms that tell it best, best first; no two of them share a word.
        members: The places of the texts that it fits best, the most fitting first.
    """

    terms: tuple[str, ...]
    members: tuple[int, ...]


def topics(texts: Sequence[str], count: int) -> tuple[Topic, ...]:
    """Return topics, the one with most texts first; () where there are fewer than 20 texts or too few shared words.

    A text belongs to the topic with its largest weight, and to none where it has no known term.

    Args:
        texts: The texts.
        count: How many topics at most.

    Source: Lee and Seung, Algorithms for Non-negative Matrix Factorization (2000); Boutsidis and Gallopoulos, SVD based
    initialization (2008).
    """
    terms = [terms_of(text) for text in texts]
    known = vocabulary(terms)
    if len(texts) < LEAST_TEXTS or len(known) < LEAST_TERMS:
        return ()
    weights = tf_idf(terms, known)
    count = min(count, len(known) // 3, max(2, len(texts) // 10))
    members, parts = _factors(weights, count)
    parts /= np.maximum(parts.max(axis=1, keepdims=True), SMALLEST)
    telling = parts * (parts / np.maximum(parts.sum(axis=0), SMALLEST))  # often here, and more than elsewhere
    best = members.argmax(axis=1)
    found = []
    for place in range(count):
        mine = np.flatnonzero((best == place) & (members[:, place] > SMALLEST * 10))
        ordered = mine[np.argsort(-members[mine, place], kind="stable")]
        ranked = [known[i] for i in np.argsort(-telling[place], kind="stable") if telling[place, i] > 0]
        names = without_parts(ranked[: 4 * NAMED])[:NAMED]
        if len(mine) and names:
            found.append(Topic(tuple(names), tuple(ordered.tolist())))
    return tuple(sorted(found, key=lambda topic: (-len(topic.members), topic.terms)))


def tf_idf(terms: Sequence[Sequence[str]], known: Sequence[str]) -> Array:
    """Return the weight of each known term in each text, shape (texts, terms); rows have length 1, or 0.

    The weight is (1 + ln tf) (1 + ln((1 + n) / (1 + df))), as scikit-learn has it with sublinear_tf.
    """
    place = {term: i for i, term in enumerate(known)}
    weights = np.zeros((len(terms), len(known)))
    for row, text in enumerate(terms):
        for term in text:
            column = place.get(term)
            if column is not None:
                weights[row, column] += 1
    counted = weights > 0
    frequency = counted.sum(axis=0)
    weights = np.where(counted, 1 + np.log(np.where(counted, weights, 1.0)), 0.0)
    weights *= 1 + np.log((1 + len(terms)) / (1 + frequency))
    length = np.sqrt((weights**2).sum(axis=1, keepdims=True))
    return weights / np.where(length > 0, length, 1.0)


def _factors(weights: Array, count: int) -> tuple[Array, Array]:
    """Return non-negative factors of shapes (texts, count) and (count, terms) whose product is near the weights."""
    values, vectors = np.linalg.eigh(weights.T @ weights)
    members = np.empty((len(weights), count))
    parts = np.empty((count, weights.shape[1]))
    for place in range(count):
        right = vectors[:, -1 - place]
        size = math.sqrt(max(float(values[-1 - place]), SMALLEST))
        left = weights @ right / size
        sides = [(np.maximum(s * left, 0), np.maximum(s * right, 0)) for s in (1.0, -1.0)]
        left, right = max(sides, key=lambda side: float(np.linalg.norm(side[0]) * np.linalg.norm(side[1])))
        lengths = float(np.linalg.norm(left)), float(np.linalg.norm(right))
        scale = math.sqrt(size * lengths[0] * lengths[1])
        members[:, place] = scale * left / (lengths[0] or 1.0)
        parts[place] = scale * right / (lengths[1] or 1.0)
    mean = float(weights.mean()) / 100
    members, parts = np.maximum(members, mean), np.maximum(parts, mean)
    for _ in range(TURNS):
        members *= (weights @ parts.T) / (members @ (parts @ parts.T) + SMALLEST)
        parts *= (members.T @ weights) / ((members.T @ members) @ parts + SMALLEST)
    return members, parts
