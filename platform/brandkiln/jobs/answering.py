"""An answer as people and programs read it: its text in pieces, and its passages as they are now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from brandkiln.jobs.models import Job
from brandkiln.retrieval.models import Chunk

Piece = tuple[str, int | None, bool]
"""A piece of text; the number of the source or claim that it belongs to, from 1; and whether it is a claim at all."""


@dataclass(frozen=True)
class Source:
    """A passage that was found.

    Attributes:
        number: Counted from 1.
        facts: What the job wrote down of it.
        chunk: The passage with its data set; None once it was erased or its index dropped.
        said: Where the answer's sentences rest on it, each as (start, end).
    """

    number: int
    facts: dict[str, Any]
    chunk: Chunk | None
    said: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str | None:
        return self.chunk.text if self.chunk else None

    def pieces(self) -> Iterator[Piece]:
        """Yield the passage in pieces, those that support the answer marked."""
        if self.chunk is None:
            return
        end = 0
        for start, stop in self.said:
            if start > end:
                yield self.chunk.text[end:start], None, False
            yield self.chunk.text[max(start, end) : stop], self.number, True
            end = max(end, stop)
        if end < len(self.chunk.text):
            yield self.chunk.text[end:], None, False


@dataclass(frozen=True)
class Answer:
    """What came of a question.

    Attributes:
        found: Whether any passage is about it; None before that is known.
        claims: The sentences of the text, as the job wrote them down.
    """

    question: str
    found: bool | None
    text: str
    sources: list[Source]
    claims: list[dict[str, Any]]

    @property
    def supported(self) -> int:
        """How many sentences some source says."""
        return sum(claim["source"] is not None for claim in self.claims)

    def pieces(self) -> Iterator[Piece]:
        """Yield the text in pieces: each sentence with the number of its source, and what lies between."""
        end = 0
        for claim in self.claims:
            if claim["start"] > end:
                yield self.text[end : claim["start"]], None, False
            source = claim["source"]
            yield self.text[claim["start"] : claim["end"]], None if source is None else source + 1, True
            end = claim["end"]
        if end < len(self.text):
            yield self.text[end:], None, False


def answer_of(job: Job) -> Answer:
    """Return what came of a question; while it is worked on, what is known so far."""
    result = job.result
    listed, claims = result.get("sources", []), result.get("claims", [])
    rows = Chunk.objects.filter(
        pk__in=[one["chunk"] for one in listed], index__workspace=job.workspace
    ).select_related("index__version__dataset")
    chunks = {row.pk: row for row in rows}
    sources = [
        Source(number, facts, _same(chunks.get(facts["chunk"]), facts), _said(number, claims))
        for number, facts in enumerate(listed, start=1)
    ]
    text = result.get("answer") or _streamed(job)
    return Answer(job.params["question"], result.get("found"), text, sources, claims)


def _same(chunk: Chunk | None, facts: dict[str, Any]) -> Chunk | None:
    """Return the passage if it is still the one that was found: its content says so."""
    return chunk if chunk and (chunk.content, chunk.start) == (facts["content"], facts["start"]) else None


def _said(number: int, claims: list[dict[str, Any]]) -> tuple[tuple[int, int], ...]:
    places = {tuple(claim["place"]) for claim in claims if claim["source"] == number - 1}
    return tuple(sorted((int(start), int(end)) for start, end in places))


def _streamed(job: Job) -> str:
    if job.is_final:
        return ""
    texts = job.events.filter(type="text").order_by("id").values_list("data", flat=True)
    return "".join(data["text"] for data in texts)
