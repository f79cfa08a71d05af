"""Content that was erased does not come back: an upload that holds it is read without it."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

from brandkiln.datasets.models import Erasure
from brandkiln.datasets.readers.writer import LISTED

CODE = "erased"
MESSAGE = "This content was erased from the workspace and is not taken again. Leave it out of the file."


def erased_hashes(workspace_id: UUID) -> set[str]:
    """Return the hashes of all content that was erased from the workspace."""
    hashes: set[str] = set()
    rows = Erasure.objects.filter(workspace_id=workspace_id).values_list("content_sha256", "reached")
    for content, reached in rows:
        hashes.add(content)
        hashes.update(reached.get("hashes", ()))
    return hashes


def leave_out_erased(hashes: Collection[str], folder: Path, seen: dict[str, Any]) -> None:
    """Take content of these hashes out of what a reader left in the folder, and note each record as a fault."""
    if not hashes:
        return
    records, kept = folder / "records.jsonl", folder / "kept.jsonl"
    left_out = 0
    with records.open(encoding="utf-8") as source, kept.open("w", encoding="utf-8") as target:
        for text in source:
            line = json.loads(text)
            if line["sha256"] not in hashes:
                target.write(text)
                continue
            left_out += 1
            if len(seen["faults"]) < LISTED:
                seen["faults"].append({"where": line["name"], "code": CODE, "message": MESSAGE})
    if left_out:
        kept.replace(records)
        seen["accepted"] -= left_out
        seen["refused"] += left_out
        seen["reasons"] = {**seen["reasons"], CODE: left_out}
        forget_values(seen)


def forget_values(report: dict[str, Any]) -> None:
    """Take out of a version's report what was copied from its records: examples, and the ends of ranges."""
    for column in report.get("columns", ()):
        for name in ("examples", "min", "max"):
            column.pop(name, None)
