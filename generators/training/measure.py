"""What the image generators measure alike: pictures that they draw beside held-out ones.

Each figure comes with its 95 % interval and its floor, which is what as many other real pictures score: those of the
training split, looked at for that and never drawn against. Of all of them KID leads where there are fewer than 10,000
pictures, since its mean does not move with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadData
from generators.metrics.bootstrap import Figure
from generators.metrics.density_coverage import coverage, density
from generators.metrics.extractors import Extractor, Seen
from generators.metrics.extractors.inception import Inception
from generators.metrics.extractors.own import Own
from generators.metrics.extractors.packaged import Packaged
from generators.metrics.frechet import frechet_figure
from generators.metrics.inception_score import inception_score
from generators.metrics.kid import kid, squared_mmd
from generators.metrics.precision_recall import precision, recall
from generators.metrics.two_sample import two_sample_accuracy
from generators.params import EvaluateParams
from generators.run import Run
from generators.training.params import ImageEvaluateParams
from generators.training.pictures import Pictures, kept_by_content, load_pictures
from generators.training.randomness import generator_for

MIN_PICTURES = 10
CHUNK = 100
"""Pictures are measured so many at a time."""


def held_out(checkpoint: Checkpoint, data: TrainingData, params: EvaluateParams) -> Pictures:
    """Return pictures of the split to measure on, labelled as the checkpoint numbers its labels.

    Raises:
        DatasetTooSmall: If the split has fewer than MIN_PICTURES pictures.
        BadData: If it is the training split, or the checkpoint draws by label and a picture has none that it knows.
    """
    chosen = _with_defaults(params)
    pictures = _pictures(checkpoint, data, chosen.split, at_least=MIN_PICTURES)
    if checkpoint.labels and pictures.labels is None:
        raise BadData(
            f"This checkpoint draws by label ({', '.join(checkpoint.labels)}), but a picture in the {chosen.split} "
            f"split of {data.name!r} has none of these labels. Evaluate on data with the same labels."
        )
    return pictures.at_most(chosen.pictures, generator_for(0, "held out"))


def measure(
    pictures: Pictures,
    samples: Iterable[Tensor],
    *,
    checkpoint: Checkpoint,
    data: TrainingData,
    params: EvaluateParams,
    run: Run,
) -> dict[str, float]:
    """Return how drawn pictures compare with held-out ones, and say in `run.about` what looked at them.

    Args:
        pictures: What `held_out` returned.
        samples: In [-1, 1], in chunks of CHUNK, as many in all as there are pictures, with the same labels.

    Returns:
        For each figure x: `x`, `x_se`, `x_low`, `x_high` and, where training pictures are there, `x_floor`; with them
        `n`, and `floor_n` where there are fewer training pictures than that.
    """
    chosen = _with_defaults(params)
    training = _pictures(checkpoint, data, "train", at_least=0)
    extractor = _extractor(chosen, training, run)
    run.about |= {"extractor": extractor.name, "comparable": extractor.comparable, "split": chosen.split}
    others = training.at_most(len(pictures), generator_for(0, "floor"))
    real = _see_kept(extractor, pictures, data, run, "Looking at held-out pictures")
    drawn = _see(extractor, samples, len(pictures), run, "Drawing pictures and looking at them")
    figures = compare(real, drawn, extractor, run, seed=chosen.seed)
    figures["n"] = float(len(pictures))
    if len(others) < MIN_PICTURES:
        return figures
    other = _see_kept(extractor, others, data, run, "Looking at other real pictures")
    same = Seen(real.features[: len(others)], real.logits[: len(others)])
    floors = compare(same, other, extractor, run, seed=chosen.seed)
    figures |= {f"{name}_floor": value for name, value in floors.items() if f"{name}_se" in floors}
    return figures if len(others) == len(pictures) else figures | {"floor_n": float(len(others))}


def compare(real: Seen, drawn: Seen, extractor: Extractor, run: Run, *, seed: int) -> dict[str, float]:
    """Return every figure of two sets of pictures, the leading one first, each with its uncertainty."""
    mean = real.features.mean(0)  # distances stay, and small ones are more exact near zero
    a, b = real.features - mean, drawn.features - mean
    figures: dict[str, float] = {}
    measures: dict[str, Callable[[torch.Generator], Figure]] = {
        "kid": lambda random: kid(real.features, drawn.features, random),
        extractor.distance: lambda random: frechet_figure(a, b, random),
        "precision": lambda random: precision(a, b, random),
        "recall": lambda random: recall(a, b, random),
        "density": lambda random: density(a, b, random),
        "coverage": lambda random: coverage(a, b, random),
        "inception_score": lambda random: inception_score(drawn.logits, random),
        "two_sample_accuracy": lambda random: two_sample_accuracy(a, b, random),
    }
    for done, (name, found) in enumerate(measures.items()):
        run.report(done, len(measures), "Working out the figures")
        figures |= found(generator_for(seed, name)).named(name)
    return figures


def kid_of(real_features: Tensor, drawn_features: Tensor) -> float:
    """Return the KID of drawn pictures by their features: one estimate of all, without subsets and without chance.

    Args:
        real_features: What `extract` returned for held-out pictures, shape (N, F); compute it once a training.
        drawn_features: Shape (M, F).
    """
    return squared_mmd(real_features, drawn_features)


def _with_defaults(params: EvaluateParams) -> ImageEvaluateParams:
    """Return the params of an evaluation; other generators' ones lack the choices that pictures offer."""
    return ImageEvaluateParams.model_validate(params.model_dump())


def _pictures(checkpoint: Checkpoint, data: TrainingData, split: str, *, at_least: int) -> Pictures:
    return load_pictures(
        data,
        split,
        resolution=int(checkpoint.config["resolution"]),
        generator=checkpoint.generator,
        at_least=at_least,
        labels=checkpoint.labels,
    )


def _extractor(params: ImageEvaluateParams, training: Pictures, run: Run) -> Extractor:
    match params.extractor:
        case "packaged":
            return Packaged()
        case "inception":
            return Inception()
        case "own":
            return Own(training, run, seed=params.seed)


def _see_kept(extractor: Extractor, pictures: Pictures, data: TrainingData, run: Run, message: str) -> Seen:
    """Return what the extractor sees in real pictures, from the cache where it looked at the same ones before."""

    def look() -> dict[str, Tensor]:
        seen = _see(extractor, (batch for batch, _ in pictures.chunks(CHUNK)), len(pictures), run, message)
        return {"features": seen.features, "logits": seen.logits}

    if not extractor.comparable:  # trained anew each time
        return Seen(**look())
    return Seen(**kept_by_content(data, pictures, extractor.name, look))


def _see(extractor: Extractor, batches: Iterable[Tensor], total: int, run: Run, message: str) -> Seen:
    parts: list[Seen] = []
    done = 0
    for batch in batches:
        run.report(done, total, message)
        parts.append(extractor.see(batch, device=run.device))
        done += len(batch)
    features, logits = (torch.cat([getattr(part, name) for part in parts]) for name in ("features", "logits"))
    return Seen(features, logits)
