"""Two parts trained one after the other in one job."""

import math
import shutil
from pathlib import Path

import pytest
import torch

from generators.builtin.image_vq.evaluate import measure_likelihood
from generators.builtin.image_vq.learner import Quantising
from generators.builtin.image_vq.model import VectorQuantised
from generators.builtin.image_vq.spec import TrainParams
from generators.builtin.image_vq.train import train
from generators.checkpoint import Checkpoint, read
from generators.run import LocalRun
from generators.testing import tiny_data
from generators.training import loop
from generators.training.loop import Batch
from generators.training.pictures import Pictures, to_floats
from generators.training.randomness import generator_for

TINY = TrainParams(
    kimg=0.032, batch_size=8, width=4, codebook_size=8, code_dim=4, prior_width=32, prior_layers=1,
    autoencoder_share=0.5, save_every_kimg=0.008,
)  # fmt: skip
SHAPE = {"width": 4, "codebook_size": 8, "code_dim": 4, "prior_width": 32, "prior_layers": 1}
IMAGES = torch.randint(256, (16, 3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


class Keeping(LocalRun):
    """Keeps every saved checkpoint, which the loop writes to two folders in turn."""

    def save(self, checkpoint: Checkpoint) -> None:
        kept = self.scratch / f"kept-{len(self.saved)}"
        shutil.copytree(checkpoint.folder, kept)
        super().save(read(kept))


def learner(labels: torch.Tensor | None = None) -> Quantising:
    names = () if labels is None else ("a", "b")
    config = {"resolution": 64, "channels": 3, "labels": len(names), **SHAPE}
    return Quantising(config, TINY, Pictures(IMAGES, labels, names), "cpu")


def test_a_training_goes_on_bit_for_bit_from_either_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loop, "PREVIEWS", 2)
    data = tiny_data(tmp_path / "data", "image", records=104)
    run = Keeping(tmp_path / "run")
    whole = train(data, TINY, run)
    assert [(report.done, report.total) for report in run.reports if report.metrics][-1] == (32, 32)
    in_autoencoder, in_prior = run.saved[0], run.saved[2]
    for saved in (in_autoencoder, in_prior):
        resumed = train(data, TINY, LocalRun(tmp_path / saved.folder.name, resume_from=saved))
        assert resumed.sha256 == whole.sha256


def test_each_part_learns_in_its_own_time() -> None:
    made = learner(torch.arange(16) % 2)
    before = {name: value.clone() for name, value in made.average.state_dict().items()}
    batch = to_floats(IMAGES[:8])
    first = made.step(Batch(batch, torch.arange(8) % 2, 0, generator_for(0, "a")))
    between = {name: value.clone() for name, value in made.average.state_dict().items()}
    second = made.step(Batch(batch, torch.arange(8) % 2, 24, generator_for(0, "b")))
    after = made.average.state_dict()
    assert {name.split(".")[0] for name in before if not torch.equal(before[name], between[name])} == {
        "autoencoder"
    }
    assert {name.split(".")[0] for name in after if not torch.equal(between[name], after[name])} == {"prior"}
    assert set(first) == {"pixels_bits_per_dim", "commitment", "perplexity"}
    assert second["codes_bits_per_dim"] == pytest.approx(
        64 * 3 / (3 * 64 * 64), rel=0.05
    )  # 3 bits for each code


def test_unlabelled_pictures_of_any_size_are_drawn_and_measured(tmp_path: Path) -> None:
    made = learner()
    drawn = made.draw(None, 2, generator_for(0, "x"))
    assert drawn.shape == (2, 3, 64, 64)
    assert drawn.abs().max() <= 1
    measured = measure_likelihood(made.average, made.pictures, 0.5, LocalRun(tmp_path), seed=0)
    parts = measured["pixels_bits_per_dim"] + measured["codes_bits_per_dim"]
    assert measured["bits_per_dim"] == pytest.approx(parts)
    # A density in nats becomes bits of 256 levels by the width of a level.
    assert measured["nats"] / (3 * 64 * 64 * math.log(2)) + math.log2(127.5) == pytest.approx(parts, rel=1e-4)


def test_the_gradient_of_a_reconstruction_reaches_the_encoder() -> None:
    network = VectorQuantised(resolution=32, channels=1, labels=0, **SHAPE)
    network.autoencoder(torch.rand(2, 1, 32, 32))[0].sum().backward()
    first = network.autoencoder.encoder[0].weight
    assert isinstance(first, torch.Tensor)
    assert first.grad is not None
    assert first.grad.abs().max() > 0
