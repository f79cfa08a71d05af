"""The records of a version before there is one, as a reader leaves them."""

import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from brandkiln.artifacts.many import Measured, measure
from brandkiln.datasets.dealing import Deal, Dealt
from brandkiln.datasets.lines import Head, head, said, whole
from brandkiln.datasets.manifest import Sorted, manifest_entry, manifest_hash, sort_dealt
from brandkiln.datasets.models import Kind
from brandkiln.datasets.splits import SplitRule

CHUNK = 2**20
_SAID = re.compile('"(?:text|fields)": ')
"""Of a picture or a sound: something is said of it."""
MEDIA_TYPES = {
    ".png": "image/png",
    ".webp": "image/webp",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
}
"""What a reader leaves behind, by the end of its name."""


class Content:
    """The records that a reader leaves in a folder, in order; taken note of while it still writes them.

    Of each record a few bytes are held in memory; the rest lies in files of the same folder.
    """

    def __init__(
        self,
        kind: str,
        folder: Path,
        *,
        split_seed: int = 0,
        on_file: Callable[[Measured], None] = lambda file: None,
    ) -> None:
        """Begin without any records.

        Args:
            on_file: Called with each file of the records, in order, once it is whole.
        """
        self.kind, self.folder, self.split_seed = kind, folder, split_seed
        self.seen: dict[str, Any] = {}
        """The reader's result."""
        self.rule = SplitRule()
        self._records = folder / "records.jsonl"
        self._on_file = on_file
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _begin(self) -> None:
        self._stack.close()
        self._deal = self._stack.enter_context(Deal(self.folder, self.split_seed))
        self._taken, self._inode = 0, 0
        self._are_plain = True

    def take(self, *, without: Collection[str] = ()) -> None:
        """Take note of the records that are whole by now, and of their files.

        Args:
            without: Hashes of contents whose files are passed over.
        """
        for heads in self._new_heads():
            for content, _, files, _ in heads:
                if files and content not in without:
                    for name in files:
                        path = f"{self.folder}/files/{name}"
                        self._on_file(Measured(path, *measure(path), MEDIA_TYPES[name[name.rindex(".") :]]))

    def finish(self, seen: dict[str, Any], *, rule: SplitRule) -> None:
        """Say that all records were taken; those that were written anew since are dealt anew."""
        self.seen, self.rule = seen, rule
        with self._records.open("rb") as source:
            is_same = os.fstat(source.fileno()).st_ino == self._inode
        if not is_same:
            self._begin()
            for _ in self._new_heads():
                pass

    def _new_heads(self) -> Iterator[Sequence[Head]]:
        """Yield the heads of the lines that are whole by now, many at a time, and count them in."""
        with suppress(FileNotFoundError), self._records.open("rb") as source:
            self._inode = os.fstat(source.fileno()).st_ino
            source.seek(self._taken)
            rest = b""
            while piece := source.read(CHUNK):
                whole_lines, end, rest = (rest + piece).rpartition(b"\n")
                if end:
                    lines = (whole_lines + end).decode()
                    heads = list(map(head, lines.split("\n")[:-1]))
                    contents, labels, _, kept = zip(*heads, strict=True)
                    self._deal.add_contents(contents, labels, kept)
                    self._are_plain = self._are_plain and _SAID.search(lines) is None
                    self._taken += len(whole_lines) + len(end)
                    yield heads

    def rows(self, version: UUID, ids: Iterator[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the records in the order of bulk.COLUMNS.

        Args:
            ids: Of the artifacts of their files, in the order in which those were taken.
        """
        key = version.hex
        for position, (line, split) in enumerate(zip(self._lines(), self.splits.names(), strict=True)):
            content, label, files, name, text, fields, facts, artifact, thumbnail = whole(line)
            if files:
                artifact, thumbnail = next(ids), next(ids) if len(files) > 1 else None
            yield key, position, name, content, split, label, artifact, thumbnail, text, fields, facts

    def _lines(self) -> Iterator[str]:
        with self._records.open(encoding="utf-8", newline="\n") as source:
            yield from source

    def _entries(self) -> Iterator[tuple[object, ...]]:
        """Yield what the manifest says of each record."""
        if self._are_plain or self.kind not in (Kind.IMAGE, Kind.AUDIO):
            labels = list(self._deal.labels)
            yield from zip(
                self._deal.contents(), map(labels.__getitem__, self._deal.label_numbers), strict=True
            )
            return
        for line in self._lines():
            content, label, _, _ = head(line)
            yield manifest_entry(self.kind, content, label, *said(line))

    @cached_property
    def _sorted(self) -> Sorted:
        return sort_dealt(self._deal, rule=self.rule)

    @property
    def splits(self) -> Dealt:
        return self._sorted.dealt

    @property
    def labels(self) -> list[str]:
        """All labels in the order that gives them their numbers."""
        return sorted(label for label in self._sorted.labels if label)

    @cached_property
    def columns(self) -> list[dict[str, str]]:
        return [{"name": one["name"], "type": one["type"]} for one in self.seen.get("columns", [])]

    @cached_property
    def sha256(self) -> str:
        """The hash of the manifest, which names the version."""
        return manifest_hash(self.kind, self.columns, self._entries(), self.splits)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        return self._sorted.counts()

    def report(self) -> dict[str, Any]:
        """Return what the page about the version shows."""
        return {**self.seen, **self._sorted.report(self.kind)}
