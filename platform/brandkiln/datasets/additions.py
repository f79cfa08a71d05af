"""Files that add to a version: its records stay in front, and the new ones follow."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brandkiln.datasets.models import DatasetVersion, Kind
from brandkiln.datasets.readers.limits import Refused
from brandkiln.datasets.splits import SplitRule

CHUNK = 2_000


def put_in_front(base: DatasetVersion, folder: Path, seen: dict[str, Any]) -> None:
    """Rewrite the records that a reader left in the folder so that those of the version come first.

    Their lines name the artifacts that they have already: "artifact" and "thumbnail_artifact" hold ids.

    Raises:
        Refused: If the new records of a table have other columns.
    """
    if base.dataset.kind == Kind.TABLE:
        _check_columns(base, seen)
    records, joined = folder / "records.jsonl", folder / "joined.jsonl"
    with joined.open("w", encoding="utf-8") as target:
        for line in base_lines(base):
            target.write(json.dumps(line, ensure_ascii=False) + "\n")
        with records.open(encoding="utf-8") as added:
            for text in added:
                target.write(text)
    joined.replace(records)


def rule_of(base: DatasetVersion) -> SplitRule:
    """Return how the joined records are dealt: old ones stay where they are, new ones in the same shares."""
    shares = {
        name: base.split_rule[name] for name in ("train", "validation", "test") if name in base.split_rule
    }
    return SplitRule(by="keep", **shares)


def base_lines(version: DatasetVersion) -> Iterator[dict[str, Any]]:
    """Yield the records of a version as a reader writes them, with the ids of their artifacts."""
    columns = ("name", "label", "sha256", "split", "text", "fields", "facts", "artifact_id", "thumbnail_id")
    rows = version.records.order_by("position").values_list(*columns)
    for name, label, sha256, split, text, fields, facts, artifact, thumbnail in rows.iterator(
        chunk_size=CHUNK
    ):
        line: dict[str, Any] = {"name": name, "label": label, "sha256": sha256, "split": split}
        line |= {key: value for key, value in (("text", text), ("fields", fields), ("facts", facts)) if value}
        if artifact:
            line["artifact"] = str(artifact)
        if thumbnail:
            line["thumbnail_artifact"] = str(thumbnail)
        yield line


def _check_columns(base: DatasetVersion, seen: dict[str, Any]) -> None:
    old = {column["name"]: column["type"] for column in base.columns}
    new = {column["name"]: column["type"] for column in seen.get("columns", [])}
    problems = [f'"{name}" is missing' for name in old if name not in new]
    problems += [f'"{name}" is new' for name in new if name not in old]
    problems += [
        f'"{name}" holds {kind} there and {new[name]} here'
        for name, kind in old.items()
        if name in new and new[name] != kind
    ]
    if problems:
        more = f" and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise Refused(
            "other_columns",
            f"The rows can't be added to version {base.number}, since their columns differ: "
            f"{', '.join(problems[:5])}{more}. Make the columns alike, or let the file replace the version.",
        )
