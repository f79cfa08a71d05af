"""Training of `image-gan`."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor
from torch.optim import Adam

from generators.builtin.image_gan.loss import discriminator_hinge, generator_hinge
from generators.builtin.image_gan.model import Discriminator, Generator
from generators.builtin.image_gan.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.ema import ema_decay, update_ema
from generators.training.loop import Batch, fit
from generators.training.pictures import load_pictures
from generators.training.precision import autocast
from generators.training.randomness import generator_for
from generators.training.state import check_same_training
from generators.training.writing import checkpoint_writer

BETAS = (0.0, 0.99)  # no momentum: an adversary's gradient of yesterday is no use
DISCRIMINATOR_PACE = 4  # times the generator's step; two time scales: Heusel et al. 2017, arXiv:1706.08500
PREVIEW_ROWS = 8


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the averaged generator after `params.kimg` thousand pictures."""
    check_same_training(run.resume_from, params=params, data_sha256=data.sha256)
    pictures = load_pictures(
        data,
        "train",
        resolution=params.resolution,
        generator=SPEC.name,
        at_least=SPEC.needs.minimum_records,
        on_progress=lambda done, total: run.report(0, 1, f"Reading pictures: {done:,} of {total:,}"),
    )
    config = {
        "resolution": params.resolution,
        "channels": pictures.channels,
        "labels": len(pictures.names),
        "latent_dim": params.latent_dim,
        "width": params.width,
    }
    learner = Adversaries(config, params, run.device)

    write = checkpoint_writer(SPEC, learner, params=params, config=config, pictures=pictures, data=data)
    return fit(run, pictures, params, learner, write)


class Adversaries:
    """Generator and discriminator, trained in turns on the same pictures."""

    def __init__(self, config: dict[str, Any], params: TrainParams, device: str) -> None:
        self.params = params
        self.device = device
        self.losses: dict[str, float] = {}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(params.seed)
            self.generator = Generator(**config)
            self.discriminator = Discriminator(**{k: v for k, v in config.items() if k != "latent_dim"})
        for network in (self.generator, self.discriminator):
            network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self.networks = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "average": self.average,
        }
        rate = params.learning_rate
        self.optimizers = {
            "generator": Adam(self.generator.parameters(), rate, betas=BETAS, fused=True),
            "discriminator": Adam(
                self.discriminator.parameters(), DISCRIMINATOR_PACE * rate, betas=BETAS, fused=True
            ),
        }

    def step(self, batch: Batch) -> dict[str, float]:
        """Let the discriminator learn, then the generator."""
        latent = torch.randn(len(batch.pictures), self.params.latent_dim, generator=batch.random).to(
            self.device
        )
        discriminator_loss = self._step_discriminator(batch, latent)
        latent = torch.randn(latent.shape, generator=batch.random).to(self.device)
        generator_loss = self._step_generator(latent, batch.labels)
        decay = ema_decay(
            batch_size=len(latent), shown=batch.shown, halflife_kimg=self.params.ema_halflife_kimg
        )
        update_ema(self.average, self.generator, decay)
        self.losses = {
            "discriminator_loss": discriminator_loss.item(),
            "generator_loss": generator_loss.item(),
        }
        return self.losses

    def _step_discriminator(self, batch: Batch, latent: Tensor) -> Tensor:
        labels = batch.labels
        with autocast(self.device):
            with torch.no_grad():
                generated = self.generator(latent, labels)
            both = torch.cat([batch.pictures, generated.float()])
            scores = self.discriminator(both, None if labels is None else torch.cat([labels, labels]))
        loss = discriminator_hinge(*scores.float().chunk(2))
        self._descend("discriminator", loss)
        return loss

    def _step_generator(self, latent: Tensor, labels: Tensor | None) -> Tensor:
        self.discriminator.requires_grad_(False)
        with autocast(self.device):
            scores = self.discriminator(self.generator(latent, labels).float(), labels)
        loss = generator_hinge(scores.float())
        self._descend("generator", loss)
        self.discriminator.requires_grad_(True)
        return loss

    def _descend(self, name: str, loss: Tensor) -> None:
        self.optimizers[name].zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizers[name].step()

    @torch.inference_mode()
    def preview(self) -> tuple[Tensor, int]:
        """Return pictures of fixed latent vectors, one column for each label (at most ten)."""
        labels = self.average.embed.num_embeddings if self.average.embed else 0
        columns = min(labels, 10) or 8
        random = generator_for(self.params.seed, "preview")
        latent = torch.randn(columns * PREVIEW_ROWS, self.params.latent_dim, generator=random).to(self.device)
        label = torch.arange(columns, device=self.device).repeat(PREVIEW_ROWS) if labels else None
        return self.average(latent, label), columns

    @torch.inference_mode()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of latent vectors by chance."""
        size, latent = self.params.batch_size, torch.randn(count, self.params.latent_dim, generator=random)
        parts = [
            self.average(
                latent[here].to(self.device), None if labels is None else labels[here].to(self.device)
            )
            for here in (slice(first, first + size) for first in range(0, count, size))
        ]
        return torch.cat(parts).float().cpu()
