"""What the image generators measure alike."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadData
from generators.metrics.features import extract
from generators.metrics.frechet import fit_gaussian, frechet_distance
from generators.metrics.kid import squared_mmd
from generators.run import Run
from generators.training.pictures import Pictures, load_pictures
from generators.training.randomness import generator_for

MAX_PICTURES = 2_000
MIN_PICTURES = 10
CHUNK = 100
"""Pictures are measured so many at a time."""


def held_out(checkpoint: Checkpoint, data: TrainingData, split: str) -> Pictures:
    """Return up to MAX_PICTURES pictures of a split, labelled as the checkpoint numbers its labels.

    Raises:
        DatasetTooSmall: If the split has fewer than MIN_PICTURES pictures.
        BadData: If the checkpoint draws by label and a picture has none that it knows.
    """
    pictures = load_pictures(
        data,
        split,
        resolution=int(checkpoint.config["resolution"]),
        generator=checkpoint.generator,
        at_least=MIN_PICTURES,
        labels=checkpoint.labels,
    )
    if checkpoint.labels and pictures.labels is None:
        raise BadData(
            f"This checkpoint draws by label ({', '.join(checkpoint.labels)}), but a picture in the {split} split of "
            f"{data.name!r} has none of these labels. Evaluate on data with the same labels."
        )
    return pictures.at_most(MAX_PICTURES, generator_for(0, "held out"))


def measure_frechet(pictures: Pictures, samples: Iterable[Tensor], run: Run) -> dict[str, float]:
    """Return the Frechet distance between held-out pictures and as many samples, and their number.

    Args:
        samples: In [-1, 1], in chunks of CHUNK, as many in all as there are pictures.
    """
    real: list[Tensor] = []
    drawn: list[Tensor] = []
    total = 2 * len(pictures)
    for (batch, _), sampled in zip(pictures.chunks(CHUNK), samples, strict=True):
        real.append(extract(batch, device=run.device).cpu())
        drawn.append(extract(sampled, device=run.device).cpu())
        run.report(min(2 * CHUNK * len(real), total), total, "Measuring pictures")
    distance = frechet_distance(fit_gaussian(torch.cat(real)), fit_gaussian(torch.cat(drawn)))
    return {"frechet_distance": distance, "frechet_samples": float(len(pictures))}


def kid_of(real_features: Tensor, drawn_features: Tensor) -> float:
    """Return the KID of drawn pictures by their features: one estimate of all, without subsets and without chance.

    Args:
        real_features: What `extract` returned for held-out pictures, shape (N, F); compute it once a training.
        drawn_features: Shape (M, F).
    """
    return float(squared_mmd(real_features, drawn_features))
