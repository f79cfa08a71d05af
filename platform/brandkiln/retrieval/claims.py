"""Which source says what an answer says: sentence by sentence, by meaning, words and numbers."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from brandkiln.retrieval.passages import Span, sentences, terms
from brandkiln.retrieval.vectors import cosine

NEAR = 0.7
"""From this cosine on a sentence says the same as one of a source."""
COVERED = 0.6
"""Likewise, from this share of its words on that stand in the sentence of the source."""
RELATED = 0.35
"""Below this cosine a sentence that has the words is about something else all the same."""
LATIN = 0x250
"""Letters before this one are Latin. What is written in others MiniLM hardly reads: all of it is near to all."""
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*|[〇零一二两三四五六七八九十百千万亿]+(?=[天年月日点时周个元块次件折倍])"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer.

    Attributes:
        start: Where it begins in the answer; likewise end.
        source: The number of the source that says it, counted from 0, or None where none does.
        place: Where that source's sentence stands in its passage.
        cosine: How near the two are in meaning.
    """

    start: int
    end: int
    source: int | None
    place: tuple[int, int] | None
    cosine: float


def sentences_of(answer: str, passages: Sequence[str]) -> tuple[list[Span], list[tuple[int, Span]]]:
    """Return the sentences of the answer, and those of the passages with the number of each one's passage."""
    said = [(number, span) for number, text in enumerate(passages) for span in sentences(text)]
    return list(sentences(answer)), said


def support(
    claimed: Sequence[Span],
    said: Sequence[tuple[int, Span]],
    passages: Sequence[str],
    claimed_vectors: Sequence[Sequence[float]],
    said_vectors: Sequence[Sequence[float]],
) -> list[Claim]:
    """Return for each sentence of an answer the sentence of a source that supports it best, or none.

    It has to be near in meaning, or hold most of its words and be about the same; and every number that is claimed has
    to stand in that source. Nearness alone counts for Latin letters only.

    Args:
        claimed: The sentences of the answer.
        said: Those of the passages, each with the number of its passage.
        passages: The whole passages.
        claimed_vectors: Vectors of length 1, one for each sentence of the answer.
        said_vectors: Likewise for those of the passages.
    """
    numbers = [set(_NUMBER.findall(text)) for text in passages]
    found = []
    for claim, vector in zip(claimed, claimed_vectors, strict=True):
        words, wanted = set(terms(claim.text)), set(_NUMBER.findall(claim.text))
        nearest = NEAR if is_read(claim.text) else math.inf
        best: tuple[float, int, Span] | None = None
        for (source, span), other in zip(said, said_vectors, strict=True):
            near = cosine(vector, other)
            covered = len(words & set(terms(span.text))) / max(1, len(words))
            holds = near >= nearest or (covered >= COVERED and near >= RELATED)
            if holds and wanted <= numbers[source] and (best is None or near > best[0]):
                best = (near, source, span)
        if best is None:
            found.append(Claim(claim.start, claim.end, None, None, 0.0))
        else:
            near, source, span = best
            found.append(Claim(claim.start, claim.end, source, (span.start, span.end), round(near, 4)))
    return found


def quoted(
    said: Sequence[tuple[int, Span]],
    vectors: Sequence[Sequence[float]],
    question: Sequence[float],
    asked: str = "",
) -> tuple[str, list[Claim]]:
    """Return the sentence of the sources that is nearest to a question and asks nothing itself, "" where all ask.

    In other letters than Latin ones the shared words decide, and nearness only among equals.

    Args:
        said: The sentences of the sources, each with the number of its passage.
        vectors: Theirs, of length 1.
        question: That of the question.
        asked: The question.
    """
    words = set() if is_read(asked) else set(terms(asked))
    near = [
        (len(words & set(terms(span.text))), cosine(question, vector), source, span)
        for (source, span), vector in zip(said, vectors, strict=True)
        if not span.text.rstrip().endswith(("?", "？"))
    ]
    if not near:
        return "", []
    _, best, source, span = max(near, key=lambda one: one[:2])
    return span.text, [Claim(0, len(span.text), source, (span.start, span.end), round(best, 4))]


def is_read(text: str) -> bool:
    """Return whether MiniLM tells meanings of a text apart: at least half of its letters are Latin."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(ord(letter) < LATIN for letter in letters) >= len(letters)


def without_question(text: str, question: str) -> str:
    """Return an answer without the sentences that only repeat the question: small networks begin with it."""
    asked, found = terms(question), list(sentences(text))
    kept = [span.text for span in found if terms(span.text) != asked]
    return text if len(kept) == len(found) else " ".join(kept)
