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
    """A record in the order of bulk.COLUMNS; fields and facts are JSON."""

    name: str
    label: str
    text: str
    fields: str
    facts: str
    artifact: str | None = None
    """The id of what it has in the store already."""
    thumbnail: str | None = None


def head(line: str) -> Head:
    """Return how the line begins."""
    if found := _HEAD.match(line):
        _, label, content, file, thumbnail = found.groups()
        files = (file, thumbnail) if thumbnail else (file,) if file else ()
        return Head(content, _plain(label), files)
    known = json.loads(line)
    files = tuple(known[key] for key in ("file", "thumbnail") if key in known)
    return Head(known["sha256"], known["label"], files, known.get("split", ""))


def whole(line: str) -> Written:
    """Return all that is kept of a record beside its content, its split and its files."""
    if found := _WHOLE.fullmatch(line):
        name, label, _, _, _, facts, text, fields = found.groups()
        return Written(_plain(name), _plain(label), _plain(text or ""), fields or "{}", facts or "{}")
    known = json.loads(line)
    fields, facts = (_to_json(known.get(key, {})) for key in ("fields", "facts"))
    ids = known.get("artifact"), known.get("thumbnail_artifact")
    return Written(known["name"], known["label"], known.get("text", ""), fields, facts, *ids)


def said(line: str) -> tuple[str, dict[str, object]]:
    """Return the text of a record and its fields."""
    if '"text": ' not in line and '"fields": ' not in line:
        return "", {}
    known = json.loads(line)
    return known.get("text", ""), known.get("fields", {})


def _plain(string: str) -> str:
    """Return a string of JSON as text."""
    return str(json.loads(f'"{string}"')) if "\\" in string else string
