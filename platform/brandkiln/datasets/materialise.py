"""A version as generators see it: a folder with dataset.json and records.jsonl."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from brandkiln.artifacts import store
from brandkiln.artifacts.cache import mark_used
from brandkiln.datasets.models import DatasetVersion, Record

FORMAT = 1
LAYOUT = 2
"""Raise it when the same version would be laid out differently, so that folders of before are not used."""


def materialise_version(version: DatasetVersion) -> Path:
    """Return the folder of the version; it is written once and used again while all its files are there.

    The folder carries the version's own id beside the hash: equal content in two workspaces is never shared.
    """
    parent = settings.CACHE / "datasets"
    folder: Path = parent / f"{version.sha256}-{version.pk.hex[:12]}-{LAYOUT}"
    if _is_whole(folder):
        return folder
    parent.mkdir(parents=True, exist_ok=True)
    written = Path(tempfile.mkdtemp(dir=parent, prefix=".writing-"))
    try:
        _write(version, written)
        _move(written, folder)
    finally:
        shutil.rmtree(written, ignore_errors=True)
    return folder


def _write(version: DatasetVersion, folder: Path) -> None:
    header = {
        "format": FORMAT,
        "kind": version.dataset.kind,
        "name": str(version),
        "sha256": version.sha256,
        "labels": version.labels,
        "columns": version.columns,
    }
    (folder / "dataset.json").write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")
    records = version.records.select_related("artifact").order_by("position")
    with (folder / "records.jsonl").open("w", encoding="utf-8") as target:
        for record in records.iterator(chunk_size=2000):
            target.write(json.dumps(_line(record, version.dataset.kind), ensure_ascii=False) + "\n")


def _line(record: Record, kind: str) -> dict[str, Any]:
    return {
        "id": str(record.pk),
        "position": record.position,
        "split": record.split,
        "path": str(store.local_path(record.artifact)) if record.artifact else None,
        "text": record.text if kind == "text" else None,
        "label": record.label or None,
        "fields": record.fields,
        "name": record.name,
        "caption": record.text or None if kind != "text" else None,
    }


def _is_whole(folder: Path) -> bool:
    """Return whether the folder is there with every file that it names, some of which a cache may have dropped."""
    try:
        with (folder / "records.jsonl").open(encoding="utf-8") as lines:
            paths = (json.loads(line)["path"] for line in lines)
            return all(path is None or mark_used(Path(path)) for path in paths) and mark_used(
                folder / "dataset.json"
            )
    except FileNotFoundError:
        return False


def _move(written: Path, folder: Path) -> None:
    try:
        os.rename(written, folder)  # noqa: PTH104  atomic, and fails where another worker was faster
    except OSError:
        if _is_whole(folder):
            return
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(written, folder)  # noqa: PTH104
