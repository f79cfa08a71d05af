"""Builds a checkpoint's guard: describes its training pictures and finds the limits on pictures that it never saw."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.memorisation.describing import features, planted, small
from generators.memorisation.guard import Guard, Verdict
from generators.run import Run
from generators.training.pictures import Pictures, kept_by_content, load_pictures, to_floats
from generators.training.randomness import generator_for

DIRECTIONS = 128
MOST_FEATURES = 20_000
"""Training pictures whose features are kept; of all of them the pixels are. More are drawn by chance."""
MOST_HELD_OUT = 300
QUANTILE = 0.005
"""Share of held-out real pictures that each limit alone would hold back."""
PLANTED = 30
"""Training pictures that are planted, in each of six disguises; all of them have to be caught."""
MARGIN = 1.25
CHUNK = 100


@torch.inference_mode()
def build(checkpoint: Checkpoint, data: TrainingData, target: Path, run: Run) -> dict[str, float]:
    """Write the guard of what a checkpoint learned from, and return what was found of it.

    Returns:
        `training` pictures that are guarded, `planted` copies and how many were `caught`, `held_out` real pictures and
        how many of them would be held back, as `false_alarms`, and the two limits.
    """
    training = _load(checkpoint, data, "train")
    held_out = _load(checkpoint, data, "validation").at_most(MOST_HELD_OUT, generator_for(0, "guard"))
    positions = torch.tensor([record.position or 0 for record in data.records("train")])
    chosen = (
        torch.randperm(len(training), generator=generator_for(0, "guard features"))[:MOST_FEATURES]
        .sort()
        .values
    )
    looked = Pictures(training.images[chosen], None, ())
    seen = kept_by_content(data, looked, "guard", lambda: {"seen": _see(looked, run)})["seen"].float()
    mean = seen.mean(0)
    directions = torch.linalg.eigh(torch.cov(seen.T)).eigenvectors[:, -DIRECTIONS:].contiguous()
    tensors = {
        "pixels": torch.cat([small(batch).mul(255).round().byte() for batch, _ in training.chunks(CHUNK)]),
        "positions": positions,
        "feature_positions": positions[chosen],
        "mean": mean,
        "directions": directions,
        "features": torch.empty(0, len(directions[0])),
        "limits": torch.zeros(2),
    }
    tensors["features"] = Guard(tensors).described(seen).half()
    guard = Guard(tensors)
    real = _judge_all(guard, to_floats(held_out.images), run)
    copies = _judge_planted(guard, training, run)
    tensors["limits"] = _limits(real, copies)
    guard.pixel_limit, guard.feature_limit = tensors["limits"].tolist()
    save_file(tensors, target)
    return {
        "training": float(len(training)),
        "held_out": float(len(real)),
        "false_alarms": float(sum(_is_held_back(one, guard) for one in real)),
        "planted": float(len(copies)),
        "caught": float(sum(_is_held_back(one, guard) for one in copies)),
        "pixel_limit": guard.pixel_limit,
        "feature_limit": guard.feature_limit,
    }


def _limits(real: list[Verdict], copies: list[Verdict]) -> Tensor:
    """Return below which distances a picture is a copy: held-out ones hardly ever are, planted ones always."""
    pixels = MARGIN * max(one.pixel_distance for one in copies)
    if not real:
        return torch.tensor([pixels, 0.0])
    low = [
        torch.tensor([getattr(one, name) for one in real]).quantile(QUANTILE, interpolation="lower")
        for name in ("pixel_distance", "feature_distance")
    ]
    return torch.tensor([max(pixels, float(low[0])), float(low[1])])


def _judge_planted(guard: Guard, training: Pictures, run: Run) -> list[Verdict]:
    random = generator_for(0, "planted")
    some = to_floats(training.at_most(PLANTED, random).images)
    return [verdict for _, copies in planted(some, random) for verdict in _judge_all(guard, copies, run)]


def _judge_all(guard: Guard, pictures: Tensor, run: Run) -> list[Verdict]:
    verdicts = []
    for number in range(len(pictures)):
        run.report(number, len(pictures), "Setting the limits of the guard against copies")
        verdicts.append(guard.judge(pictures[number : number + 1], device=run.device))
    return verdicts


def _is_held_back(verdict: Verdict, guard: Guard) -> bool:
    return verdict.pixel_distance < guard.pixel_limit or verdict.feature_distance < guard.feature_limit


def _see(pictures: Pictures, run: Run) -> Tensor:
    parts = []
    for number, (batch, _) in enumerate(pictures.chunks(CHUNK)):
        run.report(number * CHUNK, len(pictures), "Remembering training pictures, to recognise copies")
        parts.append(features(batch, device=run.device).half())
    return torch.cat(parts)


def _load(checkpoint: Checkpoint, data: TrainingData, split: str) -> Pictures:
    return load_pictures(
        data,
        split,
        resolution=int(checkpoint.config["resolution"]),
        generator=checkpoint.generator,
        at_least=0,
    )
