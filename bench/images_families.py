"""What a way to draw pictures is worth after so many processor seconds: one training, one seed, one log.

Trains any image generator through its public functions on Fashion-MNIST at 32 px with one thread, ends it when its
processor seconds are spent, and keeps it for `bench.images_judge` to draw from and to judge:

    python -m bench.images_families image-gan --seconds 90 --seed 1 --set recipe=dcgan --name gan-dcgan-s1
    python -m bench.images_families image-gan --seconds 300 --seed 1 --pictures 100

Params that follow the duration (networks that grow, when to save and to measure) need to know it, so the speed is
measured for some seconds first; --kimg states the duration instead. Loading pictures is not counted; what the training
itself measures and its last steps, such as fitting a prior, are. The log goes to bench/images/NAME.json, the checkpoint
to var/bench/checkpoints/NAME, with previews that `bench.images_strips` makes film strips of.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from bench.images_data import ROOT, fashion
from bench.images_drawing import answer_plainly
from bench.images_judge import LOGS
from generators import registry
from generators.allocation import keep_freed_memory
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.execution import read_params
from generators.run import LocalRun, Report
from generators.spec import Spec

POINTS = 40  # of the losses, in a log
ROOM = 1.2  # times the duration that the speed promises, so that it is the seconds that end a training


class Budget(LocalRun):
    """A run that asks to end when its processor seconds, counted from the first step, are spent."""

    def __init__(self, scratch: Path, seconds: float) -> None:
        super().__init__(scratch, on_report=self._note)
        self.seconds = seconds
        self.begun: float | None = None
        self.shown = 0
        self.stepped = 0.0

    @property
    def spent(self) -> float:
        """Processor seconds since the first step ended."""
        return 0.0 if self.begun is None else time.process_time() - self.begun

    @property
    def finishing(self) -> bool:
        return self.spent >= self.seconds

    def _note(self, report: Report) -> None:
        if report.metrics:  # before, it is still reading pictures
            self.shown = report.done
            if self.begun is None:
                self.begun = time.process_time()
            self.stepped = self.spent


def main() -> None:
    """Train, keep checkpoint and log, and print that as the last line."""
    options = _parser().parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    os.environ.setdefault("BRANDKILN_CACHE", str(ROOT / "cache"))
    values = dict(entry.split("=", 1) for entry in options.params) | {"seed": options.seed}
    spec, data = registry.get(options.generator), fashion(options.pictures)
    if options.plain:
        answer_plainly()
    name = options.name or "-".join([spec.name, str(values.get("recipe", "default")), f"s{options.seed}"])
    with tempfile.TemporaryDirectory() as folder:
        kimg = options.kimg or ROOM * options.seconds * rate(spec, data, values, Path(folder) / "speed")
        run = Budget(Path(folder) / "run", options.seconds)
        checkpoint = train(spec, data, values | {"kimg": kimg, "save_every_kimg": kimg}, run)
        spent = run.spent
        record = {
            "bench": "images_families",
            "generator": spec.name,
            "params": values,
            "plain": options.plain,
            "pictures": len(data.records("train")),
            "cpu_seconds": round(spent, 1),
            "shown_kimg": round(run.shown / 1000, 2),
            "kept": [notice.text for notice in run.notices],
            "losses": _course(run),
            "validation": [{"shown": shown} | rounded(metrics) for shown, metrics in run.measures],
        }
        _keep(checkpoint, run, ROOT / "checkpoints" / name)
    record["drawn"] = []
    LOGS.mkdir(exist_ok=True)
    (LOGS / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record | {"losses": None, "validation": None}))


def rate(spec: Spec, data: TrainingData, values: dict[str, Any], folder: Path, seconds: float = 4) -> float:
    """Return the thousands of pictures that a training shows in a processor second."""
    run = Budget(folder, seconds)
    train(spec, data, values | {"kimg": 10_000, "save_every_kimg": 10_000}, run)
    return run.shown / 1000 / run.stepped


def train(spec: Spec, data: TrainingData, values: dict[str, Any], run: Budget) -> Checkpoint:
    """Return what a training returns that is asked to end when its seconds are spent."""
    checkpoint: Checkpoint = registry.load(spec, "train")(data, read_params(spec, "train", values), run)
    return checkpoint


def rounded(metrics: dict[str, float]) -> dict[str, float]:
    """Return the metrics with four digits."""
    return {name: float(f"{value:.4g}") for name, value in metrics.items()}


def _course(run: Budget) -> list[dict[str, float]]:
    reports = [report for report in run.reports if report.metrics]
    every = max(1, len(reports) // POINTS)
    return [{"shown": report.done} | rounded(report.metrics) for report in reports[::every]]


def _keep(checkpoint: Checkpoint, run: Budget, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(checkpoint.folder, folder)
    for preview in run.previews:
        if preview.path:
            shutil.copy(preview.path, folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.images_families", description=sys.modules[__name__].__doc__
    )
    parser.add_argument("generator", choices=[name for name in registry.specs() if name.startswith("image-")])
    parser.add_argument("--seconds", type=float, default=90, help="processor seconds of training")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pictures", type=int, help="training pictures, all labels alike (default: 55,000)")
    parser.add_argument("--kimg", type=float, help="the duration, instead of measuring the speed first")
    parser.add_argument("--name", help="of the log and the checkpoint")
    parser.add_argument(
        "--set", dest="params", metavar="KEY=VALUE", action="append", default=[], help="a param"
    )
    parser.add_argument(
        "--plain", action="store_true", help="image-diffusion without the best linear guess in its answer"
    )
    return parser


if __name__ == "__main__":
    main()
