"""Training of `image-vae`."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam

from generators.builtin.image_vae.loss import (
    bits_per_dim,
    kl_to_standard_normal,
    negative_log_likelihood,
    optimal_variance,
)
from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.builtin.image_vae.prior import fit_prior
from generators.builtin.image_vae.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.ema import ema_decay, update_ema
from generators.training.loop import Batch, fit
from generators.training.pictures import Pictures, load_pictures
from generators.training.precision import autocast
from generators.training.randomness import generator_for
from generators.training.state import check_same_training
from generators.training.writing import checkpoint_writer

BETAS = (0.9, 0.99)
LONGEST_GRADIENT = (
    1.0  # in units of nats per dimension; early steps, when the variance falls fast, overshoot without
)
PREVIEW_ROWS = 8
ENCODINGS = 20_000  # that the prior of the result is fitted to, at most
PREVIEW_ENCODINGS = 1500  # that the prior of a preview or of a saved checkpoint is fitted to


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the averaged network after `params.kimg` thousand pictures, with its mixture fitted to encodings."""
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
        "components": params.components,
    }
    learner = Autoencoding(config, params, pictures, run.device)

    def finish(is_result: bool) -> None:
        limit = ENCODINGS if is_result else PREVIEW_ENCODINGS
        fit_prior(learner.average, pictures, seed=params.seed, limit=limit, device=run.device)

    write = checkpoint_writer(
        SPEC, learner, params=params, config=config, pictures=pictures, data=data, finish=finish
    )
    return fit(run, pictures, params, learner, write)


class Autoencoding:
    """Encoder and decoder, trained together."""

    def __init__(self, config: dict[str, Any], params: TrainParams, pictures: Pictures, device: str) -> None:
        self.params = params
        self.pictures = pictures
        self.device = device
        self.losses: dict[str, float] = {}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(params.seed)
            self.network = VariationalAutoencoder(**config)
        self.network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {
            "network": Adam(self.network.parameters(), params.learning_rate, betas=BETAS, fused=True)
        }

    def step(self, batch: Batch) -> dict[str, float]:
        """Descend along the negative evidence lower bound, in nats for each dimension."""
        picture = batch.pictures
        noise = torch.randn(len(picture), self.params.latent_dim, generator=batch.random).to(self.device)
        with autocast(self.device):
            reconstruction, mean, log_var = self.network(picture, batch.labels, noise)
        squared_error = (picture - reconstruction.float()).square()
        variance = optimal_variance(squared_error)
        likelihood_nats = negative_log_likelihood(squared_error, variance).mean()
        kl_nats = kl_to_standard_normal(mean, log_var).mean()
        dimensions = picture[0].numel()
        optimizer = self.optimizers["network"]
        optimizer.zero_grad(set_to_none=True)
        ((likelihood_nats + kl_nats) / dimensions).backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self.network.parameters(), LONGEST_GRADIENT)
        optimizer.step()
        decay = ema_decay(
            batch_size=len(picture), shown=batch.shown, halflife_kimg=self.params.ema_halflife_kimg
        )
        update_ema(self.average, self.network, decay)
        self.losses = {
            "bits_per_dim": bits_per_dim((likelihood_nats + kl_nats).detach(), dimensions).item(),
            "kl_nats": kl_nats.item(),
            "decoder_sigma": variance.detach().sqrt().item(),
        }
        return self.losses

    @torch.inference_mode()
    def preview(self) -> tuple[Tensor, int]:
        """Return samples of fixed seeds, one column for each label (at most ten)."""
        fit_prior(
            self.average, self.pictures, seed=self.params.seed, limit=PREVIEW_ENCODINGS, device=self.device
        )
        labels = self.average.labels
        columns = min(labels, 10) or 8
        groups = [column if labels else 0 for _ in range(PREVIEW_ROWS) for column in range(columns)]
        random = generator_for(self.params.seed, "preview")
        latent = torch.stack([self.average.prior.draw(group, random) for group in groups]).to(self.device)
        return self.average.decode(
            latent, torch.tensor(groups, device=self.device) if labels else None
        ), columns

    @torch.inference_mode()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of latent vectors from the prior, fitted to the encodings as they are now."""
        fit_prior(
            self.average, self.pictures, seed=self.params.seed, limit=PREVIEW_ENCODINGS, device=self.device
        )
        groups = [0] * count if labels is None else labels.tolist()
        latent = torch.stack([self.average.prior.draw(group, random) for group in groups])
        size = self.params.batch_size
        parts = [
            self.average.decode(
                latent[here].to(self.device), None if labels is None else labels[here].to(self.device)
            )
            for here in (slice(first, first + size) for first in range(0, count, size))
        ]
        return torch.cat(parts).float().cpu()
