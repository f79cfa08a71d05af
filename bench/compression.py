"""What compressing the shipped image checkpoints saves and costs: size, time for a picture, and quality.

Old and new are timed in turns in one process. The pictures are those of Fashion-MNIST's test set, from the Debian
package dataset-fashion-mnist or a folder named by FASHION_MNIST. Prints one JSON object as its last line and keeps it
in bench/results/compression.json: under "ours" each checkpoint and method, under "peers" the network as it was, and how
many times smaller and quicker it became. What is there of other methods stays.

    python -m bench.compression image-gan prune --set share=0.5 --set kimg=20
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from brandkiln.demo.fashion_mnist import CLASSES, DEBIAN_FOLDER, pictures

from bench.record import kept, record
from generators import registry
from generators.checkpoint import read
from generators.data import Record, TrainingData
from generators.execution import execute, read_params
from generators.run import LocalRun
from generators.testing import write_data

ROOT = Path(__file__).parents[1]
SOURCE = Path(os.environ.get("FASHION_MNIST", DEBIAN_FOLDER))
PICTURES = 2_000


def held_out(folder: Path) -> TrainingData:
    """Return the first test pictures as a dataset version."""

    def records() -> Iterator[Record]:
        for number, (label, _, picture) in enumerate(pictures(SOURCE, "test")):
            if number == PICTURES:
                return
            path = folder / f"{number:05}.png"
            picture.save(path)
            yield Record(id=path.stem, split="test", path=path, label=label)

    folder.mkdir(parents=True, exist_ok=True)
    return write_data(folder, "image", records(), name="Fashion-MNIST", labels=CLASSES)


def measure(generator: str, kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one job on the shipped checkpoint."""
    spec = registry.get(generator)
    checkpoint = read(ROOT / "platform" / "brandkiln" / "demo" / "checkpoints" / generator)
    with tempfile.TemporaryDirectory() as folder:
        data = held_out(Path(folder) / "data") if kind == "compress" else None
        run = LocalRun(Path(folder) / "scratch")
        params = read_params(spec, kind, values)
        begun = time.monotonic()
        result = execute(spec, kind, params, run, checkpoint=checkpoint, data=data, on_sample=print)  # type: ignore[arg-type]
    figures: dict[str, Any] = {name: result[name] for name in ("before", "after", "facts") if name in result}
    return {
        "params": params.model_dump(),
        "seconds": round(time.monotonic() - begun, 1),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        **figures,
    }


def keep(found: dict[str, dict[str, Any]]) -> None:
    """Keep the figures of all methods, each with what the network was before."""
    ours = {
        name: {key: value for key, value in one.items() if key != "before"} for name, one in found.items()
    }
    before = {name: _before(one) for name, one in found.items()}
    ratios = {
        name: {
            ratio: round(before[name][key] / (one["after"] if "after" in one else one["facts"])[key], 2)
            for ratio, key in (("times_smaller", "bytes"), ("times_quicker", "ms_per_picture"))
            if key in before[name]
        }
        for name, one in found.items()
    }
    record("compression", ours=ours, peers={"before": before}, ratios=ratios)


def _before(one: dict[str, Any]) -> dict[str, Any]:
    """Return what was measured of the network as it was; an export compares the times alone."""
    if "before" in one:
        return dict(one["before"])
    return {"ms_per_picture": one["facts"]["ms_per_picture_before"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("generator")
    parser.add_argument("method", help="a method of compress, or onnx")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    values: dict[str, Any] = dict(pair.split("=", 1) for pair in options.set)
    if options.method == "onnx":
        found = measure(options.generator, "export", values)
    else:
        found = measure(options.generator, "compress", values | {"method": options.method, "split": "test"})
    last = kept("compression")
    results = {
        name: one | ({"before": last["peers"]["before"][name]} if "after" in one else {})
        for name, one in last.get("ours", {}).items()
    }
    keep(results | {" ".join([options.generator, options.method, *options.set]): found})


if __name__ == "__main__":
    main()
