"""A strip of pictures as they are and as a training would change them, by the very code of the training."""

from __future__ import annotations

from typing import Any

import torch

from generators.data import TrainingData
from generators.errors import BadData
from generators.inspection import Inspected
from generators.run import Run, Sample
from generators.training.augment import augment
from generators.training.decode import decode_square, pixels_of
from generators.training.grids import save_grid
from generators.training.params import Augmentation
from generators.training.pictures import to_floats
from generators.training.randomness import generator_for

PICTURES = 8
CHANGED = 3
"""Rows of changed pictures below the row of those that they come from."""


def inspect(data: TrainingData, params: dict[str, Any], run: Run) -> Inspected:
    """Preview training pictures, spread over the split, in a first row as they are and below as they are changed.

    Args:
        params: `augmentation`, what a training is given, and `resolution`.
    """
    how = Augmentation.model_validate(params["augmentation"])
    records = [record for record in data.records("train") if record.path] if data.kind == "image" else []
    if not records:
        raise BadData(f"{data.name!r} holds no training pictures. Choose a data set of images.")
    shown = [records[len(records) * place // PICTURES] for place in range(PICTURES)]
    drawn = []
    for done, record in enumerate(shown, start=1):
        assert record.path is not None
        picture = decode_square(record.path, int(params["resolution"])).convert("RGB")
        drawn.append(pixels_of(picture))
        run.report(done, PICTURES, "Reading pictures")
    pictures = torch.stack(drawn)
    if bool((pictures == pictures[:, :1]).all()):
        pictures = pictures[:, :1]  # grey, as a training sees them
    as_they_are = to_floats(pictures)
    rows = [as_they_are]
    rows += [augment(as_they_are, how, generator_for(0, "preview", row)) for row in range(CHANGED)]
    path = run.scratch / "augmentation.png"
    save_grid(torch.cat(rows), path, columns=PICTURES)
    run.preview(Sample("image/png", path=path, name="Augmentation", meta={"columns": PICTURES}))
    return Inspected(summary={"columns": PICTURES, "rows": 1 + CHANGED})
