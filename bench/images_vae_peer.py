"""How fast the VAE's learner trains pythae's own networks, beside pythae's trainer, in the same run.

    PYTHONPATH=.:platform PEER/bin/python -m bench.images_vae_peer

One thread, batches of 64, Adam at 1e-3 on both sides, whole epochs, reading batches included. Rounds are interleaved;
one in which the machine's own matrix rate was more than 30 % off its median is thrown away. PEER is an environment that
has pythae 0.1.2 and sees this project's torch: a .pth file in it names this environment's site-packages.
Prints one JSON object as its last line and keeps it in bench/results/images_vae_peer.json.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import VAE, VAEConfig
from pythae.models.nn.benchmarks.mnist import Decoder_Conv_AE_MNIST, Encoder_Conv_VAE_MNIST
from pythae.models.nn.default_architectures import Decoder_AE_MLP, Encoder_VAE_MLP
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from pythae.trainers.training_callbacks import TrainingCallback
from torch import Tensor, nn

from generators.builtin.image_vae import learner as ours
from generators.builtin.image_vae.mixture import Mixture
from generators.builtin.image_vae.spec import TrainParams
from generators.training.loop import Batch
from generators.training.pictures import Pictures, to_floats
from generators.training.precision import fast_bfloat16
from generators.training.randomness import batch_indices, generator_for

RESULT = Path(__file__).parent / "results" / "images_vae_peer.json"
BATCH, LATENT, ROUNDS = 64, 16, 5
STEADY = 0.3  # share by which the machine's matrix rate may be off its median
NETWORKS = {
    "convolutional": (Encoder_Conv_VAE_MNIST, Decoder_Conv_AE_MNIST, 256),
    "perceptron": (Encoder_VAE_MLP, Decoder_AE_MLP, 3_200),
}


class Borrowed(nn.Module):
    """pythae's encoder and decoder, as our learner wants them; pictures in [-1, 1] become ones in [0, 1] and back."""

    labels, latent_dim = 0, LATENT

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.prior = Mixture(groups=1, components=1, dimensions=LATENT)

    def forward(self, picture: Tensor, label: Tensor | None, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        encoded = self.encoder((picture + 1) / 2)
        mean, log_var = encoded.embedding.float(), encoded.log_covariance.float()
        return self.decoder(mean + noise * (0.5 * log_var).exp())["reconstruction"] * 2 - 1, mean, log_var


def trainer(
    model: VAE, images: Tensor, seed: int, folder: str, callbacks: list[TrainingCallback] | None = None
) -> BaseTrainer:
    """Return pythae's trainer of pictures (N, C, H, W) of bytes, with its defaults but for the learning rate."""
    config = BaseTrainerConfig(
        output_dir=folder, num_epochs=100, learning_rate=1e-3, per_device_train_batch_size=BATCH, seed=seed
    )
    data = BaseDataset(images.float() / 255, torch.zeros(len(images)))
    return BaseTrainer(model, data, training_config=config, callbacks=callbacks)


def our_epoch(kind: str, images: Tensor) -> Callable[[], int]:
    """Return a function that trains one of pythae's networks for an epoch of ours and returns the pictures shown."""
    encoder, decoder, _ = NETWORKS[kind]
    settings = VAEConfig(input_dim=tuple(images.shape[1:]), latent_dim=LATENT)
    ours.VariationalAutoencoder = lambda **config: Borrowed(encoder(settings), decoder(settings))  # type: ignore[assignment, misc]
    learner = ours.Autoencoding({}, TrainParams(batch_size=BATCH), Pictures(images, None, ()), "cpu")

    def epoch() -> int:
        for step in range(len(images) // BATCH):
            chosen = batch_indices(step, count=len(images), batch_size=BATCH, seed=0)
            pictures = to_floats(images[chosen]).contiguous(memory_format=torch.channels_last)
            learner.step(Batch(pictures, None, step * BATCH, generator_for(0, "step", step)))
        return len(images)

    return epoch


def their_epoch(kind: str, images: Tensor, folder: str) -> Callable[[], int]:
    """Return a function that does the same by pythae."""
    encoder, decoder, _ = NETWORKS[kind]
    settings = VAEConfig(input_dim=tuple(images.shape[1:]), latent_dim=LATENT)
    made = trainer(VAE(settings, encoder(settings), decoder(settings)), images, 0, folder)
    made.prepare_training()

    def epoch() -> int:
        made.train_step(1)
        return len(images)

    return epoch


def matrix_rate() -> float:
    """Return this thread's rate of float32 matrix products just now, in 10^9 operations a second."""
    a = torch.rand(768, 768)
    start = time.process_time()
    for _ in range(8):
        a @ a
    return 8 * 2 * 768**3 / (time.process_time() - start) / 1e9


def speed() -> dict[str, Any]:
    """Return pictures per processor second of both sides on each of pythae's networks."""
    found: dict[str, Any] = {}
    for kind, (_, _, count) in NETWORKS.items():
        images = torch.randint(256, (count, 1, 28, 28), dtype=torch.uint8)
        with tempfile.TemporaryDirectory() as folder:
            sides = our_epoch(kind, images), their_epoch(kind, images, folder)
            rounds: list[tuple[float, float, float]] = []
            for number in range(ROUNDS + 1):
                machine, rates = matrix_rate(), []
                for side in sides:
                    start = time.process_time()
                    shown = side()
                    rates.append(shown / (time.process_time() - start))
                if number:  # the first one warms up
                    rounds.append((machine, *rates))
        usual = statistics.median(machine for machine, _, _ in rounds)
        steady = [entry for entry in rounds if abs(entry[0] / usual - 1) <= STEADY]
        mine, theirs = (statistics.median(entry[side] for entry in steady) for side in (1, 2))
        found[kind] = {
            "ours_pictures_per_s": round(mine, 1),
            "pythae_pictures_per_s": round(theirs, 1),
            "ratio": round(mine / theirs, 2),
            "rounds": len(steady),
            "thrown_away": len(rounds) - len(steady),
            "matrix_gflops": round(usual, 1),
        }
    return found


def main() -> None:
    """Measure, print and keep the record."""
    torch.set_num_threads(1)
    machine = {"torch": torch.__version__, "threads": 1, "bfloat16": fast_bfloat16("cpu")}
    record = {"bench": "images_vae_peer", "clock": "processor seconds", "machine": machine} | speed()
    RESULT.write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record))


if __name__ == "__main__":
    main()
