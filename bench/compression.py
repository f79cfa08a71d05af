"""What compressing the shipped image checkpoints saves and costs: size, time for a picture, and quality.

Old and new are timed in turns in one process. The pictures are those of Fashion-MNIST's test set, from the Debian
package dataset-fashion-mnist or a folder named by FASHION_MNIST. Prints one JSON object as its last line and keeps it
in bench/results/compression.json, a line for each checkpoint and method; what is there of other methods stays.

    python -m bench.compression image-gan prune --set share=0.5 --set kimg=20
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from brandkiln.demo.fashion_mnist import CLASSES, DEBIAN_FOLDER, pictures

from generators import registry
from generators.checkpoint import read
from generators.data import Record, TrainingData
from generators.execution import execute, read_params
from generators.run import LocalRun
from generators.testing import write_data

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "compression.json"
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
    kept = {name: result[name] for name in ("before", "after", "facts") if name in result}
    return {"params": params.model_dump(), "seconds": round(time.monotonic() - begun, 1), **kept}


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
    results = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    results[" ".join([options.generator, options.method, *options.set])] = {
        **found, "threads": torch.get_num_threads(), "torch": torch.__version__,
    }  # fmt: skip
    RESULT.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    print(json.dumps(found))


if __name__ == "__main__":
    sys.exit(main())
