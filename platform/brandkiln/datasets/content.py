"""The records of a version before there is one: their splits, counts and the hash of the manifest that names it."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from brandkiln.datasets.checks.advice import advice
from brandkiln.datasets.dealing import Deal, Dealt, Key
from brandkiln.datasets.models import Kind, Split
from brandkiln.datasets.readers.writer import canonical
from brandkiln.datasets.splits import SplitRule

_HEAD = re.compile(
    r'\{"name": "(?:[^"\\]|\\.)*", "label": "([^"\\]*)", "sha256": "([0-9a-f]{64})"(?:, "file": "([^"\\]*)")?'
)
"""How the line of a record begins: its label, its content and its file. Parsing all of it takes five times as long."""


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
    with Deal(folder) as deal:
        deal.add(keys)
        if rule.by == "time":
            dealt = deal.by_time(rule.shares)
        else:
            dealt = deal.by_chance(rule.shares, seed=seed, stratify=rule.stratify, keep=rule.by == "keep")
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
    for (content, label, *said), split in zip(entries, dealt, strict=True):
        manifest.update(b"\n" + canonical([content, label, split.value, *said]).encode())
    return manifest.hexdigest()


@dataclass(frozen=True)
class Content:
    """The records that a reader left in a folder, in order."""

    kind: str
    folder: Path
    seen: dict[str, Any]
    """The reader's result."""
    split_seed: int
    rule: SplitRule = field(default_factory=SplitRule)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the records as the reader wrote them; one that has a split already says so."""
        with (self.folder / "records.jsonl").open(encoding="utf-8") as source:
            for line in source:
                yield json.loads(line)

    def files(self) -> Iterator[list[str]]:
        """Yield the names of the files of each record that has any: the file and, where there is one, its thumbnail."""
        for head, text in self._heads():
            if head and head[3] and '"thumbnail": ' not in text:
                yield [head[3]]
            elif '"file": ' in text:
                line = json.loads(text)
                if names := [line[key] for key in ("file", "thumbnail") if key in line]:
                    yield names

    def _heads(self) -> Iterator[tuple[re.Match[str] | None, str]]:
        """Yield each line with its first values, found without parsing the rest; None where that is unsure."""
        with (self.folder / "records.jsonl").open(encoding="utf-8") as source:
            for text in source:
                yield _HEAD.match(text), text

    def _key(self, head: "re.Match[str] | None", text: str) -> Key:
        if head and '"split": ' not in text:
            return Key(head[2], head[1])
        line = json.loads(text)
        return Key(line["sha256"], line["label"], kept=line.get("split", ""))

    def _entry(self, head: "re.Match[str] | None", text: str) -> tuple[object, ...]:
        said = self.kind in (Kind.IMAGE, Kind.AUDIO) and ('"text": ' in text or '"fields": ' in text)
        if head and not said:
            return (head[2], head[1])
        line = json.loads(text)
        return manifest_entry(
            self.kind, line["sha256"], line["label"], line.get("text", ""), line.get("fields", {})
        )

    @cached_property
    def _sorted(self) -> Sorted:
        keys = (self._key(head, text) for head, text in self._heads())
        return sort_records(keys, rule=self.rule, seed=self.split_seed, folder=self.folder)

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
        entries = (self._entry(head, text) for head, text in self._heads())
        return manifest_hash(self.kind, self.columns, entries, self.splits)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        return self._sorted.counts()

    def report(self) -> dict[str, Any]:
        """Return what the page about the version shows."""
        return {**self.seen, **self._sorted.report(self.kind)}
