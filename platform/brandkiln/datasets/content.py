"""What a reader left behind, as the content of a version: its records, splits, counts and the hash of its manifest."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from brandkiln.datasets.checks.advice import advice
from brandkiln.datasets.models import Split
from brandkiln.datasets.readers.writer import canonical
from brandkiln.datasets.splits import assign


@dataclass(frozen=True)
class Content:
    """The records that were read from one file, in order."""

    kind: str
    folder: Path
    seen: dict[str, Any]
    """The reader's result."""
    split_seed: int

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the records as the reader wrote them."""
        with (self.folder / "records.jsonl").open(encoding="utf-8") as source:
            for line in source:
                yield json.loads(line)

    @cached_property
    def _keys(self) -> tuple[list[str], list[str]]:
        hashes, labels = [], []
        for line in self.lines():
            hashes.append(line["sha256"])
            labels.append(line["label"])
        return hashes, labels

    @cached_property
    def splits(self) -> list[Split]:
        return assign(*self._keys, self.split_seed)

    @cached_property
    def labels(self) -> list[str]:
        """All labels in the order that gives them their numbers."""
        return sorted({label for label in self._keys[1] if label})

    @cached_property
    def columns(self) -> list[dict[str, str]]:
        return [{"name": one["name"], "type": one["type"]} for one in self.seen.get("columns", [])]

    @cached_property
    def sha256(self) -> str:
        """The hash of the manifest, which names the version: its kind, its columns, and each record in order."""
        manifest = hashlib.sha256(canonical({"kind": self.kind, "columns": self.columns}).encode())
        for content, label, split in zip(*self._keys, self.splits, strict=True):
            manifest.update(b"\n" + canonical([content, label, split.value]).encode())
        return manifest.hexdigest()

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        by_split = Counter(split.value for split in self.splits)
        return {
            "split": {split.value: by_split[split.value] for split in Split},
            "label": dict(sorted(Counter(label for label in self._keys[1] if label).items())),
        }

    def report(self) -> dict[str, Any]:
        """Return what the page about the version shows."""
        hashes, labels = self._keys
        pairs = set(zip(hashes, labels, strict=True))
        return {
            **self.seen,
            "unlabelled": labels.count(""),
            "duplicates": len(hashes) - len(set(hashes)),
            "label_conflicts": len(pairs) - len(set(hashes)),
            "advice": advice(self.kind, self.counts["split"][Split.TRAIN]),
        }
