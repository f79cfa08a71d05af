"""How well the VAE draws beside pythae's with its normal sampler: the same network, processor seconds and pictures.

    PYTHONPATH=.:platform PEER/bin/python -m bench.images_vae_draw ours --seed 1 --kimg 14
    PYTHONPATH=.:platform PEER/bin/python -m bench.images_vae_draw pythae --seed 1 --seconds 70

Who: ours (its default, which is told labels where there are any), ours-unlabelled, or pythae. One thread, batches of
64, Adam at 1e-3 on all sides. Everything that a training does is counted, previews and fitting the prior too. Prints
the Frechet distance of 2,000 samples to 2,000 test pictures of Fashion-MNIST. PEER as in bench/images_vae_peer.py.
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
from torch import Tensor

from bench.images_families import ROOT, fashion
from bench.images_vae_peer import trainer
from generators.builtin.image_vae import train as vae
from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.builtin.image_vae.prior import draw_latent
from generators.builtin.image_vae.sample import load_network
from generators.builtin.image_vae.spec import TrainParams
from generators.metrics.features import extract
from generators.metrics.frechet import fit_gaussian, frechet_distance
from generators.run import LocalRun
from generators.training.grids import save_grid
from generators.training.pictures import Pictures, load_pictures
from generators.training.randomness import generator_for

SAMPLES, CHUNK = 2_000, 100


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
        self.end = time.process_time() + seconds

    def on_train_step_end(self, training_config: BaseTrainerConfig, **kwargs: Any) -> None:
        if time.process_time() >= self.end:
            raise TimeoutError


def draw(options: argparse.Namespace) -> dict[str, Any]:
    """Return the Frechet distance of one training of one side."""
    who, seed = options.who, options.seed
    data = fashion()
    training = load_pictures(data, "train", resolution=32, generator="bench")
    test = load_pictures(data, "test", resolution=32, generator="bench").at_most(
        SAMPLES, generator_for(0, "held out")
    )
    random = generator_for(seed, "draw")
    with tempfile.TemporaryDirectory() as name:
        start = time.process_time()
        if who == "pythae":
            torch.manual_seed(seed)
            network = VariationalAutoencoder(
                resolution=32, channels=1, labels=0, latent_dim=32, width=64, components=1
            )
            model = VAE(
                VAEConfig(input_dim=(1, 32, 32), latent_dim=32), LentEncoder(network), LentDecoder(network)
            )
            with contextlib.suppress(TimeoutError):
                trainer(model, training.images, seed, name, [Stop(options.seconds)]).train()
            spent = time.process_time() - start
            samples = NormalSampler(model.eval()).sample(SAMPLES, batch_size=CHUNK) * 2 - 1
        else:
            if who == "ours-unlabelled":
                forget_labels()
            checkpoint = vae.train(data, TrainParams(seed=seed, kimg=options.kimg), LocalRun(Path(name)))
            spent = time.process_time() - start
            trained = load_network(checkpoint, "cpu")
            labels = test.labels if checkpoint.labels else None
            latent = draw_latent(trained, labels, SAMPLES, random)
            samples = torch.cat(
                [
                    trained.decode(latent[here], None if labels is None else labels[here])
                    for here in (slice(first, first + CHUNK) for first in range(0, SAMPLES, CHUNK))
                ]
            )
    if options.preview:
        save_grid(samples[:80].detach(), options.preview, columns=10)
    real = torch.cat([extract(batch, device="cpu") for batch, _ in test.chunks(CHUNK)])
    drawn = torch.cat([extract(batch.detach(), device="cpu") for batch in samples.split(CHUNK)])
    distance = frechet_distance(fit_gaussian(real), fit_gaussian(drawn))
    return {"who": who, "seed": seed, "cpu_seconds": round(spent, 1), "frechet_distance": round(distance, 1)}


def forget_labels() -> None:
    """Let our training see its pictures without labels, as pythae's sees them."""
    load = vae.load_pictures
    vae.load_pictures = lambda *args, **options: Pictures(load(*args, **options).images, None, ())  # type: ignore[assignment]


def main() -> None:
    """Train, draw, measure, and print one JSON object as the last line."""
    parser = argparse.ArgumentParser(prog="python -m bench.images_vae_draw", description=__doc__)
    parser.add_argument("who", choices=("ours", "ours-unlabelled", "pythae"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=70, help="processor seconds of pythae's training")
    parser.add_argument("--kimg", type=float, default=14, help="thousands of pictures of ours")
    parser.add_argument("--preview", type=Path, help="where some of the samples go, a PNG file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    os.environ.setdefault("BRANDKILN_CACHE", str(ROOT / "cache"))
    print(json.dumps({"bench": "images_vae_draw", "torch": torch.__version__} | draw(options)))


if __name__ == "__main__":
    main()
