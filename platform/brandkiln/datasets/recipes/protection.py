"""Personal data: masked, replaced by pseudonyms, or dropped with its record, as people decided about a scan."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, ClassVar, Literal, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from brandkiln.artifacts import store
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.models import DatasetVersion, PersonalDataScan
from brandkiln.datasets.protection.decisions import NAME, TEXT
from brandkiln.datasets.protection.pseudonyms import pseudonym, workspace_key
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Column, Step, Work
from generators.params import Params


class Decision(Params):
    """What is done about one kind of personal data in one column."""

    column: str = Field(max_length=1024)
    kind: str = Field(max_length=32)
    action: Literal["mask", "pseudonymise", "block"]


class Span(NamedTuple):
    """A place in a text, as the scan noted it."""

    position: int
    column: str
    length: int
    start: int
    end: int
    kind: str


class ProtectText(Step):
    """Applies the decisions about a scan of the parent. It comes first, since the scan's places are the parent's."""

    name: ClassVar[str] = "protect_text"
    title: ClassVar[str] = gettext_noop("Protect personal data")
    summary: ClassVar[str] = gettext_noop("Masks, pseudonymises or drops what the scan found.")

    decisions: list[Decision] = Field(default=[], max_length=500)

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        actions = {(one.column, one.kind): one.action for one in self.decisions}
        key = workspace_key(work.version.workspace_id)
        places = groupby(_spans(work.version), key=lambda span: span.position)
        position, spans = next(places, (None, iter(())))
        for line in lines:
            while position is not None and position < line.position:
                position, spans = next(places, (None, iter(())))
            mine = (
                [span for span in spans if (span.column, span.kind) in actions]
                if position == line.position
                else []
            )
            if any(actions[span.column, span.kind] == "block" for span in mine):
                work.counts["blocked"] += 1
                continue
            yield _protected(line, mine, actions, key, work) if mine else line

    def columns_after(self, columns: list[Column]) -> list[Column]:
        written = {one.column for one in self.decisions if one.action != "block"}
        return [column | {"type": "text"} if column["name"] in written else column for column in columns]

    def needs(self, version: DatasetVersion) -> str:
        if not PersonalDataScan.objects.filter(version=version).exclude(spans=None).exists():
            return _("Version %(number)d was not scanned for personal data; scan it first.") % {
                "number": version.number
            }
        return ""


class EraseRecords(Step):
    """Leaves out a record that is being erased."""

    name: ClassVar[str] = "erase_records"
    title: ClassVar[str] = gettext_noop("Erase a record")
    summary: ClassVar[str] = gettext_noop("Leaves out content that was erased from the workspace.")

    sha256: list[str] = Field(default=[], max_length=1000)
    """Hashes of the content, never the content."""

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        erased = set(self.sha256)
        return (line for line in lines if line.sha256 not in erased)


def _spans(version: DatasetVersion) -> Iterator[Span]:
    scan = PersonalDataScan.objects.select_related("spans").get(version=version)
    assert scan.spans is not None
    with store.open_artifact(scan.spans) as source:
        for line in source:
            yield Span(**json.loads(line))


def _protected(
    line: Line, spans: list[Span], actions: dict[tuple[str, str], Any], key: bytes, work: Work
) -> Line:
    values: dict[str, Any] = {}
    fields = dict(line.fields)
    for column, places in groupby(sorted(spans, key=lambda span: span.column), key=lambda span: span.column):
        text = _text_of(line, column)
        mine = sorted(places, key=lambda span: span.start)
        if any(span.length != len(text) for span in mine):
            raise Unprocessable(
                _("The texts are not those that were scanned. Make protecting personal data the first step.")
            )
        for span in reversed(mine):
            action = actions[column, span.kind]
            found = text[span.start : span.end]
            put = f"[{span.kind}]" if action == "mask" else pseudonym(found, span.kind, key)
            text = text[: span.start] + put + text[span.end :]
            work.counts["masked" if action == "mask" else "pseudonymised"] += 1
        if column == TEXT:
            values["text"] = text
        elif column == NAME:
            values["name"] = text
        else:
            fields[column] = text
    return line.changed(**values, fields=fields)


def _text_of(line: Line, column: str) -> str:
    if column == TEXT:
        return line.text
    if column == NAME:
        return line.name
    value = line.fields.get(column)
    return value if isinstance(value, str) else json.dumps(value)
