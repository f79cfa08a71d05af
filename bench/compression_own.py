"""What smaller checkpoints of any image family draw, beside what the checkpoint draws: size, time, Frechet distance.

    python -m bench.compression_own platform/brandkiln/demo/checkpoints/image-vae --method float16 --method int8
    python -m bench.compression_own flow-s1 --method distil --set minutes=1

Both draw pictures with the labels of as many test pictures of Fashion-MNIST, from the same seed, and the studio's
small classifier judges them (bench/images_judge.py). Times are of drawing 100 at once, the quickest of three in turns.
A name stands for what `bench.images_families` kept. Prints one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor

from bench.images_data import ROOT
from bench.images_drawing import drawn
from bench.images_judge import Judge
from generators import registry
from generators.allocation import keep_freed_memory
from generators.builtin.image_diffusion.denoising import Care
from generators.checkpoint import Checkpoint, read
from generators.data import TrainingData
from generators.execution import read_params
from generators.run import LocalRun

TIMED, ROUNDS = 100, 3


def smaller(
    checkpoint: Checkpoint, method: str, values: dict[str, Any], data: TrainingData, scratch: Path
) -> Checkpoint:
    """Return what a compress job makes of a checkpoint; it is judged here instead of by the job."""
    spec = registry.get(checkpoint.generator)
    params = read_params(spec, "compress", values | {"method": method})
    with patch("generators.compression.compress.quality", lambda *_: {}):
        made = registry.load(spec, "compress")(checkpoint, data, params, LocalRun(scratch))
    found: Checkpoint = made.checkpoint
    return found


def pictures(checkpoint: Checkpoint, labels: Tensor) -> Tensor:
    """Return one picture for each label, always of the same seed."""
    return drawn(checkpoint, labels, seed=0, care=Care())


def milliseconds(checkpoints: dict[str, Checkpoint], labels: Tensor) -> dict[str, float]:
    """Return the processor time of a picture, the least of ROUNDS in turns."""
    least = dict.fromkeys(checkpoints, float("inf"))
    for _ in range(ROUNDS):
        for name, checkpoint in checkpoints.items():
            begun = time.process_time()
            pictures(checkpoint, labels[:TIMED])
            least[name] = min(least[name], (time.process_time() - begun) * 1000 / TIMED)
    return least


def weight_bytes(checkpoint: Checkpoint) -> int:
    """Return the size of the file of weights."""
    return sum(path.stat().st_size for path in checkpoint.folder.glob("weights*.safetensors"))


def main() -> None:
    """Make each smaller checkpoint, draw from all and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.compression_own", description=__doc__)
    parser.add_argument("checkpoint", help="its folder, or a name")
    parser.add_argument("--method", action="append", required=True, help="of compress; may be repeated")
    parser.add_argument("--set", dest="params", metavar="KEY=VALUE", action="append", default=[])
    parser.add_argument("--samples", type=int, default=2_000, help="that are drawn and judged")
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    os.environ.setdefault("BRANDKILN_CACHE", str(ROOT / "cache"))
    kept = ROOT / "checkpoints" / options.checkpoint
    judge, values = Judge(), dict(pair.split("=", 1) for pair in options.params)
    labels = judge.labels(options.samples)
    with tempfile.TemporaryDirectory() as name:
        checkpoints = {"as it was": read(kept if kept.is_dir() else Path(options.checkpoint))}
        for method in options.method:
            checkpoints[method] = smaller(
                checkpoints["as it was"], method, values, judge.data, Path(name) / method
            )
        times = milliseconds(checkpoints, labels)
        found = {}
        for method, checkpoint in checkpoints.items():
            own = judge.judged(pictures(checkpoint, labels), samples={"own": options.samples}, labelled=True)[
                "own"
            ]
            figures = {key: own[key] for key in ("frechet_distance", "frechet_distance_se", "recognised")}
            found[method] = {
                "bytes": weight_bytes(checkpoint),
                "ms_per_picture": round(times[method], 2),
            } | figures
            print(method, found[method], flush=True)
    print(
        json.dumps(
            {
                "bench": "compression_own",
                "checkpoint": options.checkpoint,
                "n": options.samples,
                "found": found,
            }
        )
    )


if __name__ == "__main__":
    main()
