"""Blocks as they are printed, in chapters."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generators.builtin.report.part import Figure, KeyFigure, Table
from generators.builtin.report.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Passage:
    """A block as it is printed.

    Attributes:
        id, kind: Those of the block.
        title: A title of its own, or "".
        key_heading, key_figures, figures, tables: As in its part, with takeaways.
        sentences: What it says, as points.
        notes: What the team wrote below it, and what a reader should know.
        missing: Why there is nothing to show, or "".
    """

    id: str
    kind: str
    title: str = ""
    key_heading: str = ""
    key_figures: tuple[KeyFigure, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    notes: tuple[Sentence, ...] = ()
    missing: str = ""

    @property
    def holds_something(self) -> bool:
        return bool(
            self.figures or self.tables or self.sentences or self.notes or self.key_figures or self.missing
        )


@dataclass(frozen=True, slots=True)
class Chapter:
    """Passages under one heading; "" where it has none."""

    id: str
    heading: str
    passages: tuple[Passage, ...]

    def flow(self) -> Iterator[tuple[Figure, ...] | Passage]:
        """Yield rows of figures, two narrow ones side by side, and what the passages hold beside figures."""
        row: tuple[Figure, ...] = ()
        for passage in self.passages:
            for figure in passage.figures:
                if row and (len(row) == 2 or row[0].wide or figure.wide):
                    yield row
                    row = ()
                row = (*row, figure)
            rest = replace(passage, figures=())
            if rest.holds_something:
                if row:
                    yield row
                    row = ()
                yield rest
        if row:
            yield row
