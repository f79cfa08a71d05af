"""Hybrid search: by words (BM25), by meaning (vectors), and both lists fused."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from brandkiln.datasets.terms import has_expired
from brandkiln.retrieval.models import Chunk, Posting, SearchIndex
from brandkiln.retrieval.passages import terms
from brandkiln.retrieval.vectors import Place, nearest
from brandkiln.workspaces.models import Workspace

K1, B = 1.2, 0.75
"""Source: Robertson and Zaragoza, The probabilistic relevance framework, 2009. https://doi.org/10.1561/1500000019"""
FUSED = 60
"""Source: Cormack, Clarke and Buettcher, Reciprocal rank fusion, 2009. https://doi.org/10.1145/1571941.1572114"""
DEPTH = 50
"""How far down each of the two lists is fused."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Attributes:
        chunk: The passage, with its index, version and data set.
        score: Of the fusion; only the order means something.
        cosine: How near it is to the question in meaning, None where only its words were.
        word_rank: Its place in the list by words, from 1, or None.
    """

    chunk: Chunk
    score: float
    cosine: float | None
    word_rank: int | None


def usable_indexes(workspace: Workspace, datasets: Sequence[UUID] | None = None) -> list[SearchIndex]:
    """Return the indexes that may be asked: whole, of data that is neither in the trash nor over its last day.

    Args:
        datasets: Only those of these data sets; None for all of the workspace.
    """
    rows = SearchIndex.objects.filter(
        workspace=workspace, version__trashed_at=None, version__dataset__trashed_at=None
    )
    rows = rows.exclude(ready_at=None).select_related("version__dataset")
    if datasets is not None:
        rows = rows.filter(version__dataset__in=datasets)
    newest = {row.version.dataset_id: row for row in rows.order_by("version__number")}
    return [row for row in newest.values() if not has_expired(row.version.dataset)]


def by_words(indexes: Sequence[SearchIndex], question: str, count: int) -> list[tuple[Place, float]]:
    """Return the passages with the highest BM25 score for the question's words, the best first."""
    wanted = Counter(terms(question))
    total = sum(index.chunk_count for index in indexes)
    if not wanted or not total:
        return []
    mean = sum(index.mean_length * index.chunk_count for index in indexes) / total
    rows = Posting.objects.filter(index__in=indexes, term__in=wanted).values_list(
        "index_id", "term", "places"
    )
    found: dict[str, list[tuple[UUID, array[int]]]] = defaultdict(list)
    for index, term, places in rows:
        found[term].append((index, array("I", bytes(places))))
    scores: dict[Place, float] = defaultdict(float)
    for term, lists in found.items():
        holding = sum(len(numbers) // 3 for _, numbers in lists)
        rarity = math.log(1 + (total - holding + 0.5) / (holding + 0.5))
        for index, numbers in lists:
            for number, often, length in zip(numbers[0::3], numbers[1::3], numbers[2::3], strict=True):
                damped = often + K1 * (1 - B + B * length / mean)
                scores[index, number] += wanted[term] * rarity * often * (K1 + 1) / damped
    ranked = sorted(scores.items(), key=lambda one: (-one[1], str(one[0][0]), one[0][1]))
    return ranked[:count]


def fuse(*lists: Sequence[Place]) -> list[tuple[Place, float]]:
    """Return the places of several rankings by the sum of their reciprocal ranks, the best first."""
    scores: dict[Place, float] = defaultdict(float)
    for ranking in lists:
        for rank, place in enumerate(ranking, start=1):
            scores[place] += 1 / (FUSED + rank)
    return sorted(scores.items(), key=lambda one: -one[1])


def search(indexes: Sequence[SearchIndex], question: str, vector: bytes, count: int) -> list[Hit]:
    """Return the passages that answer a question best, by words and by meaning.

    Args:
        indexes: What the asker may see: the result of ``usable_indexes``.
        question: Its words.
        vector: What the indexes' extractor makes of it.
        count: How many passages.
    """
    words = [place for place, _ in by_words(indexes, question, DEPTH)]
    meaning = nearest([index.pk for index in indexes], vector, DEPTH)
    best = fuse(words, [place for place, _ in meaning])[:count]
    chunks = chunks_at(place for place, _ in best)
    cosines, ranks = dict(meaning), {place: rank for rank, place in enumerate(words, start=1)}
    return [
        Hit(chunks[place], score, cosines.get(place), ranks.get(place))
        for place, score in best
        if place in chunks  # it may have been erased meanwhile
    ]


def chunks_at(places: Iterable[Place]) -> dict[Place, Chunk]:
    """Return the passages at these places."""
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for index, number in places:
        numbers[index].append(number)
    if not numbers:
        return {}
    wanted = Q()
    for index, those in numbers.items():
        wanted |= Q(index=index, number__in=those)
    rows = Chunk.objects.filter(wanted).select_related("index__version__dataset")
    return {(row.index_id, row.number): row for row in rows}
