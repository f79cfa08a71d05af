"""Reads bytes in the test's own process, for tests that look at one reader."""

import io
import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.readers.read import read_files
from PIL import Image


@dataclass
class Reading:
    """What came of reading one file."""

    seen: dict[str, Any]
    lines: list[dict[str, Any]]
    files: dict[str, bytes]

    def pixels(self, number: int = 0) -> list[int]:
        """Return the pixels of an image record, row by row."""
        with Image.open(io.BytesIO(self.files[self.lines[number]["file"]])) as image:
            return list(image.tobytes())

    @property
    def codes(self) -> list[str]:
        return [fault["code"] for fault in self.seen["faults"]]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [line["fields"] for line in self.lines]

    @property
    def types(self) -> dict[str, str]:
        return {one["name"]: one["type"] for one in self.seen["columns"]}


def read(
    data: bytes, filename: str, kind: str, *, options: dict[str, Any] | None = None, **limits: int
) -> Reading:
    """Return what the readers make of the bytes."""
    return read_all({filename: data}, kind, options=options, **limits)


def read_all(
    files: dict[str, bytes], kind: str, *, options: dict[str, Any] | None = None, **limits: int
) -> Reading:
    """Return what the readers make of several files."""
    with tempfile.TemporaryDirectory() as folder:
        brought = []
        for number, (name, data) in enumerate(files.items()):
            path = Path(folder) / f"source{number}"
            path.write_bytes(data)
            brought.append((path, name))
        records = Path(folder) / "records"
        records.mkdir()
        seen = read_files(
            brought,
            kind=kind,
            folder=records,
            limits=replace(Limits(), **limits),
            options=options or {},
            progress=lambda done, total: None,
        )
        lines = [
            json.loads(line) for line in (records / "records.jsonl").read_text("utf-8").split("\n") if line
        ]
        kept = {path.name: path.read_bytes() for path in (records / "files").iterdir()}
    return Reading(seen, lines, kept)


def table(data: bytes | str, **limits: int) -> Reading:
    """Read a CSV file as a table."""
    return read(data.encode() if isinstance(data, str) else data, "a.csv", "table", **limits)
