"""What a block becomes on a table. All outputs know these and nothing of the kinds of blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from generators.builtin.report import charts
from generators.builtin.report.colours import Palette
from generators.builtin.report.facts import Fact
from generators.builtin.report.plots import Plot
from generators.builtin.report.sentence import Sentence, plain
from generators.builtin.report.where import Where

Tone = Literal["good", "bad", "plain"]


class NotShown(Exception):
    """A block has nothing to show on this table; the text says why, in the language of the report."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its title, its message and the numbers that it draws.

    Attributes:
        key: Names the figure within the report.
        title: What is drawn.
        draw: Gives the Vega-Lite spec in a palette and at a width in pixels.
        plot: The numbers that it draws.
        wide: Whether it needs the full width.
        head, rows: The same numbers as a table.
        query: How the numbers were computed.
        wheres: For each row, which rows of the data it was computed from.
        takeaway: What it shows, or (); it is the part's takeaway once that is checked.
    """

    key: str
    title: str
    draw: Callable[[Palette, int], charts.Spec]
    plot: Plot
    wide: bool
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    query: str
    wheres: tuple[Where, ...] = ()
    takeaway: Sentence = ()

    @property
    def alt(self) -> str:
        """What the chart shows, for readers who do not see it."""
        return f"{self.title}. {plain(self.takeaway)}".strip()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of numbers.

    Attributes:
        key: Names the table within the report.
        title: What it shows.
        head, rows: The table as it is printed; the first cell of a row is its name.
        values, codes: The numbers of the other cells, and how Excel prints each of these columns. A column whose
            values are all None is text.
        others: What is left out, in words.
        query: How the numbers were computed.
        wheres: For each row, which rows of the data it was computed from.
        takeaway: What it shows, or (); it is the part's takeaway once that is checked.
    """

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    values: tuple[tuple[float | None, ...], ...]
    codes: tuple[str, ...]
    query: str
    others: str = ""
    wheres: tuple[Where, ...] = ()
    takeaway: Sentence = ()


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A measure in the latest period, its change, and its course."""

    name: str
    value: Fact
    change: Fact | None
    tone: Tone
    course: tuple[float | None, ...]
    code: str
    """How Excel prints the value."""

    @property
    def arrow(self) -> str:
        return {"up": "▲", "down": "▼", "flat": "="}[self.change.direction] if self.change else ""

    @property
    def printed_change(self) -> str:
        """The change with its arrow; "" where there is none."""
        return f"{self.arrow} {self.change.text}" if self.change else ""


@dataclass(frozen=True, slots=True)
class Part:
    """What a block shows. Drafts are sentences with facts as {placeholders}; they are checked before they are printed.

    Attributes:
        figures, tables: In reading order.
        key_heading, key_figures: What the key figures are about, and the key figures.
        takeaway: A draft: what the first figure or table shows.
        sentences: Drafts that are printed as points.
        headlines: Drafts that the summary may tell; without any, it tells the takeaway.
        notes: Drafts that belong to what is said about the data.
    """

    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    key_heading: str = ""
    key_figures: tuple[KeyFigure, ...] = ()
    takeaway: str = ""
    sentences: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def shares_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the share of the width that each column of a table takes: by its longest cell, or word of its head."""
    longest = []
    for name, *cells in zip(head, *rows, strict=True):
        word = max((_wide(part) for part in name.split()), default=0)
        longest.append(max(word, _wide(name) // 3, *(_wide(cell) for cell in cells), 0))
    kept = [min(32, max(6, length + 2)) for length in longest]
    return [length / sum(kept) for length in kept]


def _wide(text: str) -> int:
    """Return how wide a text is, in half the width of a Chinese letter."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
