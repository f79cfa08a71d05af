"""The records of a version before there is one: their splits, counts and the hash of the manifest that names it."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from brandkiln.artifacts.many import Measured
from brandkiln.datasets.checks.advice import advice
from brandkiln.datasets.dealing import Deal, Dealt
from brandkiln.datasets.keys import Key
from brandkiln.datasets.lines import head, said, whole
from brandkiln.datasets.measures import Measures
from brandkiln.datasets.models import Kind, Split
from brandkiln.datasets.readers.writer import canonical
from brandkiln.datasets.splits import SplitRule

CHUNK = 2**20
TOGETHER = 1_000
"""Records that are hashed at once."""
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


@dataclass(frozen=True)
class Sorted:
    """What is known once all records were seen."""

    dealt: Dealt
    labels: Counter[str]
    """Records by label; "" counts those without one."""
    distinct: int
    label_conflicts: int
    leaks: dict[str, int]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the records by split and by label."""
        return {
            "split": self.dealt.counts(),
            "label": {label: count for label, count in sorted(self.labels.items()) if label},
        }

    def report(self, kind: str) -> dict[str, Any]:
        """Return what a version's report says of the records as a whole."""
        return {
            "unlabelled": self.labels[""],
            "duplicates": len(self.dealt) - self.distinct,
            "label_conflicts": self.label_conflicts,
            "leaks": self.leaks,
            "advice": advice(kind, self.dealt.counts()[Split.TRAIN]),
        }


def sort_records(keys: Iterable[Key], *, rule: SplitRule, seed: int, folder: Path) -> Sorted:
    """Deal the records and count them; only a few bytes of each are held in memory."""
    with Deal(folder, seed) as deal:
        deal.add(keys)
        return sort_dealt(deal, rule=rule)


def sort_dealt(deal: Deal, *, rule: SplitRule) -> Sorted:
    """Deal the records whose keys were added."""
    if rule.by == "time":
        dealt = deal.by_time(rule.shares)
    else:
        dealt = deal.by_chance(rule.shares, stratify=rule.stratify, keep=rule.by == "keep")
    return Sorted(
        dealt, deal.label_counts(), deal.distinct_contents(), deal.label_conflicts(), deal.leaks(dealt)
    )


def manifest_entry(
    kind: str, content: str, label: str, text: str, fields: dict[str, Any]
) -> tuple[object, ...]:
    """Return what the manifest says of a record beside its split: of a picture or a sound also what is said of it."""
    said = kind in (Kind.IMAGE, Kind.AUDIO)
    if said and fields:
        return (content, label, text, fields)
    return (content, label, text) if said and text else (content, label)


def manifest_hash(
    kind: str, columns: list[dict[str, str]], entries: Iterable[tuple[object, ...]], dealt: Dealt
) -> str:
    """Return the hash that names a version: its kind, its columns, and each record in order.

    Args:
        entries: The ``manifest_entry`` of each record.
    """
    manifest = hashlib.sha256(canonical({"kind": kind, "columns": columns}).encode())
    encoded: dict[object, str] = {}  # labels are few
    described = zip(entries, dealt.names(), strict=True)
    while some := list(islice(described, TOGETHER)):
        for label in {entry[1] for entry, _ in some} - encoded.keys():
            encoded[label] = canonical(label)
        lines = [
            f'\n["{entry[0]}",{encoded[entry[1]]},"{split}"'
            f"{']' if len(entry) == 2 else f',{canonical(entry[2:])[1:]}'}"
            for entry, split in some
        ]
        manifest.update("".join(lines).encode())
    return manifest.hexdigest()


class Content:
    """The records that a reader leaves in a folder, in order; taken note of while it still writes them.

    Of each record a few bytes are held in memory; the rest lies in files of the same folder.
    """

    def __init__(self, kind: str, folder: Path, *, split_seed: int = 0) -> None:
        self.kind, self.folder, self.split_seed = kind, folder, split_seed
        self.seen: dict[str, Any] = {}
        """The reader's result."""
        self.rule = SplitRule()
        self._records = folder / "records.jsonl"
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
        self._measured = self._stack.enter_context(Measures(self.folder))
        self._taken, self._inode = 0, 0
        self._are_plain = True

    def take(self) -> None:
        """Take note of the records that are whole by now."""
        with suppress(FileNotFoundError), self._records.open("rb") as source:
            self._inode = os.fstat(source.fileno()).st_ino
            source.seek(self._taken)
            rest = b""
            while piece := source.read(CHUNK):
                lines, end, rest = (rest + piece).rpartition(b"\n")
                if end:
                    self._take((lines + end).decode())
                    self._taken += len(lines) + len(end)

    def _take(self, lines: str) -> None:
        contents, labels, files, kept = zip(*map(head, lines.split("\n")[:-1]), strict=True)
        self._deal.add_contents(contents, labels, kept)
        self._are_plain = self._are_plain and _SAID.search(lines) is None
        for name in chain.from_iterable(files):
            self._measured.add(f"{self.folder}/files/{name}")

    def finish(self, seen: dict[str, Any], *, rule: SplitRule) -> None:
        """Take note of the rest, or of everything anew where the records were written anew after the reading."""
        self.seen, self.rule = seen, rule
        if self._taken and self._records.stat().st_ino != self._inode:
            self._begin()
        self.take()

    def files(self) -> Iterator[Measured]:
        """Yield the files of all records in order, as they were measured."""
        if not self._measured.count:
            return
        found = chain.from_iterable(head(line).files for line in self._lines())
        for name, (digest, size) in zip(found, self._measured, strict=True):
            yield Measured(f"{self.folder}/files/{name}", digest, size, MEDIA_TYPES[name[name.rindex(".") :]])

    def rows(self, version: UUID, ids: Iterator[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the records in the order of bulk.COLUMNS.

        Args:
            ids: Of the artifacts of their files, in the order of ``files``.
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
