"""The lines that a reader writes, taken apart without parsing what the database keeps as it is.

Parsing JSON and writing it again takes five times as long. What a pattern does not fit is parsed.
"""

import json
import re
from typing import NamedTuple

_STRING = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
_HEAD = re.compile(
    rf'\{{"name": {_STRING}, "label": {_STRING}, "sha256": "([0-9a-f]{{64}})"'
    r'(?:, "file": "([^"\\]*)")?(?:, "thumbnail": "([^"\\]*)")?(?!, "split": )'
)
_WHOLE = re.compile(
    rf'{_HEAD.pattern}(?:, "facts": (\{{[^{{}}]*\}}))?(?:, "text": {_STRING})?'
    r'(?:, "fields": (\{.*\}))?\}\n'
)
_ROW = ', "fields": {'
"""What follows the hash of a row of a table."""
_BEFORE_ROW = 12
"""Quotes before it, where no text holds one."""
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Head(NamedTuple):
    """What names and deals a record."""

    content: str
    label: str
    files: tuple[str, ...]
    """Its file and, where there is one, its thumbnail, by their names in the reader's folder."""
    split: str = ""
    """Of a record that has one already."""


class Written(NamedTuple):
    """All that is kept of a record beside its split; fields and facts are JSON."""

    content: str
    label: str
    files: tuple[str, ...]
    name: str
    text: str
    fields: str
    facts: str
    artifact: str | None = None
    """The id of what it has in the store already."""
    thumbnail: str | None = None


def head(line: str) -> Head:
    """Return how the line begins."""
    if "\\" not in line:
        parts = line.split('"', _BEFORE_ROW)
        if parts[-1].startswith(_ROW):
            return Head(parts[11], parts[7], ())
    if found := _HEAD.match(line):
        _, label, content, file, thumbnail = found.groups()
        return Head(content, _plain(label), _files(file, thumbnail))
    known = json.loads(line)
    files = _files(known.get("file"), known.get("thumbnail"))
    return Head(known["sha256"], known["label"], files, known.get("split", ""))


def whole(line: str) -> Written:
    """Return all of a record."""
    if "\\" not in line:
        parts = line.split('"', _BEFORE_ROW)
        if (rest := parts[-1]).startswith(_ROW):
            return Written(parts[11], parts[7], (), parts[3], "", rest[len(_ROW) - 1 : -2], "{}")
    if found := _WHOLE.fullmatch(line):
        name, label, content, file, thumbnail, facts, text, fields = found.groups()
        return Written(
            content, _plain(label), _files(file, thumbnail), _plain(name), _plain(text or ""),
            fields or "{}", facts or "{}",
        )  # fmt: skip
    known = json.loads(line)
    fields, facts = (_to_json(known.get(key, {})) for key in ("fields", "facts"))
    return Written(
        known["sha256"], known["label"], _files(known.get("file"), known.get("thumbnail")), known["name"],
        known.get("text", ""), fields, facts, known.get("artifact"), known.get("thumbnail_artifact"),
    )  # fmt: skip


def said(line: str) -> tuple[str, dict[str, object]]:
    """Return the text of a record and its fields."""
    if '"text": ' not in line and '"fields": ' not in line:
        return "", {}
    known = json.loads(line)
    return known.get("text", ""), known.get("fields", {})


def _files(file: str | None, thumbnail: str | None) -> tuple[str, ...]:
    if not file:
        return ()
    return (file, thumbnail) if thumbnail else (file,)


def _plain(string: str) -> str:
    """Return a string of JSON as text."""
    return str(json.loads(f'"{string}"')) if "\\" in string else string
