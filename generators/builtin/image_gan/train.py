"""Training of `image-gan`: one way to learn, which a recipe sets up."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor
from torch.optim import Adam

from generators.builtin.image_gan.adaptive import AdaptiveAugmentation
from generators.builtin.image_gan.losses import LOSSES
from generators.builtin.image_gan.losses.path_length import PathLength
from generators.builtin.image_gan.losses.penalties import interpolated_penalty, zero_centred_penalty
from generators.builtin.image_gan.networks import BEFORE_RECIPES, build_discriminator, build_generator
from generators.builtin.image_gan.networks.progressive import Growing
from generators.builtin.image_gan.recipes import RECIPES
from generators.builtin.image_gan.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.beginning import training_pictures
from generators.training.ema import ema_decay, update_ema
from generators.training.loop import Batch, fit
from generators.training.pictures import Pictures
from generators.training.precision import autocast
from generators.training.quality import validation_of
from generators.training.randomness import generator_for
from generators.training.writing import checkpoint_writer

PATHS_EVERY = (
    4  # generator steps from one path length penalty to the next; Karras et al. 2020, arXiv:1912.04958
)
PREVIEW_ROWS = 8


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the generator of `params.kimg` thousand pictures, as it was when it came closest to held-out ones."""
    pictures = training_pictures(SPEC, data, params, run)
    config = run.resume_from.config if run.resume_from else config_for(params, pictures, run.device)
    learner = Adversaries(config, params, run.device, count=len(pictures))

    write = checkpoint_writer(SPEC, learner, params=params, config=config, pictures=pictures, data=data)
    validation = validation_of(data, pictures, generator=SPEC.name)
    return fit(run, pictures, params, learner, write, validation)


def config_for(params: TrainParams, pictures: Pictures, device: str) -> dict[str, Any]:
    """Return what builds the networks of a new training."""
    config: dict[str, Any] = {
        "recipe": params.recipe,
        "resolution": params.resolution,
        "channels": pictures.channels,
        "labels": len(pictures.names),
        "latent_dim": params.latent_dim,
        "width": params.width,
    }
    if params.recipe == "r3gan":
        config["backbone"] = "plain" if device == "cpu" else "grouped"
    return config


