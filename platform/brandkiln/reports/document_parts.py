"""What the document of an issue is made of: facts, sentences of them, key figures, figures and tables, blocks."""

from dataclasses import dataclass
from typing import Any

NUMBERS = ("value", "change", "count")


@dataclass(frozen=True, slots=True)
class Fact:
    """A computed cell, or a name from the data; as the generator's ``Fact``."""

    id: str
    role: str
    text: str
    value: float | None
    query: str
    rows: int
    where: list[dict[str, Any]]

    @property
    def is_number(self) -> bool:
        return self.role in NUMBERS


Piece = str | Fact


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a block, as texts and facts.

    Attributes:
        place: Names it within the document, such as "summary/sentences/0".
        draft: It with its facts as {placeholders}.
    """

    place: str
    draft: str
    pieces: list[Piece]

    @property
    def plain(self) -> str:
        """It as a reader sees it."""
        text = "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)
        return text[:1].upper() + text[1:]

    @property
    def printed(self) -> list[tuple[str, Fact | None]]:
        """Its texts as a reader sees them, each with the fact that it prints."""
        texts: list[tuple[str, Fact | None]] = [
            (one, None) if isinstance(one, str) else (one.text, one) for one in self.pieces
        ]
        if texts:
            (first, fact), *rest = texts
            texts = [(first[:1].upper() + first[1:], fact), *rest]
        return texts


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A measure, its value and its change as printed."""

    name: str
    value: Fact
    change: Fact | None
    tone: str

    @property
    def arrow(self) -> str:
        """Which way it went; a change that rounds to nothing went none."""
        if self.change is None:
            return ""
        if not self.change.value or not any(digit in self.change.text for digit in "123456789"):
            return "="
        return "▲" if self.change.value > 0 else "▼"

    @property
    def printed_change(self) -> str:
        return f"{self.arrow} {self.change.text}" if self.change else ""


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbers of a figure or a table, as printed, and for each row which rows of the data are behind it."""

    key: str
    title: str
    takeaway: Sentence | None
    head: list[str]
    rows: list[list[str]]
    wheres: list[list[dict[str, Any]]]
    query: str
    plot: dict[str, Any]


@dataclass(frozen=True)
class Block:
    """One place of the report.

    Attributes:
        heading: Of its section.
        reason: Why nothing is shown there; empty where something is.
    """

    id: str
    kind: str
    title: str
    heading: str
    reason: str
    key_heading: str
    key_figures: list[KeyFigure]
    sentences: list[Sentence]
    notes: list[Sentence]
    grids: list[Grid]

    @property
    def name(self) -> str:
        """What to call it."""
        return self.title or (self.grids[0].title if self.grids else "") or self.heading or self.id

    @property
    def told(self) -> list[Sentence]:
        """All that it says, in reading order."""
        takeaways = [grid.takeaway for grid in self.grids if grid.takeaway]
        return [*takeaways, *self.sentences, *self.notes]
