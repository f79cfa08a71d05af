"""The restorer that the demo brings: trained on colour pictures, measured on photographs that it never saw.

    python -m bench.restorer PICTURES FOLDER --set kimg=24 --set width=32
    python -m bench.restorer PICTURES FOLDER --measure           # of a checkpoint that is there already

PICTURES holds the folders train, validation and test of PNG, JPEG and WebP files; the README of the demo's checkpoint
says which those were. FOLDER gets the checkpoint; the figures, beside those of the usual filters on the same pictures,
go to bench/results/restorer.json with --keep.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from bench.record import record
from generators import checkpoint as folders
from generators import registry
from generators.builtin.image_restore.evaluate import evaluate
from generators.builtin.image_restore.spec import SPEC
from generators.builtin.image_restore.spoil import TASKS
from generators.builtin.image_restore.train import train
from generators.data import Record
from generators.params import EvaluateParams
from generators.run import LocalRun, Report
from generators.testing import write_data

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
EACH = 100  # reports from one line to the next


def records(pictures: Path) -> Iterator[Record]:
    """Yield the pictures of both folders, by name."""
    for split in ("train", "validation", "test"):
        for path in sorted((pictures / split).rglob("*")):
            if path.suffix.lower() in SUFFIXES:
                yield Record(id=str(path.relative_to(pictures)), split=split, path=path)  # type: ignore[arg-type]


def main() -> None:
    """Train unless there is a checkpoint to measure, measure it, and keep both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--keep", action="store_true", help="write bench/results/restorer.json")
    given = parser.parse_args()
    torch.set_num_threads(1)
    begun, seen = time.process_time(), 0

    def say(report: Report) -> None:
        nonlocal seen
        seen += 1
        if seen % EACH == 0:
            print(
                f"{report.done} of {report.total}, {time.process_time() - begun:.0f} s",
                report.metrics,
                flush=True,
            )

    with tempfile.TemporaryDirectory() as scratch:
        data = write_data(Path(scratch), "image", records(given.pictures), name="Colour pictures")
        if not given.measure:
            asked = {name: json.loads(value) for name, value in (pair.split("=", 1) for pair in given.set)}
            params = SPEC.params_for("train").model_validate(asked)
            made = train(data, params, LocalRun(Path(scratch) / "run", on_report=say))  # type: ignore[arg-type]
            given.folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(made.folder, given.folder, dirs_exist_ok=True)
        trained = time.process_time() - begun
        checkpoint = folders.read(given.folder)
        found = evaluate(checkpoint, data, EvaluateParams(split="test"), LocalRun(Path(scratch) / "test"))
    facts = {"params": checkpoint.params, "trust": checkpoint.config["trust"], "n": data.counts()}
    keep(found, facts | ({} if given.measure else {"processor_seconds": round(trained)}), keep=given.keep)


def keep(found: dict[str, float], facts: dict[str, Any], *, keep: bool) -> None:
    """Print the figures and keep them, those of the usual filters apart."""
    rounded = {name: round(value, 4) for name, value in found.items()}
    plain = {name: value for name, value in rounded.items() if "baseline" in name}
    ours = {name: value for name, value in rounded.items() if name not in plain}
    gains = {task: rounded[f"{task.replace('-', '_')}_gain"] for task in TASKS}
    record(
        "restorer",
        ours=ours | facts,
        peers={"usual filters": plain},
        ratios={"decibels better": gains},
        keep=keep,
    )


if __name__ == "__main__":
    registry.get(SPEC.name)
    main()
