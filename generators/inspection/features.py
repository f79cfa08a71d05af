"""Compares records by their features: the nearest neighbours of each, and those that are far from all others.

features.safetensors   positions (N), int64; features (N, F) of length 1, float16
neighbours.json        {"extractor", "neighbours": {position: [[position, similarity], ...]}}
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import normalize

from generators.data import Record, TrainingData
from generators.errors import BadData, DatasetTooSmall
from generators.inspection import Inspected
from generators.metrics import features as pictures
from generators.metrics import sound_features as sounds
from generators.metrics import text_features as texts
from generators.run import Run
from generators.training.decode import decode_square

MOST = 20_000
"""Records that are compared at most; more are drawn by the seed. Their features take 100 MB."""
NEIGHBOURS = 8
FEWEST = 3 * NEIGHBOURS
"""Below that, neighbours say little."""
BATCH = 32
ROWS = 512
"""Records whose similarities to all others are held at once: 40 MB."""
FENCE = 3.0
"""Interquartile ranges above the upper quartile, beyond which a distance is far out.
Source: Tukey, Exploratory Data Analysis, 1977, chapter 2."""
EXTRACTORS = {"image": pictures.EXTRACTOR, "text": texts.EXTRACTOR, "audio": sounds.EXTRACTOR}
"""What records of each kind are compared by."""
MOST_OUTLIERS = 0.01
"""Share of the records that are called outliers at most; where more are far out, they are a group of their own."""


@dataclass(frozen=True)
class Near:
    """The nearest neighbours of N records.

    Attributes:
        places: Of the K nearest, the nearest first, shape (N, K).
        similarity: Cosines, shape (N, K).
    """

    places: Tensor
    similarity: Tensor


def inspect(data: TrainingData, params: dict[str, Any], run: Run) -> Inspected:
    """Compare the records of a version.

    Raises:
        BadData: If records of this kind have no features.
        DatasetTooSmall: If there are too few to compare.
    """
    if data.kind not in EXTRACTORS:
        raise BadData(f"Images, texts and sounds are compared by features; {data.name!r} is {data.kind}.")
    chosen = _draw(data, run.seed)
    positions, features = _features(data, chosen, run)
    near = nearest(features, run)
    scores = far_out(near)
    outliers = sorted(((positions[place], score) for place, score in scores.items()), key=lambda one: -one[1])
    extractor = EXTRACTORS[data.kind]
    vectors, neighbours = run.scratch / "features.safetensors", run.scratch / "neighbours.json"
    save_file({"positions": torch.tensor(positions), "features": features.half().contiguous()}, vectors)
    with neighbours.open("w", encoding="utf-8") as target:
        json.dump({"extractor": extractor, "neighbours": _by_position(positions, near)}, target)
    summary = {
        "extractor": extractor,
        "records": len(positions),
        "neighbours": NEIGHBOURS,
        "outliers": [[position, round(score, 2)] for position, score in outliers],
    }
    return Inspected(summary, {"vectors": vectors, "neighbours": neighbours})


def nearest(features: Tensor, run: Run) -> Near:
    """Return the NEIGHBOURS most similar others of each record.

    Args:
        features: Of length 1, shape (N, F).
    """
    places, similarity = [], []
    for start in range(0, len(features), ROWS):
        run.report(start, len(features), "Finding neighbours")
        cosines = features[start : start + ROWS] @ features.T
        own = torch.arange(len(cosines))
        cosines[own, own + start] = -2.0
        best = cosines.topk(NEIGHBOURS, dim=1)
        places.append(best.indices)
        similarity.append(best.values)
    run.report(len(features), len(features), "Finding neighbours")
    return Near(torch.cat(places), torch.cat(similarity).clamp(-1.0, 1.0))


def far_out(near: Near) -> dict[int, float]:
    """Return the records that are far from their k-th neighbour, each with how many times the median distance.

    Source: Ramaswamy, Rastogi and Shim, Efficient algorithms for mining outliers from large data sets, 2000.
    https://doi.org/10.1145/342009.335437
    """
    distance = 1 - near.similarity[:, -1]
    lower, middle, upper = torch.quantile(distance, torch.tensor([0.25, 0.5, 0.75])).tolist()
    fence = upper + FENCE * (upper - lower)
    far = torch.nonzero(distance > fence).flatten().tolist()
    far.sort(key=lambda place: -float(distance[place]))
    most = max(1, int(MOST_OUTLIERS * len(distance)))
    return {place: float(distance[place]) / max(middle, 1e-6) for place in far[:most]}


def _draw(data: TrainingData, seed: int) -> set[int] | None:
    """Return the numbers of the records that are compared, or None for all of them."""
    count = sum(1 for _ in data.stream())
    if count < FEWEST:
        raise DatasetTooSmall(
            f"Comparing takes at least {FEWEST} records; {data.name!r} has {count}. Add {FEWEST - count}."
        )
    return None if count <= MOST else set(random.Random(seed).sample(range(count), MOST))  # noqa: S311  no secret


def _features(data: TrainingData, chosen: set[int] | None, run: Run) -> tuple[list[int], Tensor]:
    """Return positions and features of the chosen records.

    Those of pictures lie around their mean, which they all share; those of sounds are measured in deviations, too.
    """
    total = sum(1 for _ in data.stream()) if chosen is None else len(chosen)
    positions: list[int] = []
    found: list[Tensor] = []
    records = (record for number, record in enumerate(data.stream()) if chosen is None or number in chosen)
    for batch in _batches(records):
        run.report(len(positions), total, "Looking at records")
        positions += [record.position or 0 for record in batch]
        if data.kind == "text":
            found.append(texts.extract([record.text or "" for record in batch], device=run.device).cpu())
        elif data.kind == "audio":
            found.append(torch.stack([sounds.extract(_path(record)) for record in batch]))
        else:
            found.append(pictures.extract(_tensor(batch), device=run.device).cpu())
    features = torch.cat(found)
    if data.kind != "text":
        features -= features.mean(0)
    if data.kind == "audio":
        features /= features.std(0).clamp_min(1e-6)
    return positions, normalize(features, dim=1)


def _tensor(batch: list[Record]) -> Tensor:
    """Return pictures in [-1, 1], shape (B, 3, SIZE, SIZE)."""
    squares = [np.asarray(decode_square(_path(record), pictures.SIZE).convert("RGB")) for record in batch]
    return torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float() / 127.5 - 1


def _path(record: Record) -> Path:
    if record.path is None:
        raise BadData(f"Record {record.position} has no file. Check the version, then compare again.")
    return record.path


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _by_position(positions: list[int], near: Near) -> dict[str, list[list[float]]]:
    return {
        str(position): [
            [positions[place], round(similarity, 4)]
            for place, similarity in zip(places, similarities, strict=True)
        ]
        for position, places, similarities in zip(
            positions, near.places.tolist(), near.similarity.tolist(), strict=True
        )
    }
