"""What a way to draw pictures is worth after so many processor seconds: one training, one seed, one JSON object.

Trains any image generator through its public functions on Fashion-MNIST at 32 px with one thread, stops it when its
processor seconds are spent, keeps what it saved last, and evaluates that on test pictures:

    python -m bench.images_families image-gan --seconds 90 --seed 1 --set recipe=dcgan
    python -m bench.images_families image-vae --seconds 90 --seed 1 --pictures 100

Params that follow the duration (a falling learning rate, growing networks) need to know it, so a short training
measures the speed first; --kimg states the duration instead. Loading pictures is not counted, and what the training
itself measures is. The pictures come from the Debian package dataset-fashion-mnist or a folder named by FASHION_MNIST.
They are written once to var/bench, split 55,000 / 5,000 / 10,000; with --pictures N, N and a fifth of it to validate.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import torch
from brandkiln.demo.fashion_mnist import CLASSES, DEBIAN_FOLDER, pictures

from generators import registry
from generators.checkpoint import Checkpoint
from generators.data import Record, TrainingData
from generators.errors import Cancelled
from generators.execution import read_params
from generators.run import LocalRun, Report
from generators.spec import Spec
from generators.testing import write_data

ROOT = Path(__file__).parent.parent / "var" / "bench"
SOURCE = Path(os.environ.get("FASHION_MNIST", DEBIAN_FOLDER))
VALIDATION = 5_000
Split = Literal["train", "validation", "test"]
SAVES = 50  # in a training; the last of them is what is evaluated, so up to a fiftieth of the seconds is lost


class Budget(LocalRun):
    """A run that is cancelled when its processor seconds, counted from the first step, are spent."""

    def __init__(self, scratch: Path, seconds: float) -> None:
        super().__init__(scratch, on_report=self._spend)
        self.seconds = seconds
        self.begun: float | None = None
        self.shown = 0

    @property
    def spent(self) -> float:
        """Processor seconds since the first step ended."""
        return 0.0 if self.begun is None else time.process_time() - self.begun

    def _spend(self, report: Report) -> None:
        if not report.metrics:
            return  # still reading pictures
        self.shown = report.done
        if self.begun is None:
            self.begun = time.process_time()
        if self.spent >= self.seconds:
            raise Cancelled


def main() -> None:
    """Train, evaluate, and print one JSON object as the last line."""
    options = _parser().parse_args()
    torch.set_num_threads(1)
    os.environ.setdefault("BRANDKILN_CACHE", str(ROOT / "cache"))
    values = dict(entry.split("=", 1) for entry in options.params) | {"seed": options.seed}
    spec, data = registry.get(options.generator), fashion(options.pictures)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kimg = options.kimg or options.seconds * rate(spec, data, values, folder / "speed")
        begun = time.process_time()
        checkpoint, run = trained(spec, data, values | {"kimg": kimg}, folder / "run", options.seconds)
        record = {
            "bench": "images_families",
            "generator": spec.name,
            "params": values,
            "pictures": len(data.records("train")),
            "cpu_seconds": round(run.spent, 1),
            "planned_kimg": round(kimg, 2),
            "shown_kimg": round(run.shown / 1000, 2),
            "losses": {name: round(value, 4) for name, value in checkpoint.metrics.items()},
            "train_seconds_in_all": round(time.process_time() - begun, 1),
            "measured": _measure(spec, checkpoint, data, options, folder),
        }
        if options.preview and run.previews and run.previews[-1].path:
            options.preview.write_bytes(run.previews[-1].path.read_bytes())
    print(json.dumps(record))


def fashion(count: int | None = None) -> TrainingData:
    """Return Fashion-MNIST as a dataset version, written once, with all or `count` training pictures."""
    folder = ROOT / f"fashion-mnist-{count or 'all'}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "dataset.json").exists():
            records = list(_records(folder, count))
            digest = hashlib.sha256(b"".join(record.path.read_bytes() for record in records if record.path))
            write_data(
                folder, "image", records, name=f"Fashion-MNIST {digest.hexdigest()[:8]}", labels=CLASSES
            )
    return TrainingData.open(folder)


def _records(folder: Path, count: int | None) -> Iterator[Record]:
    held_out = VALIDATION if count is None else max(count // 5, len(CLASSES))
    train = 60_000 - VALIDATION if count is None else count
    splits: tuple[tuple[Split, int], ...] = (("train", train), ("validation", held_out), ("test", 10_000))
    for split, limit in splits:
        source: Literal["train", "test"] = "test" if split == "test" else "train"
        offset = 6_000 - held_out // len(CLASSES) if split == "validation" else 0
        (folder / split).mkdir(exist_ok=True)
        for label, number, picture in pictures(SOURCE, source):
            if offset <= number < offset + limit // len(CLASSES):
                path = folder / split / f"{CLASSES.index(label)}-{number:04}.png"
                picture.save(path, compress_level=1)
                yield Record(id=f"{split}/{path.stem}", split=split, path=path, label=label)


def rate(spec: Spec, data: TrainingData, values: dict[str, Any], folder: Path, seconds: float = 4) -> float:
    """Return the thousands of pictures that a training shows in a processor second."""
    run = Budget(folder, seconds)
    _train(spec, data, values | {"kimg": 10_000, "save_every_kimg": 10_000}, run)
    return run.shown / 1000 / run.spent


def trained(
    spec: Spec, data: TrainingData, values: dict[str, Any], folder: Path, seconds: float
) -> tuple[Checkpoint, Budget]:
    """Return the last checkpoint within the processor seconds, and the run that made it."""
    run = Budget(folder, seconds)
    finished = _train(spec, data, values | {"save_every_kimg": values["kimg"] / SAVES}, run)
    checkpoint = finished or (run.saved[-1] if run.saved else None)
    if checkpoint is None:
        raise SystemExit(f"{seconds} seconds were too few to save a checkpoint. Give --seconds more.")
    return checkpoint, run


def _train(spec: Spec, data: TrainingData, values: dict[str, Any], run: Budget) -> Checkpoint | None:
    """Return the training's result, or None where its seconds were spent before."""
    try:
        finished: Checkpoint = registry.load(spec, "train")(data, read_params(spec, "train", values), run)
    except Cancelled:
        return None
    return finished


def _measure(
    spec: Spec, checkpoint: Checkpoint, data: TrainingData, options: argparse.Namespace, folder: Path
) -> dict[str, float]:
    params = read_params(spec, "evaluate", {"split": "test", "seed": options.seed})
    measured: dict[str, float] = registry.load(spec, "evaluate")(
        checkpoint, data, params, LocalRun(folder / "measure")
    )
    return measured


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.images_families", description=sys.modules[__name__].__doc__
    )
    parser.add_argument("generator", choices=[name for name in registry.specs() if name.startswith("image-")])
    parser.add_argument("--seconds", type=float, default=90, help="processor seconds of training")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pictures", type=int, help="training pictures, all labels alike (default: 55,000)")
    parser.add_argument("--kimg", type=float, help="the duration, instead of measuring the speed first")
    parser.add_argument(
        "--set", dest="params", metavar="KEY=VALUE", action="append", default=[], help="a param"
    )
    parser.add_argument(
        "--preview", type=Path, metavar="FILE", help="where the last preview goes, a PNG file"
    )
    return parser


if __name__ == "__main__":
    main()
