"""How pythae's VAE draws with its normal sampler: the network of image-vae, so many processor seconds, one log.

    PYTHONPATH=.:platform PEER/bin/python -m bench.images_vae_draw --seed 1 --seconds 90

The other side is `python -m bench.images_families image-vae --seconds 90 --seed 1 --name vae-s1`; `bench.images_judge`
judges both by their names. One thread, batches of 64 and Adam at 1e-3 on both sides; pythae's VAE has no labels. PEER
as in bench/images_vae_peer.py.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from pythae.models import VAE, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.samplers import NormalSampler
from pythae.trainers import BaseTrainerConfig
from pythae.trainers.training_callbacks import TrainingCallback
from safetensors.torch import save_file
from torch import Tensor

from bench.images_data import ROOT, fashion
from bench.images_judge import DRAWN, LOGS, grid_of
from bench.images_vae_peer import trainer
from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.training.pictures import load_pictures, to_bytes

CHUNK = 100


class LentEncoder(BaseEncoder):  # type: ignore[misc]
    """Our encoder, as pythae wants it."""

    def __init__(self, network: VariationalAutoencoder) -> None:
        super().__init__()
        self.latent_dim, self.network = network.latent_dim, network

    def forward(self, x: Tensor) -> ModelOutput:
        mean, log_var = self.network.encode(x * 2 - 1, None)
        return ModelOutput(embedding=mean, log_covariance=log_var)


class LentDecoder(BaseDecoder):  # type: ignore[misc]
    """Our decoder, as pythae wants it."""

    def __init__(self, network: VariationalAutoencoder) -> None:
        super().__init__()
        self.network = network

    def forward(self, z: Tensor) -> ModelOutput:
        return ModelOutput(reconstruction=(self.network.decode(z, None) + 1) / 2)


class Stop(TrainingCallback):  # type: ignore[misc]
    """Ends a training when its processor seconds are spent."""

    def __init__(self, seconds: float) -> None:
        self.end, self.steps = time.process_time() + seconds, 0

    def on_train_step_end(self, training_config: BaseTrainerConfig, **kwargs: Any) -> None:
        self.steps += 1
        if time.process_time() >= self.end:
            raise TimeoutError


def main() -> None:
    """Train, draw, keep pictures and log, and print that as the last line."""
    parser = argparse.ArgumentParser(prog="python -m bench.images_vae_draw", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=90, help="processor seconds of training")
    parser.add_argument("--samples", type=int, default=10_000, help="that are drawn")
    parser.add_argument("--grid", type=Path, help="where some of the samples go, a PNG file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    os.environ.setdefault("BRANDKILN_CACHE", str(ROOT / "cache"))
    images = load_pictures(fashion(), "train", resolution=32, generator="bench").images
    torch.manual_seed(options.seed)
    network = VariationalAutoencoder(
        resolution=32, channels=1, labels=0, latent_dim=32, width=64, components=1
    )
    model = VAE(VAEConfig(input_dim=(1, 32, 32), latent_dim=32), LentEncoder(network), LentDecoder(network))
    stop = Stop(options.seconds)
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(TimeoutError):
        trainer(model, images, options.seed, folder, [stop]).train()
    pictures = to_bytes(
        NormalSampler(model.eval()).sample(options.samples, batch_size=CHUNK).detach() * 2 - 1
    )
    if options.grid:
        grid_of(pictures, torch.arange(len(pictures)) % 10, options.grid)
    name = f"vae-pythae-s{options.seed}"
    (ROOT / "checkpoints" / name).mkdir(parents=True, exist_ok=True)
    save_file({"pictures": pictures}, ROOT / "checkpoints" / name / DRAWN)
    record = {
        "bench": "images_vae_draw",
        "generator": "pythae 0.1.2, VAE and NormalSampler",
        "params": {"seed": options.seed},
        "pictures": len(images),
        "cpu_seconds": options.seconds,
        "shown_kimg": round(stop.steps * 64 / 1000, 2),
        "drawn": [],
    }
    (LOGS / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record))


if __name__ == "__main__":
    main()
