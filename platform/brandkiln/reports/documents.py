"""The document of an issue, as the pages, letters and comparisons of the studio read it.

The generator writes it (generators/builtin/report/kept.py); here its JSON is read and nothing of it is computed.
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict
from brandkiln.reports.document_parts import Block, Fact, Grid, KeyFigure, Sentence
from brandkiln.reports.models import Issue

MEDIA_TYPE = "application/vnd.brandkiln.report+json"
FORMAT = 1
PLACEHOLDER = re.compile(r"(\{[^{}]*\})")


class ReportDocument:
    """A report, in reading order."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.kept = kept
        document = kept["document"]
        self.title: str = document["title"]
        self.subtitle: str = document["subtitle"]
        self.language: str = document["language"]
        self.facts = {key: _fact(one) for key, one in kept["facts"].items()}

    @cached_property
    def blocks(self) -> list[Block]:
        return [
            self._block(passage, chapter["heading"])
            for chapter in self.kept["document"]["chapters"]
            for passage in chapter["passages"]
        ]

    @cached_property
    def sentences(self) -> dict[str, Sentence]:
        """All sentences by their place."""
        return {sentence.place: sentence for block in self.blocks for sentence in block.told}

    @property
    def key_figures(self) -> list[KeyFigure]:
        return [key for block in self.blocks for key in block.key_figures]

    @property
    def summary(self) -> list[str]:
        """What a reader should know, most important first."""
        told = [s for block in self.blocks if block.kind == "summary" for s in block.sentences]
        return [s.plain for s in told or self.sentences.values()]

    @property
    def missing(self) -> list[Block]:
        """The blocks that could not be shown."""
        return [block for block in self.blocks if block.reason]

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        """How the generator read the columns that rows are found by."""
        found: dict[str, dict[str, Any]] = self.kept["columns"]
        return found

    def sentence(self, place: str, draft: str) -> Sentence:
        """Return a sentence from its draft; what is no fact stays as it is written."""
        pieces = [
            self.facts.get(part[1:-1], part) if part.startswith("{") else part
            for part in PLACEHOLDER.split(draft)
            if part
        ]
        return Sentence(place, draft, pieces)

    def _block(self, kept: Mapping[str, Any], heading: str) -> Block:
        id = kept["id"]
        grids = [
            self._grid(f"{id}/{name}/{one['key']}", one)
            for name in ("figures", "tables")
            for one in kept[name]
        ]
        told = {
            name: [self._said(f"{id}/{name}/{place}", one) for place, one in enumerate(kept[name])]
            for name in ("sentences", "notes")
        }
        return Block(
            id=id,
            kind=kept["kind"],
            title=kept["title"],
            heading=heading,
            reason=kept["missing"],
            key_heading=kept["key_heading"],
            key_figures=[self._key_figure(one) for one in kept["key_figures"]],
            sentences=told["sentences"],
            notes=told["notes"],
            grids=grids,
        )

    def _said(self, place: str, kept: list[Any]) -> Sentence:
        pieces = [one if isinstance(one, str) else self.facts[one["$fact"]] for one in kept]
        draft = "".join(one if isinstance(one, str) else f"{{{one.id}}}" for one in pieces)
        return Sentence(place, draft, pieces)

    def _grid(self, place: str, kept: Mapping[str, Any]) -> Grid:
        return Grid(
            key=kept["key"],
            title=kept["title"],
            takeaway=self._said(place, kept["takeaway"]) if kept["takeaway"] else None,
            head=kept["head"],
            rows=kept["rows"],
            wheres=kept["wheres"],
            query=kept["query"],
            plot=kept.get("plot") or {},
        )

    def _key_figure(self, kept: Mapping[str, Any]) -> KeyFigure:
        change = self.facts[kept["change"]["$fact"]] if kept["change"] else None
        return KeyFigure(kept["name"], self.facts[kept["value"]["$fact"]], change, kept["tone"])


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


def _fact(kept: Mapping[str, Any]) -> Fact:
    return Fact(**{name: kept[name] for name in ("id", "role", "text", "value", "query", "rows", "where")})
