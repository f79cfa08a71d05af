"""The document of a report as JSON, from which its files can be set again: every passage as it is, no table needed.

    {"format", "generator", "meta", "blanks": [what counts as missing], "facts": {id: fact},
     "columns": {name: how it was read}, "document": {...}}

Dataclasses become objects with their class under "$"; a fact within a sentence is {"$fact": id}. Charts keep the specs
that the outputs asked for.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from generators.builtin.report import charts, document, evidence, origins, part, plots, where
from generators.builtin.report.colours import Palette
from generators.builtin.report.document import Document, Passage
from generators.builtin.report.facts import Fact, Facts
from generators.builtin.report.table import MISSING, TableColumn
from generators.builtin.report.wording import HEADINGS
from generators.errors import BadParams

FORMAT = 1
MEDIA_TYPE = "application/vnd.brandkiln.report+json"
CLASSES: dict[str, Any] = {
    name: made
    for module in (document, evidence, origins, part, plots, where)
    for name, made in vars(module).items()
    if is_dataclass(made)
}
Draw = Callable[[Palette, int], charts.Spec]


@dataclass(slots=True)
class Drawn:
    """How a figure is drawn, which remembers each spec that it gave.

    Attributes:
        specs: What was given, by the palette's colours and the width.
        draw: Gives further ones; None for a figure that was read from a kept document.
    """

    specs: dict[str, charts.Spec] = field(default_factory=dict)
    draw: Draw | None = None

    def __call__(self, palette: Palette, width: int) -> charts.Spec:
        key = f"{palette.ground} {palette.accent} {width}"
        if key not in self.specs:
            self.specs[key] = self.draw(palette, width) if self.draw else self._nearest(palette, width)
        return self.specs[key]

    def _nearest(self, palette: Palette, width: int) -> charts.Spec:
        """Return what is kept in the palette at the width that comes nearest: a neighbour in its row may be gone."""
        colours = f"{palette.ground} {palette.accent} "
        widths = [int(key.removeprefix(colours)) for key in self.specs if key.startswith(colours)]
        if not widths:
            raise BadParams(
                "This figure was not kept in the colours that are asked for now. "
                "Set the report with the accent and the formats that it had."
            )
        return self.specs[f"{colours}{min(widths, key=lambda one: abs(one - width))}"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A document with all facts of its report, and how the columns were read that rows are found by."""

    document: Document
    facts: Facts
    columns: dict[str, dict[str, Any]]
    meta: dict[str, Any] = field(default_factory=dict)
    """What its files say of themselves: rows, columns."""


def remembering(whole: Document) -> Document:
    """Return a document whose figures remember how they were drawn."""
    return with_passages(
        whole,
        lambda passage: replace(
            passage, figures=tuple(replace(f, draw=Drawn(draw=f.draw)) for f in passage.figures)
        ),
    )


def with_passages(document: Document, change: Callable[[Passage], Passage]) -> Document:
    """Return a document with each passage changed."""
    return replace(
        document,
        chapters=tuple(
            replace(chapter, passages=tuple(map(change, chapter.passages))) for chapter in document.chapters
        ),
    )


def columns_of(
    document: Document, facts: Facts, columns: Mapping[str, TableColumn]
) -> dict[str, dict[str, Any]]:
    """Return how the columns were read that conditions of facts, figures and tables name."""
    wheres = [fact.where for fact in facts]
    wheres += [one for figure in document.figures for one in figure.wheres]
    wheres += [one for table in document.tables for one in table.wheres]
    named = {condition.column for conditions in wheres for condition in conditions}
    return {
        name: {
            "kind": columns[name].kind,
            "comma": columns[name].comma,
            "spellings": dict(columns[name].spellings),
        }
        for name in sorted(named)
        if name in columns
    }


def keep(kept: Kept, generator: str) -> bytes:
    """Return a document as JSON. Call it when the files are set, so that the specs of all charts are known."""
    written = {
        "format": FORMAT,
        "generator": generator,
        "facts": {fact.id: _fields(fact) for fact in kept.facts},
        "columns": kept.columns,
        "meta": kept.meta,
        "blanks": MISSING,
        "document": _encoded(kept.document),
    }
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def read(path: Path) -> Kept:
    """Return a document that was kept.

    Raises:
        BadParams: If the file holds none that this version reads.
    """
    try:
        written = json.loads(path.read_bytes())
        if written["format"] != FORMAT:
            raise BadParams(
                f"The document has format {written['format']!r}; this version reads {FORMAT}. Make a new report."
            )
        facts = Facts()
        for id, values in written["facts"].items():
            facts.add(Fact(**{name: _decoded(value, facts) for name, value in values.items()} | {"id": id}))
        document = _decoded(written["document"], facts)
    except (ValueError, KeyError, TypeError) as error:
        raise BadParams(
            f"{path.name} is not the document of a report ({error}). Make a new report."
        ) from error
    return Kept(document, facts, written["columns"], written["meta"])


def _fields(value: Any, without: Iterable[str] = ()) -> dict[str, Any]:
    return {one.name: _encoded(getattr(value, one.name)) for one in fields(value) if one.name not in without}


def _encoded(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return {"$float": repr(value)}
        case None | bool() | int() | float() | str():
            return value
        case Fact():
            return {"$fact": value.id}
        case Drawn():
            return {"$drawn": value.specs}
        case date():
            return {"$date": value.isoformat()}
        case tuple() | list():
            return [_encoded(one) for one in value]
        case Mapping() if all(isinstance(key, str) for key in value):
            return {key: _encoded(one) for key, one in value.items()}
        case Mapping():
            return {"$pairs": [[_encoded(key), _encoded(one)] for key, one in value.items()]}
        case Document():
            return {"$": "Document"} | _fields(value, without=("words",))
    if is_dataclass(value) and type(value).__name__ in CLASSES:
        return {"$": type(value).__name__} | _fields(value)
    raise TypeError(f"{type(value).__name__} cannot be kept in a document.")


def _decoded(value: Any, facts: Facts) -> Any:
    if isinstance(value, list):
        return tuple(_decoded(one, facts) for one in value)
    if not isinstance(value, dict):
        return value
    match value:
        case {"$fact": id}:
            return facts[id]
        case {"$drawn": specs}:
            return Drawn(specs)
        case {"$pairs": pairs}:
            return dict(_decoded(pairs, facts))
        case {"$float": number}:
            return float(number)
        case {"$date": day}:
            return date.fromisoformat(day)
        case {"$": name}:
            given = {key: _decoded(one, facts) for key, one in value.items() if key != "$"}
            if name == "Document":
                given["words"] = HEADINGS[given["language"]]
            return CLASSES[name](**given)
    return {key: _decoded(one, facts) for key, one in value.items()}
