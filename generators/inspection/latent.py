"""A checkpoint's latent space: pictures moved by sliders, strips of directions and of components, and morphs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadData, GeneratorError
from generators.inspection import Inspected, Pair
from generators.latent.attributes import ATTRIBUTES, measured
from generators.latent.components import effects, find_components
from generators.latent.directions import Direction, find_directions
from generators.latent.film import save_film
from generators.latent.latents import Latents
from generators.latent.params import COMPONENTS, ExploreParams
from generators.metrics.extractors.own import Own
from generators.run import Run
from generators.training.grids import save_grid
from generators.training.pictures import load_pictures

MOVED = 6  # pictures beside each other, of seeds that follow each other
FARTHEST = 2.0  # of a strip, in steps either way
SAYS = "Looking at what the generator draws"
_classifiers: dict[str, Own] = {}


def inspect(subject: TrainingData | Checkpoint | Pair, params: dict[str, Any], run: Run) -> Inspected:
    """Return pictures of a checkpoint's latent space and what was measured of them.

    Args:
        subject: A checkpoint, for components with the data that it learned from: its labels tell what changes.
        params: `explore`, the values of ExploreParams.

    Raises:
        GeneratorError: If the checkpoint has no latent space, or nothing in it can be steered.
    """
    data = subject.data if isinstance(subject, Pair) else None
    subject = subject.checkpoint if isinstance(subject, Pair) else subject
    if not isinstance(subject, Checkpoint):
        raise BadData("A latent space belongs to a checkpoint. Choose one.")
    wanted = ExploreParams.model_validate(params["explore"])
    run.report(0, 1, SAYS)
    latents = Latents(subject, run.device)
    if wanted.mode == "morph":
        return _morph(latents, wanted, run)
    if wanted.mode == "components":
        return _components(latents, subject, data, wanted, run)
    directions = find_directions(
        latents, f"{subject.sha256} {run.device}", lambda done, total: run.report(done, total, SAYS)
    )
    working = [one for one in directions.values() if one.works]
    if not working and not (wanted.mode == "sliders" and latents.has_styles):
        raise GeneratorError(
            "No direction changes anything that can be measured: the pictures of this checkpoint are too much alike. "
            "Train it longer, or choose another one."
        )
    return (_moved if wanted.mode == "sliders" else _strips)(latents, working, wanted, run)


def _moved(latents: Latents, working: list[Direction], wanted: ExploreParams, run: Run) -> Inspected:
    """Return a row of pictures as they are and a row of the same, moved."""
    ends = [latents.of_seed(wanted.seed + number, wanted.label) for number in range(MOVED)]
    points, labels = torch.cat([point for point, _ in ends]), torch.tensor([label for _, label in ends])
    way = sum((getattr(wanted, one.name) * one.step for one in working), torch.zeros(latents.size))
    before = latents.pictures(points, labels)
    if any(amounts := [getattr(wanted, f"component_{number + 1}") for number in range(COMPONENTS)]):
        found = find_components(latents)
        along = sum((amount * one.step for amount, one in zip(amounts, found, strict=False)), torch.zeros(()))
        after = latents.drawn(latents.styles(points + way, labels) + along)
    else:
        after = latents.pictures(points + way, labels)
    path = run.scratch / "moved.png"
    save_grid(torch.cat([before, after]), path, columns=MOVED)
    change = (measured(after) - measured(before)).mean(0).tolist()
    summary = {"changes": dict(zip(ATTRIBUTES, change, strict=True)), "works": [one.name for one in working]}
    return Inspected(summary=summary, files={"moved": path})


def _strips(latents: Latents, working: list[Direction], wanted: ExploreParams, run: Run) -> Inspected:
    """Return a strip for each direction, through the picture of the seed."""
    point, label = latents.of_seed(wanted.seed, wanted.label)
    amounts = torch.linspace(-FARTHEST, FARTHEST, wanted.frames)
    files: dict[str, Path] = {}
    for one in working:
        pictures = latents.pictures(point + amounts[:, None] * one.step, torch.full((wanted.frames,), label))
        files[one.name] = run.scratch / f"{one.name}.png"
        save_grid(pictures, files[one.name], columns=wanted.frames)
    found = [{"name": one.name, "changes": one.changes, "errors": one.errors} for one in working]
    return Inspected(summary={"directions": found}, files=files)


def _components(
    latents: Latents, checkpoint: Checkpoint, data: TrainingData | None, wanted: ExploreParams, run: Run
) -> Inspected:
    """Return a strip for each component, through the picture of the seed, and what was measured of it."""
    found = find_components(latents)
    classifier = _classifier(checkpoint, data, run)
    seen = effects(
        latents,
        found,
        classifier,
        data.labels if data else (),
        lambda done, total: run.report(done, total, SAYS),
    )
    point, label = latents.of_seed(wanted.seed, wanted.label)
    style = latents.styles(point, torch.tensor([label]))
    amounts = torch.linspace(-FARTHEST, FARTHEST, wanted.frames)[:, None]
    files: dict[str, Path] = {}
    told = []
    for one, effect in zip(found, seen, strict=True):
        files[one.name] = run.scratch / f"{one.name}.png"
        save_grid(latents.drawn(style + amounts * one.step), files[one.name], columns=wanted.frames)
        told.append({"name": one.name, "share": round(one.share, 4), **asdict(effect)})
    return Inspected(
        summary={"components": told, "classifier": classifier.name if classifier else ""}, files=files
    )


def _classifier(checkpoint: Checkpoint, data: TrainingData | None, run: Run) -> Own | None:
    """Return a classifier of the data's labels, the same one as long as this process lives; None without labels."""
    if data is None or data.kind != "image" or len(data.labels) < 2:
        return None
    resolution = int(checkpoint.config["resolution"])
    key = f"{data.sha256} {resolution} {run.device}"
    if key not in _classifiers:
        pictures = load_pictures(data, "train", resolution=resolution, generator="A look at what changes")
        if pictures.labels is None:
            return None
        _classifiers.clear()
        _classifiers[key] = Own(pictures, run, seed=0)
    return _classifiers[key]


def _morph(latents: Latents, wanted: ExploreParams, run: Run) -> Inspected:
    """Return a morph as a strip and as an animation."""
    first = latents.of_seed(wanted.seed, wanted.label)
    last = latents.of_seed(wanted.to_seed, wanted.to_label or wanted.label)
    if wanted.label is None and wanted.to_label is None:
        last = last[0], first[1]
    pictures = latents.between(first, last, wanted.frames)
    strip, film = run.scratch / "strip.png", run.scratch / "film.webp"
    save_grid(pictures, strip, columns=wanted.frames)
    save_film(pictures, film)
    return Inspected(summary={"frames": wanted.frames}, files={"film": film, "strip": strip})
