"""What all image generators measure, looked at by a classifier of the data's own labels."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from pydantic import ValidationError

from generators import checkpoint as checkpoints
from generators.checkpoint import Checkpoint
from generators.data import Record, TrainingData
from generators.errors import BadData
from generators.metrics.extractors import own
from generators.params import EvaluateParams
from generators.run import LocalRun
from generators.testing import png_bytes, write_data
from generators.training.measure import CHUNK, held_out, measure
from generators.training.params import ImageEvaluateParams

LABELS = ("light", "dark")
OWN = ImageEvaluateParams(extractor="own", seed=3)


@pytest.fixture
def data(tmp_path: Path) -> TrainingData:
    return made(tmp_path / "data", labels=LABELS)


@pytest.fixture
def checkpoint(data: TrainingData, tmp_path: Path) -> Checkpoint:
    return checkpoints.write(
        tmp_path / "checkpoint",
        generator="image-gan",
        generator_version="1",
        params={},
        config={"resolution": 32},
        labels=LABELS,
        tensors={"weight": torch.zeros(1)},
        metrics={},
        data_sha256=data.sha256,
        seed=0,
    )


def made(folder: Path, *, labels: tuple[str, ...]) -> TrainingData:
    folder.mkdir()
    records = []
    for number, split in enumerate(["train"] * 14 + ["validation"] * 16):
        path = folder / f"{number}.png"
        noise = bytes(
            (number * 37 + place * (number + 3)) % (256 - 120 * (number % 2)) for place in range(3 * 32 * 32)
        )
        path.write_bytes(png_bytes(32, 32, noise))
        label = labels[number % 2] if labels else None
        records.append(Record(id=str(number), split=split, path=path, label=label))  # type: ignore[arg-type]
    return write_data(folder, "image", records, labels=labels)


def test_every_figure_has_its_interval_and_its_floor(
    data: TrainingData, checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "SHOWN", 256)
    run, pictures = LocalRun(tmp_path / "run"), held_out(checkpoint, data, OWN)
    drawn = [batch for batch, _ in pictures.chunks(CHUNK)]
    found = measure(pictures, drawn, checkpoint=checkpoint, data=data, params=OWN, run=run)
    assert next(iter(found)) == "kid"
    for name in ("kid", "frechet_distance", "precision", "recall", "density", "coverage", "inception_score"):
        assert found[f"{name}_low"] <= found[name] <= found[f"{name}_high"], name
        assert f"{name}_floor" in found
        assert f"{name}_se" in found
    assert found["frechet_distance"] == pytest.approx(0, abs=1e-6)  # they are the same pictures
    assert found["precision"] == found["recall"] == found["coverage"] == 1
    assert (found["n"], found["floor_n"]) == (16, 14)
    assert run.about["extractor"] == "own classifier of 2 labels, 128-d, 32 px"
    assert (run.about["comparable"], run.about["split"]) == (False, "validation")
    again = measure(pictures, drawn, checkpoint=checkpoint, data=data, params=OWN, run=run)
    assert again == found


def test_training_pictures_are_never_measured_on() -> None:
    with pytest.raises(ValidationError):
        ImageEvaluateParams.model_validate({"split": "train"})


def test_an_extractor_of_ones_own_needs_labels(checkpoint: Checkpoint, tmp_path: Path) -> None:
    data = made(tmp_path / "plain", labels=())
    with pytest.raises(BadData, match="none of these labels"):
        held_out(checkpoint, data, EvaluateParams())
    plain = checkpoints.write(
        tmp_path / "plain-checkpoint",
        generator="image-gan",
        generator_version="1",
        params={},
        config={"resolution": 32},
        labels=(),
        tensors={"weight": torch.zeros(1)},
        metrics={},
        data_sha256=data.sha256,
        seed=0,
    )
    pictures = held_out(plain, data, OWN)
    with pytest.raises(BadData, match="at least two of them on every training picture"):
        measure(pictures, [], checkpoint=plain, data=data, params=OWN, run=LocalRun(tmp_path / "run"))
