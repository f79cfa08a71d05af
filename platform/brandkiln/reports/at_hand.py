"""A report without a job: from rows on this machine, by the generator in a process of its own."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.readers.limits import Limits, ReaderFailed, Refused
from brandkiln.datasets.readers.process import read_in_child


def lay_out_file(path: Path, folder: Path) -> dict[str, Any]:
    """Write the rows of a file as the generator reads them, and return what was seen of it.

    Raises:
        Unprocessable: If the file is no table that can be read.
    """
    read = folder / "read"
    read.mkdir()
    try:
        seen = read_in_child(
            [(path, path.name)],
            kind="table",
            folder=read,
            limits=Limits(),
            options={},
            progress=lambda *_: None,
        )
    except (Refused, ReaderFailed) as error:
        raise Unprocessable(str(error), fields={"source": str(error)}) from error
    if not seen["accepted"]:
        message = _("%(name)s holds no row that can be read.") % {"name": path.name}
        raise Unprocessable(message, fields={"source": message})
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    header = {
        "format": 1,
        "kind": "table",
        "name": path.stem,
        "sha256": digest,
        "columns": [{"name": column["name"], "type": column["type"]} for column in seen["columns"]],
    }
    (folder / "dataset.json").write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")
    with (folder / "records.jsonl").open("w", encoding="utf-8") as target:
        target.writelines(_lines(read / "records.jsonl"))
    return seen


def run_generator(folder: Path, out: Path, params: Mapping[str, Any]) -> int:
    """Make a report of laid out rows and return the exit code; what the generator says goes to this terminal."""
    asked = [f"--set={name}={_written(value)}" for name, value in params.items()]
    command = [
        sys.executable,
        "-m",
        "generators",
        "report",
        "report",
        "--data",
        str(folder),
        "--out",
        str(out),
    ]
    return subprocess.run([*command, *asked], check=False).returncode


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            record = json.loads(line)
            kept = {
                "id": str(place), "position": place, "split": "train", "path": None, "text": None,
                "label": record["label"] or None, "fields": record.get("fields", {}), "name": record["name"],
                "caption": None,
            }  # fmt: skip
            yield json.dumps(kept, ensure_ascii=False) + "\n"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
