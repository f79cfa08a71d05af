"""pythae's VAE trainer beside our learner on pythae's own networks, for `bench.images`.

One thread, batches of 64, Adam at 1e-3 on both sides, whole epochs, reading batches included. pythae 0.1.2 has to be
there, see bench/images.py.
"""

from __future__ import annotations

from collections.abc import Callable

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
from generators.training.randomness import batch_indices, generator_for

BATCH, LATENT = 64, 16
NETWORKS = {
    "convolutional": (Encoder_Conv_VAE_MNIST, Decoder_Conv_AE_MNIST, 128),
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
            pictures = to_floats(images.index_select(0, chosen)).contiguous(memory_format=torch.channels_last)
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


def side(who: str, kind: str, folder: str) -> Callable[[], int]:
    """Return an epoch of ours or of "pythae", of the same network and as many pictures."""
    images = torch.randint(256, (NETWORKS[kind][2], 1, 28, 28), dtype=torch.uint8)
    return their_epoch(kind, images, folder) if who == "pythae" else our_epoch(kind, images)
