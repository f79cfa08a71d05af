"""What people wrote: topics, whether they speak well or ill, how that went over time, and examples."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from generators.builtin.report.analyses.sentiment import LONGEST, Tone, scores, scores_of_ratings, tone
from generators.builtin.report.analyses.topics import LEAST_TEXTS, topics

MOST_TEXTS = 2_000
MOST_TOPICS = 6
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
QUOTE = (20, 240)
"""How many characters a text that is quoted has; longer ones are cut at the end of a word."""


@dataclass(frozen=True, slots=True)
class OpinionTopic:
    """A topic with what is said of it.

    Attributes:
        terms: The terms that tell it best.
        texts: How many texts it fits best.
        good, bad: How many of them speak well and ill.
        quote: An example, word for word; "" where none is of a fitting length.
        quote_row: The row of the frame that it is from.
    """

    terms: tuple[str, ...]
    texts: int
    good: int
    bad: int
    quote: str
    quote_row: int


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the texts of a column say.

    Attributes:
        texts: How many texts were read, at most 2,000, evenly spread over the rows.
        written: How many rows have a text.
        tones: How many of the texts read speak well, neither or both, and ill.
        by_rating: Whether that is known from ratings; else it is from words.
        topics: The topics, the one with most texts first.
        course: For each period: its first day, how many texts were read, and how many of them speak well and ill.
        best, worst: Examples that speak best and worst, word for word, with their rows; None where there is none.
    """

    texts: int
    written: int
    tones: dict[Tone, int]
    by_rating: bool
    topics: tuple[OpinionTopic, ...]
    course: tuple[tuple[date, int, int, int], ...]
    best: tuple[str, int] | None
    worst: tuple[str, int] | None


def opinions(
    frame: pl.DataFrame, *, text: str, rating: str | None = None, period: str | None = None
) -> Opinions | None:
    """Return what texts say, or None where fewer than 20 rows have one.

    Args:
        frame: One row for each text.
        text: The column of the texts.
        rating: A column of numbers that says how content the writer was; used where its scale is known.
        period: The column of the first day of the period that the text is from.
    """
    written = frame.with_row_index("_row").filter(pl.col(text).is_not_null())
    if written.height < LEAST_TEXTS:
        return None
    every = max(1, -(-written.height // MOST_TEXTS))
    read = written.gather_every(every)
    texts = read.get_column(text).to_list()
    rated = scores_of_ratings(read.get_column(rating)) if rating else None
    found = rated if rated is not None else scores(read.get_column(text))
    tones: list[Tone | None] = [None if score is None else tone(score) for score in found]
    rows = read.get_column("_row").to_list()
    return Opinions(
        texts=len(texts),
        written=written.height,
        tones={name: tones.count(name) for name in ("good", "mixed", "bad")},
        by_rating=rated is not None,
        topics=tuple(
            _with_examples(topic.terms, topic.members, texts, tones, rows)
            for topic in topics([text[:LONGEST] for text in texts], MOST_TOPICS)
        ),
        course=_course(read.get_column(period), tones) if period else (),
        best=_example(found, "good", texts, tones, rows),
        worst=_example(found, "bad", texts, tones, rows),
    )


def _with_examples(
    terms: tuple[str, ...],
    members: Sequence[int],
    texts: Sequence[str],
    tones: Sequence[Tone | None],
    rows: Sequence[int],
) -> OpinionTopic:
    chosen = next((m for m in members if len(texts[m]) >= QUOTE[0]), None)
    said = [tones[m] for m in members]
    return OpinionTopic(
        terms,
        len(members),
        said.count("good"),
        said.count("bad"),
        quoted(texts[chosen]) if chosen is not None else "",
        rows[chosen] if chosen is not None else -1,
    )


def _example(
    found: pl.Series, wanted: Tone, texts: Sequence[str], tones: Sequence[Tone | None], rows: Sequence[int]
) -> tuple[str, int] | None:
    """Return the strongest text of a tone that has a fitting length; of equal ones, the shortest."""
    fitting = [
        (-abs(score), len(texts[i]), i)
        for i, score in enumerate(found)
        if tones[i] == wanted and QUOTE[0] <= len(texts[i])
    ]
    return (quoted(texts[min(fitting)[2]]), rows[min(fitting)[2]]) if fitting else None


def quoted(text: str) -> str:
    """Return a text on one line, cut at the end of a word where it is long."""
    line = " ".join(BREAK.sub(" ", text).split())
    if len(line) <= QUOTE[1]:
        return line
    cut = line[: QUOTE[1]]
    return (cut[: cut.rindex(" ")] if " " in cut[QUOTE[1] // 2 :] else cut) + "…"


def _course(days: pl.Series, tones: Sequence[Tone | None]) -> tuple[tuple[date, int, int, int], ...]:
    rows = pl.DataFrame({"day": days, "tone": pl.Series(tones, dtype=pl.String)}).drop_nulls()
    counted = rows.group_by("day").agg(
        pl.len().alias("n"),
        (pl.col("tone") == "good").sum().alias("g"),
        (pl.col("tone") == "bad").sum().alias("b"),
    )
    return tuple(counted.sort("day").iter_rows())
