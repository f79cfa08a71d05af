"""The document of an issue, as the pages, letters and comparisons of the studio read it.

The generator writes it (generators/builtin/report/kept.py); here its JSON is read and nothing of it is computed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict
from brandkiln.reports.models import Issue

MEDIA_TYPE = "application/vnd.brandkiln.report+json"
FORMAT = 1
PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
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
        place: Names it within the document, such as "trend/takeaway".
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


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A measure, its value and its change as printed."""

    name: str
    value: Fact
    change: Fact | None
    arrow: str
    tone: str

    @property
    def printed_change(self) -> str:
        return f"{self.arrow} {self.change.text}" if self.change else ""


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbers of a figure or a table, as printed, and for each row which rows of the data are behind it."""

    key: str
    title: str
    head: list[str]
    rows: list[list[str]]
    wheres: list[list[dict[str, Any]]]
    query: str
    plot: dict[str, Any]


@dataclass(frozen=True)
class Block:
    """One place of the report.

    Attributes:
        reason: Why nothing is shown there; empty where something is.
    """

    id: str
    kind: str
    title: str
    section: str
    reason: str
    key_heading: str
    key_figures: list[KeyFigure]
    sentences: list[Sentence]
    grids: list[Grid]

    @property
    def name(self) -> str:
        """What to call it where it has no title."""
        return self.title or self.id


class ReportDocument:
    """A report, in reading order."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.kept = kept
        self.title: str = kept["title"]
        self.language: str = kept["language"]
        self.facts = {key: _fact(key, one) for key, one in kept["facts"].items()}

    @cached_property
    def blocks(self) -> list[Block]:
        return [self._block(one) for one in self.kept["blocks"]]

    @property
    def sentences(self) -> dict[str, Sentence]:
        """All sentences by their place."""
        return {sentence.place: sentence for block in self.blocks for sentence in block.sentences}

    @property
    def key_figures(self) -> list[KeyFigure]:
        return [key for block in self.blocks for key in block.key_figures]

    @property
    def summary(self) -> list[str]:
        """What a reader should know, most important first."""
        told = [s for block in self.blocks if block.kind == "summary" for s in block.sentences]
        return [s.plain for s in told or [s for block in self.blocks for s in block.sentences]]

    @property
    def missing(self) -> list[Block]:
        """The blocks that could not be shown."""
        return [block for block in self.blocks if block.reason]

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        """How the generator read the columns that rows are found by."""
        found: dict[str, dict[str, Any]] = self.kept.get("columns", {})
        return found

    def sentence(self, place: str, draft: str) -> Sentence:
        """Return a sentence from its draft; what is no fact stays as it is written."""
        return Sentence(place, draft, [self._piece(part) for part in PLACEHOLDER.split(draft) if part])

    def _piece(self, part: str) -> Piece:
        return self.facts.get(part[1:-1], part) if part.startswith("{") else part

    def _block(self, kept: Mapping[str, Any]) -> Block:
        part = kept["part"] or {}
        grids = [_grid(one) for one in (*part.get("figures", ()), *part.get("tables", ()))]
        return Block(
            id=kept["id"],
            kind=kept["kind"],
            title=kept["title"] or (grids[0].title if len(grids) == 1 else ""),
            section=kept["section"],
            reason=kept["reason"],
            key_heading=part.get("key_heading", ""),
            key_figures=[self._key_figure(one) for one in part.get("key_figures", ())],
            sentences=[self.sentence(f"{kept['id']}/{place}", draft) for place, draft in _drafts(part)],
            grids=grids,
        )

    def _key_figure(self, kept: Mapping[str, Any]) -> KeyFigure:
        value, change = self.facts[kept["value"]["$fact"]], kept["change"]
        fact = self.facts[change["$fact"]] if change else None
        return KeyFigure(kept["name"], value, fact, _arrow(fact), kept["tone"])


def document_of(issue: Issue) -> ReportDocument:
    """Return the document of an issue.

    Raises:
        Conflict: If there is none yet, or it is of a format that is not read any more.
    """
    if issue.document is None:
        raise Conflict(_("%(issue)s has no document yet. Look at its job.") % {"issue": issue})
    with store.open_artifact(issue.document) as source:
        kept = json.loads(source.read())
    if kept.get("format") != FORMAT:
        raise Conflict(
            _(
                "The document of %(issue)s has format %(format)s; this studio reads %(known)d. Make a new issue."
            )
            % {"issue": issue, "format": kept.get("format"), "known": FORMAT}
        )
    return ReportDocument(kept)


def _drafts(part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the sentences that a block prints itself, each with its place in the part."""
    if part.get("takeaway"):
        yield "takeaway", part["takeaway"]
    for name in ("sentences", "notes"):
        for place, draft in enumerate(part.get(name, ())):
            yield f"{name}/{place}", draft


def _fact(key: str, kept: Mapping[str, Any]) -> Fact:
    return Fact(
        key, kept["role"], kept["text"], kept["value"], kept["query"], kept["rows"], list(kept["where"])
    )


def _grid(kept: Mapping[str, Any]) -> Grid:
    return Grid(
        kept["key"],
        kept["title"],
        kept["head"],
        kept["rows"],
        kept["wheres"],
        kept["query"],
        kept.get("plot") or {},
    )


def _arrow(change: Fact | None) -> str:
    if change is None:
        return ""
    if not change.value or not any(digit in change.text for digit in "123456789"):
        return "="
    return "▲" if change.value > 0 else "▼"
