"""Writes about indexes: building one from passages and vectors, and forgetting records."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brandkiln.datasets.models import DatasetVersion
from brandkiln.retrieval.models import Chunk, Posting, SearchIndex
from brandkiln.retrieval.passages import passages, terms
from brandkiln.retrieval.vectors import fill_pgvector

ROWS = 1000
MOST = 200_000
"""Passages of one index."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage before it has a vector."""

    position: int
    content: str
    start: int
    end: int
    text: str


def passages_of(version: DatasetVersion) -> Iterator[Passage]:
    """Yield the passages of a version's texts, in order."""
    rows = version.records.exclude(text="").order_by("position").values_list("position", "sha256", "text")
    for position, content, text in rows.iterator(chunk_size=ROWS):
        for span in passages(text):
            yield Passage(position, content, span.start, span.end, span.text)


@transaction.atomic
def begin_index(*, version: DatasetVersion, extractor: str) -> SearchIndex:
    """Return an empty index of the version, which takes the place of one it has."""
    SearchIndex.objects.filter(version=version).delete()
    return SearchIndex.objects.create(workspace=version.workspace, version=version, extractor=extractor)


@transaction.atomic
def add_chunks(*, index: SearchIndex, first: int, found: Sequence[Passage], vectors: Sequence[bytes]) -> None:
    """Add passages with their vectors; the numbers go on from ``first``."""
    rows = [
        Chunk(
            index=index, number=number, position=one.position, content=one.content, start=one.start, end=one.end,
            text=one.text, vector=vector,
        )
        for number, (one, vector) in enumerate(zip(found, vectors, strict=True), start=first)
    ]  # fmt: skip
    fill_pgvector(Chunk.objects.bulk_create(rows, batch_size=ROWS))


@transaction.atomic
def finish_index(*, index: SearchIndex) -> SearchIndex:
    """Write which words stand where, open the index to questions, and drop those of the data set's older versions."""
    places: dict[str, array[int]] = {}
    lengths = count = 0
    rows = Chunk.objects.filter(index=index).order_by("number").values_list("number", "text")
    for number, text in rows.iterator(chunk_size=ROWS):
        words = terms(text)
        lengths, count = lengths + len(words), count + 1
        for term, often in Counter(words).items():
            places.setdefault(term, array("I")).extend((number, often, len(words)))
    Posting.objects.filter(index=index).delete()
    Posting.objects.bulk_create(
        (Posting(index=index, term=term, places=found.tobytes()) for term, found in places.items()),
        batch_size=ROWS,
    )
    index.chunk_count, index.mean_length = count, lengths / max(count, 1)
    index.ready_at = timezone.now()
    index.save(update_fields=["chunk_count", "mean_length", "ready_at"])
    older = SearchIndex.objects.filter(
        version__dataset=index.version.dataset_id, version__number__lt=index.version.number
    )
    older.delete()
    return index


@transaction.atomic
def forget_records(*, version_id: UUID, hashes: Iterable[str]) -> int:
    """Delete the passages of erased records, and the words that stood only in them; return how many passages."""
    index = SearchIndex.objects.select_for_update().filter(version=version_id).first()
    if index is None:
        return 0
    rows = Chunk.objects.filter(index=index, content__in=list(hashes))
    gone, words = set[int](), set[str]()
    for number, text in rows.values_list("number", "text"):
        gone.add(number)
        words.update(terms(text))
    if not gone:
        return 0
    rows.delete()
    for posting in Posting.objects.filter(index=index, term__in=words):
        numbers = array("I", bytes(posting.places))
        kept = array("I")
        for place in range(0, len(numbers), 3):
            if numbers[place] not in gone:
                kept.extend(numbers[place : place + 3])
        if kept:
            posting.places = kept.tobytes()
            posting.save(update_fields=["places"])
        else:
            posting.delete()
    index.chunk_count = max(0, index.chunk_count - len(gone))
    index.save(update_fields=["chunk_count"])
    return len(gone)


def drop_index(*, index: SearchIndex) -> None:
    """Delete an index with all its passages; the data set stays."""
    index.delete()
