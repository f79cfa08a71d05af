"""The records of a version before there is one: their splits, counts and the hash of the manifest that names it."""

import hashlib
import json
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

    @cached_property
    def _sorted(self) -> Sorted:
        keys = (Key(line["sha256"], line["label"], kept=line.get("split", "")) for line in self.lines())
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
        entries = (
            manifest_entry(
                self.kind, line["sha256"], line["label"], line.get("text", ""), line.get("fields", {})
            )
            for line in self.lines()
        )
        return manifest_hash(self.kind, self.columns, entries, self.splits)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        return self._sorted.counts()

    def report(self) -> dict[str, Any]:
        """Return what the page about the version shows."""
        return {**self.seen, **self._sorted.report(self.kind)}
