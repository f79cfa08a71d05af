"""What a reader leaves behind: a folder with records, their files, and everything that was refused.

records.jsonl   {"name", "label", "sha256", "file"?, "thumbnail"?, "facts"?, "text"?, "fields"?} on each line, in order
                (and with these values in this order: datasets/lines.py)
files/          images as PNG, thumbnails as WebP, named by their place among the files that were brought
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from json.encoder import encode_basestring
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from brandkiln.datasets.checks.facts import text_facts
from brandkiln.datasets.readers.decode import Picture
from brandkiln.datasets.readers.limits import Fault, Limits, Refused

_as_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_canonical = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode
LISTED = 1_000
"""Faults that are listed one by one; all are counted."""
NAME_LENGTH = 255
LABEL_LENGTH = 120


class Writer:
    """Writes accepted records and notes refused ones."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits
        self.files = folder / "files"
        self.files.mkdir()
        self._files = str(self.files)
        self.accepted = 0
        self.faults: list[dict[str, str]] = []
        self.reasons: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        """Things that were put right or left out without a record being refused."""
        self._labels: set[str] = set()
        self._records: TextIO = (folder / "records.jsonl").open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._records.close()

    def add_text(self, *, name: str, text: str, label: str, fields: dict[str, Any]) -> None:
        """Keep a text."""
        content = text if not fields else canonical({"text": text, "fields": fields})
        self._add(
            name=name,
            label=label,
            sha256=digest(content.encode()),
            facts=text_facts(text),
            text=text,
            fields=fields,
        )

    def add_rows(self, names: Sequence[str], labels: Sequence[str], fields: Sequence[str]) -> None:
        """Keep rows of a table, their fields as canonical JSON; it is not parsed and written again."""
        encoded = {label: encode_basestring(label) for label in labels}
        for label in encoded:
            self._count_label(label)
        self._records.write(
            "".join(
                f'{{"name": {encode_basestring(name[-NAME_LENGTH:])}, "label": {encoded[label]}, '
                f'"sha256": "{digest(said.encode())}", "fields": {said}}}\n'
                for name, label, said in zip(names, labels, fields, strict=True)
            )
        )
        self.accepted += len(names)

    def write_picture(self, stem: str, picture: Picture) -> dict[str, Any]:
        """Write the files of an image and return what `add_picture` needs to know; may run in another process."""
        kept: dict[str, Any] = {"sha256": picture.sha256, "file": f"{stem}.png"}
        _write(f"{self._files}/{stem}.png", picture.png)
        if picture.thumbnail:
            kept["thumbnail"] = f"{stem}.webp"
            _write(f"{self._files}/{stem}.webp", picture.thumbnail)
        kept["facts"] = picture.facts
        if picture.notes:
            kept["notes"] = picture.notes
        return kept

    def add_picture(
        self,
        *,
        name: str,
        label: str,
        kept: dict[str, Any],
        text: str = "",
        fields: dict[str, Any] | None = None,
    ) -> None:
        """Keep an image whose files are written, with the caption and the fields that came with it."""
        if notes := kept.pop("notes", ()):
            self.notes.update(notes)
        if text:
            kept["text"] = text
        if fields:
            kept["fields"] = fields
        self._add(name=name, label=checked_label(label), **kept)

    def add_sound(
        self, *, name: str, label: str, path: Path, suffix: str, sha256: str, facts: dict[str, Any]
    ) -> None:
        """Keep a sound, whose file is moved here."""
        kept = f"{self.accepted}{suffix}"
        path.chmod(0o440)  # the store keeps it so
        path.rename(self.files / kept)
        self._add(name=name, label=label, sha256=sha256, file=kept, facts=facts)

    def refuse(self, where: str, fault: Fault) -> None:
        """Count a record that is not accepted, and list it while there is room."""
        self.reasons[fault.code] += 1
        if len(self.faults) < LISTED:
            self.faults.append({"where": where[:NAME_LENGTH], "code": fault.code, "message": fault.message})

    def _add(self, *, name: str, label: str, **line: Any) -> None:
        self._count_label(label)
        line = {"name": name[-NAME_LENGTH:], "label": label, **line}
        self._records.write(_as_json(line) + "\n")
        self.accepted += 1

    def _count_label(self, label: str) -> None:
        self._labels.add(label)
        if len(self._labels) > self.limits.labels:
            raise Refused(
                "too_many_labels",
                f"There are more than {self.limits.labels:,} labels, so they are none; rename the column or folders.",
            )


def checked_label(label: str) -> str:
    """Return a label without blanks around it.

    Raises:
        Fault: If it is too long to be a label.
    """
    label = " ".join(label.split())
    if len(label) > LABEL_LENGTH:
        raise Fault(
            "label_too_long", f"The label has {len(label)} characters; a label has {LABEL_LENGTH} at most."
        )
    return label


def _write(path: str, data: bytes) -> None:
    """Write a small file with as few calls as there can be."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o440)  # the store keeps it so
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


def digest(data: bytes) -> str:
    """Return the SHA-256 that names the content."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value."""
    return _canonical(value)
