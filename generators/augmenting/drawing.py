"""Drawing so many pictures of each label with whatever generator a checkpoint belongs to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generators import registry
from generators.augmenting.params import AugmentParams
from generators.checkpoint import Checkpoint
from generators.errors import BadCheckpoint
from generators.execution import read_params
from generators.guarding import guarded
from generators.run import LocalRun, Run, Sample
from generators.training.decode import decode_square, pixels_of

AT_ONCE = 32
"""Pictures of one request to the generator."""
TRIES = 2
"""At most so many times as many pictures are drawn as are wanted, where some are held back as copies."""
SEEDS_APART = 1_000_000
"""Between the first seeds of two labels."""


@dataclass
class Drawn:
    """Generated pictures.

    Attributes:
        images: uint8, shape (N, C, S, S).
        labels: Numbers of their labels, int64, shape (N,).
        held_back: Pictures that came out too close to one of the training.
        guarded: Whether they were compared with the training pictures at all.
        listing: A file with {"path", "label", "seed"} of each, in order, on a line of its own.
    """

    images: Tensor
    labels: Tensor
    listing: Path
    held_back: int = 0
    guarded: bool = True


@dataclass
class _Kept:
    lines: list[dict[str, Any]] = field(default_factory=list)
    pixels: list[Tensor] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    held_back: int = 0
    guarded: bool = True


class _Silent(LocalRun):
    """The run of one request: its progress is not that of the job, but it can be cancelled all the same."""

    def __init__(self, run: Run, scratch: Path, alive: Callable[[], None]) -> None:
        super().__init__(scratch, device=run.device, seed=run.seed)
        self._alive = alive

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        self._alive()


def check_labels(checkpoint: Checkpoint, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels of the data that a checkpoint draws.

    Raises:
        BadCheckpoint: If it does not draw pictures by label, or knows none of these.
    """
    spec = registry.get(checkpoint.generator)
    fields = spec.sample.model_fields if spec.sample else {}
    if spec.modality != "image" or not {"label", "seed", "count"} <= set(fields) or not checkpoint.labels:
        raise BadCheckpoint(
            f"This checkpoint of {checkpoint.generator} does not draw pictures by label. "
            "Train one on labelled pictures."
        )
    shared = tuple(label for label in labels if label in checkpoint.labels)
    if not shared:
        known = ", ".join(checkpoint.labels)
        raise BadCheckpoint(
            f"The checkpoint knows none of the data's labels; it knows {known}. Choose another one."
        )
    return shared


def draw(
    checkpoint: Checkpoint,
    wanted: dict[str, int],
    names: tuple[str, ...],
    params: AugmentParams,
    run: Run,
    *,
    guard: Path | None,
    channels: int,
) -> Drawn:
    """Return the pictures, each from a seed of its own; copies of training pictures are left out.

    Args:
        wanted: Pictures by label.
        names: The labels by number.
        channels: 1 or 3, as the real pictures have them.
    """
    folder = run.scratch / "set"
    folder.mkdir(parents=True, exist_ok=True)
    resolution = int(checkpoint.config["resolution"])
    kept, total = _Kept(), sum(wanted.values())
    for label, count in wanted.items():
        number = names.index(label)
        mine = 0
        for sample in _samples(
            checkpoint, label, number, count, params, run, guard, lambda: _say(run, kept, total)
        ):
            facts = sample.meta.get("memorisation", {})
            kept.guarded = kept.guarded and bool(facts.get("guarded"))
            if facts.get("held_back"):
                kept.held_back += 1
                continue
            assert sample.path is not None
            path = sample.path.rename(folder / f"{number:03}-{mine:05}.png")
            pixels = pixels_of(decode_square(path, resolution))
            kept.pixels.append(pixels[:channels])
            kept.numbers.append(number)
            kept.lines.append({"path": str(path.absolute()), "label": label, "seed": sample.seed})
            mine += 1
            _say(run, kept, total)
            if mine == count:
                break
    listing = run.scratch / "set.jsonl"
    listing.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept.lines), encoding="utf-8"
    )
    images = (
        torch.stack(kept.pixels) if kept.pixels else torch.empty(0, channels, resolution, resolution).byte()
    )
    return Drawn(images, torch.tensor(kept.numbers, dtype=torch.long), listing, kept.held_back, kept.guarded)


def _samples(
    checkpoint: Checkpoint,
    label: str,
    number: int,
    count: int,
    params: AugmentParams,
    run: Run,
    guard: Path | None,
    alive: Callable[[], None],
) -> Iterator[Sample]:
    spec = registry.get(checkpoint.generator)
    assert spec.sample is not None
    function = registry.load(spec, "sample")
    given = {
        name: value
        for name, value in (("truncation", params.truncation), ("guidance", params.guidance))
        if value is not None and name in spec.sample.model_fields
    }
    first = (params.seed + number * SEEDS_APART) % 2**31
    part = _Silent(run, run.scratch / "drawing", alive)
    for done in range(0, TRIES * count, AT_ONCE):
        many = min(AT_ONCE, TRIES * count - done)
        asked = read_params(spec, "sample", given | {"label": label, "seed": first + done, "count": many})
        looked: list[Sample] = []
        look = guarded(spec, checkpoint, guard, part, looked.append)
        for sample in function(checkpoint, asked, part):
            look(sample)
            yield looked.pop()


def _say(run: Run, kept: _Kept, total: int) -> None:
    run.report(len(kept.lines), total, "Drawing pictures")
