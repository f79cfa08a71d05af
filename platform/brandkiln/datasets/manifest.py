"""What is known of the records of a version as a whole: their splits, counts, and the hash that names it."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from brandkiln.datasets.checks.advice import advice
from brandkiln.datasets.dealing import Deal, Dealt
from brandkiln.datasets.keys import Key
from brandkiln.datasets.models import Kind, Split
from brandkiln.datasets.readers.writer import canonical
from brandkiln.datasets.splits import SplitRule

TOGETHER = 1_000
"""Records that are hashed at once."""


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