class Adversaries:
    """Generator and discriminator, trained in turns on the same pictures.

    Args:
        count: Training pictures; the fewer there are, the more they are changed at the start.
    """

    def __init__(self, config: dict[str, Any], params: TrainParams, device: str, *, count: int) -> None:
        self.params = params
        self.device = device
        self.losses: dict[str, float] = {}
        config = {"recipe": BEFORE_RECIPES, **config}
        self.recipe = RECIPES[config["recipe"]]
        self.loss = LOSSES[self.recipe.loss]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(params.seed)
            self.generator = build_generator(**config)
            self.discriminator = build_discriminator(**config)
        for network in (self.generator, self.discriminator):
            network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self.augmentation = AdaptiveAugmentation(count, enabled=params.adaptive_augmentation)
        self.path_length = PathLength().to(device)
        self.networks = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "average": self.average,
            "augmentation": self.augmentation,
            "path_length": self.path_length,
        }
        rate, betas = params.learning_rate or self.recipe.learning_rate, self.recipe.betas
        self.optimizers = {
            "generator": Adam(self.generator.parameters(), rate, betas=betas, fused=True),
            "discriminator": Adam(
                self.discriminator.parameters(), self.recipe.pace * rate, betas=betas, fused=True
            ),
        }

    def step(self, batch: Batch) -> dict[str, float]:
        """Let the discriminator learn, then, where it is its turn, the generator."""
        number = batch.shown // len(batch.pictures)
        self._grow(batch.shown / (1000 * self.params.kimg))
        discriminator_loss, real, fake = self._step_discriminator(batch, number)
        strength = self.augmentation.adapt(real, fake, step=number)
        if (number + 1) % self.recipe.discriminator_steps == 0:
            generator_loss = self._step_generator(batch, real, number)
        else:
            generator_loss = self.loss.generator(real, fake)
        decay = ema_decay(
            batch_size=len(batch.pictures), shown=batch.shown, halflife_kimg=self.params.ema_halflife_kimg
        )
        update_ema(self.average, self.generator, decay if self.recipe.averaged else 0)
        self.losses = {
            "discriminator_loss": discriminator_loss.item(),
            "generator_loss": generator_loss.item(),
            "discriminator_accuracy": (real[:, None] > fake).float().mean().item(),  # over all pairs
            "augmentation_strength": strength,
        }
        return self.losses

    def _grow(self, progress: float) -> None:
        """Let networks that grow be as large as the share of the training that is done asks for."""
        for network in (self.generator, self.discriminator):
            if isinstance(network, Growing):
                network.grow(progress)

    def _latent(self, batch: Batch) -> Tensor:
        noise = torch.randn(len(batch.pictures), self.params.latent_dim, generator=batch.random)
        return noise.to(self.device)

    def _step_discriminator(self, batch: Batch, number: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return the loss, and the scores of real and of generated pictures from before the step."""
        recipe, labels, random = self.recipe, batch.labels, batch.random
        with torch.no_grad(), autocast(self.device):
            generated = self.generator(self._latent(batch), labels, random).float()
        real = self.augmentation(batch.pictures, random).detach()
        fake = self.augmentation(generated, random)
        at = {"real": [real], "real_and_fake": [real, fake]}.get(recipe.penalty, [])
        if number % recipe.penalty_every:
            at = []
        for pictures in at:
            pictures.requires_grad_()
        with autocast(
            self.device, enabled=False if at else None
        ):  # slopes are squared: too fine for bfloat16
            real_scores, fake_scores = self._scores(real, fake, labels)
        loss = self.loss.discriminator(real_scores, fake_scores)
        weight = recipe.penalty_weight * recipe.penalty_every
        if at:
            loss = loss + weight * zero_centred_penalty(torch.cat([real_scores, fake_scores]), *at)
        if recipe.penalty == "interpolated":
            loss = loss + weight * interpolated_penalty(
                lambda between: self.discriminator(between, labels).float(), real, fake, random
            )
        self._descend("discriminator", loss)
        return loss.detach(), real_scores.detach(), fake_scores.detach()

    def _scores(self, real: Tensor, fake: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return the scores of both kinds of pictures, float32, shape (B,) each."""
        if self.recipe.apart:
            return self.discriminator(real, labels).float(), self.discriminator(fake, labels).float()
        both = None if labels is None else torch.cat([labels, labels])
        real_scores, fake_scores = self.discriminator(torch.cat([real, fake]), both).float().chunk(2)
        return real_scores, fake_scores

    def _step_generator(self, batch: Batch, real: Tensor, number: int) -> Tensor:
        """Return the loss; `real` are scores of real pictures."""
        labels, random, latent = batch.labels, batch.random, self._latent(batch)
        self.discriminator.requires_grad_(False)
        with autocast(self.device):
            generated = self.generator(latent, labels, random).float()
            scores = self.discriminator(self.augmentation(generated, random), labels)
        loss = self.loss.generator(real, scores.float())
        weight = self.params.path_length_weight
        if weight and number % PATHS_EVERY == 0:
            style = self.generator.style(latent, labels)
            pictures = self.generator.synthesise(style, random)
            loss = loss + weight * PATHS_EVERY * self.path_length(pictures, style, random)
        self._descend("generator", loss)
        self.discriminator.requires_grad_(True)
        return loss.detach()

    def _descend(self, name: str, loss: Tensor) -> None:
        self.optimizers[name].zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizers[name].step()

    @torch.inference_mode()
    def preview(self) -> tuple[Tensor, int]:
        """Return pictures of fixed latent vectors, one column for each label (at most ten)."""
        labels = self.average.labels
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
