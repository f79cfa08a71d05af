"""Training, resuming and sampling with tiny networks."""

from pathlib import Path

import pytest
import torch

from generators.builtin.image_diffusion.learner import Denoising
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.recipes import RECIPES, Name
from generators.builtin.image_diffusion.sample import sample
from generators.builtin.image_diffusion.spec import SampleParams, TrainParams
from generators.builtin.image_diffusion.train import train
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadParams
from generators.run import Cancelled, LocalRun
from generators.testing import tiny_data
from generators.training import loop
from generators.training.loop import Batch
from generators.training.pictures import Pictures

TINY = TrainParams(kimg=0.064, batch_size=8, width=4, save_every_kimg=0.008)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return tiny_data(tmp_path_factory.mktemp("data"), "image", records=104)


@pytest.fixture(autouse=True)
def own_cache(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(data.folder / "cache"))
    monkeypatch.setattr(loop, "PREVIEWS", 2)


def pictures(checkpoint: Checkpoint, folder: Path, **params: object) -> dict[int | None, bytes]:
    run, asked = LocalRun(folder), SampleParams(**params)  # type: ignore[arg-type]
    run.pictures = {asked.picture: Path(asked.picture)} if asked.picture else {}
    samples = list(sample(checkpoint, asked, run))
    return {made.seed: made.path.read_bytes() for made in samples if made.path}


@pytest.mark.parametrize("recipe", [name for name in RECIPES if name != "flow"])
def test_the_diffusion_recipes_learn_and_draw(data: TrainingData, tmp_path: Path, recipe: Name) -> None:
    params = TINY.model_copy(update={"recipe": recipe, "kimg": 0.016})
    checkpoint = train(data, params, LocalRun(tmp_path / "run"))
    assert set(checkpoint.metrics) == {"denoising_loss"}
    for sampler in RECIPES[recipe].samplers:
        assert (
            len(pictures(checkpoint, tmp_path / sampler, count=1, steps=2, sampler=sampler, guidance=2)) == 1
        )
    with pytest.raises(BadParams, match="cannot be sampled with euler"):
        pictures(checkpoint, tmp_path, sampler="euler")


def test_a_training_that_was_begun_with_adam_goes_on_with_it(data: TrainingData, tmp_path: Path) -> None:
    begun = TINY.model_copy(update={"kimg": 0.024, "optimizer": "adam"})
    killed = LocalRun(tmp_path / "first", cancel_after=2)
    with pytest.raises(Cancelled):
        train(data, begun, killed)
    saved = killed.saved[-1]
    del saved.params["optimizer"]  # which was no choice in version 1.0.0
    resumed = train(
        data, TINY.model_copy(update={"kimg": 0.024}), LocalRun(tmp_path / "b", resume_from=saved)
    )
    assert resumed.sha256 == train(data, begun, LocalRun(tmp_path / "c")).sha256


def test_at_128_pixels_an_autoencoder_is_learned_first_and_a_resumed_run_ends_the_same(
    data: TrainingData, tmp_path: Path
) -> None:
    params = TINY.model_copy(update={"kimg": 0.032, "resolution": 128, "autoencoder_share": 0.5})
    whole = LocalRun(tmp_path / "whole")
    trained = train(data, params, whole)
    phases = [set(report.metrics) for report in whole.reports if report.metrics]
    assert phases == 2 * [{"reconstruction_loss", "kl_nats"}] + 2 * [{"denoising_loss"}]
    assert [report.done for report in whole.reports if report.metrics] == [8 * step for step in range(1, 5)]
    for stop_after in (1, 3):  # once in each phase
        killed = LocalRun(tmp_path / f"killed-{stop_after}", cancel_after=stop_after + 1)
        with pytest.raises(Cancelled):
            train(data, params, killed)
        resumed = train(data, params, LocalRun(tmp_path / f"{stop_after}", resume_from=killed.saved[-1]))
        assert resumed.sha256 == trained.sha256
    three = pictures(trained, tmp_path / "three", count=3, seed=5, steps=2)
    assert pictures(trained, tmp_path / "one", count=1, seed=7, steps=2)[7] == three[7]
    assert len(set(three.values())) == 3
    begin = str(data.records("train")[0].path)
    from_it = pictures(trained, tmp_path / "from", count=1, seed=7, steps=4, picture=begin, strength=0.5)
    assert from_it[7] != three[7]


def test_the_second_phase_leaves_the_averaged_autoencoder_as_it_was() -> None:
    config = {"resolution": 128, "channels": 1, "labels": 0, "width": 4, "recipe": "flow"}
    images = torch.zeros(8, 1, 128, 128, dtype=torch.uint8)
    params = TINY.model_copy(update={"resolution": 128})
    learner = Denoising(config, params, Pictures(images, None, ()), "cpu")
    batch = Batch(torch.rand(8, 1, 128, 128), None, 0, torch.Generator().manual_seed(0))
    assert learner.begin == 24
    for shown in range(0, 64, 8):
        if shown == learner.begin:
            assert learner.average.autoencoder
            assert not learner.drawing
            before = {name: value.clone() for name, value in learner.average.autoencoder.state_dict().items()}
        learner.step(batch._replace(shown=shown))
    for one in (learner.network, learner.average):
        assert isinstance(one, Denoiser)
        assert one.autoencoder
        assert all(torch.equal(value, before[name]) for name, value in one.autoencoder.state_dict().items())
