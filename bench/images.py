"""How fast image generators train, beside the plain way of doing the same, in the same run.

Rounds are interleaved (ours, peer, ours, peer) and their medians compared, because the machine may be shared.
Prints one JSON object as its last line and keeps it in bench/results/images.json.

    python bench/images.py
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from generators.builtin.image_gan import train as gan
from generators.builtin.image_gan.spec import TrainParams
from generators.data import Record, TrainingData
from generators.testing import write_data
from generators.training.decode import decode_square
from generators.training.loop import Batch
from generators.training.pictures import load_pictures, to_floats
from generators.training.precision import autocast, fast_bfloat16
from generators.training.randomness import batch_indices

RESULT = Path(__file__).parent / "results" / "images.json"
ROUNDS = 5
BATCH, STEPS = 64, 2
PICTURES = 512


def training_step(*, fast: bool) -> Callable[[], int]:
    """Return a function that takes a few steps of image-gan and returns the pictures shown."""
    params = TrainParams(batch_size=BATCH)
    config = {
        "recipe": params.recipe,
        "resolution": 32,
        "channels": 1,
        "labels": 10,
        "latent_dim": 64,
        "width": 64,
    }
    learner = gan.Adversaries(config, params, "cpu", count=60_000)
    layout = torch.channels_last if fast else torch.contiguous_format
    pictures = torch.rand(BATCH, 1, 32, 32).mul(2).sub(1).contiguous(memory_format=layout)
    labels = torch.arange(BATCH) % 10
    if not fast:
        for network in learner.networks.values():
            network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]

    def steps() -> int:
        gan.autocast = (
            (lambda device: autocast(device)) if fast else (lambda device: autocast(device, enabled=False))
        )
        for step in range(STEPS):
            learner.step(Batch(pictures, labels, step * BATCH, torch.Generator().manual_seed(step)))
        return STEPS * BATCH

    return steps


def photographs(folder: Path) -> TrainingData:
    """Write smooth JPEG pictures of 256 x 256 pixels, about as costly to decode as product photographs."""
    records = []
    for index in range(PICTURES):
        noise = torch.randint(
            256, (12, 12, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(index)
        )
        small = Image.frombytes("RGB", (12, 12), noise.numpy().tobytes())
        path = folder / f"{index}.jpg"
        small.resize((256, 256), Image.Resampling.BICUBIC).save(path, quality=90)
        records.append(Record(id=str(index), split="train", path=path))
    return write_data(folder / "data", "image", records)


def cached_reading(data: TrainingData) -> Callable[[], int]:
    """Return a function that reads shuffled batches from the memory-mapped cache."""
    pictures = load_pictures(data, "train", resolution=64, generator="bench")

    def read() -> int:
        for step in range(20 * PICTURES // BATCH):
            to_floats(pictures.images[batch_indices(step, count=PICTURES, batch_size=BATCH, seed=0)])
        return 20 * PICTURES

    return read


def decoding(data: TrainingData) -> Callable[[], int]:
    """Return a function that decodes each file of a batch, as a plain Pillow data set does in every epoch."""
    paths = [record.path for record in data.records("train")[:BATCH]]

    def read() -> int:
        pixels = [
            torch.frombuffer(bytearray(decode_square(p, 64).tobytes()), dtype=torch.uint8) for p in paths if p
        ]
        to_floats(torch.stack(pixels).view(BATCH, 64, 64, 3).permute(0, 3, 1, 2))
        return BATCH

    return read


def rates(*tasks: Callable[[], int]) -> list[float]:
    """Return the median pictures per second of each task, measured in turns after one round to warm up."""
    seen: list[list[float]] = [[] for _ in tasks]
    for round_number in range(ROUNDS + 1):
        for task, rounds in zip(tasks, seen, strict=True):
            start = time.process_time()
            count = task()
            if round_number:
                rounds.append(count / (time.process_time() - start))
    return [statistics.median(rounds) for rounds in seen]


def main() -> None:
    """Measure, print and keep the record."""
    torch.set_num_threads(1)
    fast, plain = rates(training_step(fast=True), training_step(fast=False))
    with tempfile.TemporaryDirectory() as name:
        os.environ["BRANDKILN_CACHE"] = f"{name}/cache"
        data = photographs(Path(name))
        cached, decoded = rates(cached_reading(data), decoding(data))
    record = {
        "bench": "images",
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cpus": os.cpu_count(),
            "threads": 1,
            "torch": torch.__version__,
            "bfloat16": fast_bfloat16("cpu"),
            "clock": "processor seconds",
        },
        "ours": {"train_pictures_per_s": round(fast, 1), "read_pictures_per_s": round(cached)},
        "peers": {
            "float32_contiguous_pictures_per_s": round(plain, 1),
            "jpeg_decode_pictures_per_s": round(decoded),
        },
        "ratios": {"train": round(fast / plain, 2), "read": round(cached / decoded, 1)},
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record))


if __name__ == "__main__":
    main()
