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
IN_A_HURRY = 5
"""Where a person has ended the training now, a part this small of the above is looked at; all pixels are kept still."""
JUDGED = 32
ROUNDING = 0.999
"""Of the limit by features: among others, a picture's features round otherwise than alone."""
MARGIN = 1.25
CHUNK = 100


@torch.inference_mode()
def build(checkpoint: Checkpoint, data: TrainingData, target: Path, run: Run) -> dict[str, float]:
    """Write the guard of what a checkpoint learned from, and return what was found of it.

    Returns:
        `training` pictures that are guarded, `planted` copies and how many were `caught`, `held_out` real pictures and
        how many of them would be held back, as `false_alarms`, and the two limits.
    """
    part = IN_A_HURRY if run.finishing else 1
    training = _load(checkpoint, data, "train")
    held_out = _load(checkpoint, data, "validation").at_most(MOST_HELD_OUT // part, generator_for(0, "guard"))
    positions = torch.tensor([record.position or 0 for record in data.records("train")])
    mixed = torch.randperm(len(training), generator=generator_for(0, "guard features"))
    chosen = mixed[: MOST_FEATURES // part].sort().values
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
    copies = _judge_planted(guard, training.at_most(PLANTED // part, generator_for(0, "planted")), run)
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
    return torch.tensor([max(pixels, float(low[0])), ROUNDING * float(low[1])])


def _judge_planted(guard: Guard, some: Pictures, run: Run) -> list[Verdict]:
    """Return the verdicts on training pictures in each of their disguises."""
    disguised = planted(to_floats(some.images), generator_for(0, "disguises"))
    return _judge_all(guard, torch.cat([copies for _, copies in disguised]), run)


def _judge_all(guard: Guard, pictures: Tensor, run: Run) -> list[Verdict]:
    """Return the verdict on each picture; the network looks at many at a time, which is most of the work."""
    verdicts: list[Verdict] = []
    for batch in torch.split(pictures, JUDGED):
        run.report(len(verdicts), len(pictures), "Setting the limits of the guard against copies")
        verdicts += guard.judge_all(batch, device=run.device)
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
