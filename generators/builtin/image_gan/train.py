"""Training of `image-gan`: one way to learn, which a recipe sets up."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

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
from generators.training import processes
from generators.training.beginning import training_pictures
from generators.training.learning import (
    adam,
    average_of,
    begun_with,
    descend,
    drawn_in_parts,
    move_average,
    placed,
    previewed,
)
from generators.training.loop import Batch, fit
from generators.training.normalising import normalised_together
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
        with begun_with(params.seed):
            self.generator = placed(build_generator(**config), device)
            self.discriminator = placed(build_discriminator(**config), device)
        self.average = average_of(self.generator)
        for network in (self.generator, self.discriminator):
            normalised_together(network)
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
            "generator": adam(self.generator, rate, betas),
            "discriminator": adam(self.discriminator, self.recipe.pace * rate, betas),
        }

    def step(self, batch: Batch) -> dict[str, float]:
        """Let the discriminator learn, then, where it is its turn, the generator."""
        number = batch.shown // len(batch.pictures)
        self._grow(batch.shown / (1000 * self.params.kimg))
        discriminator_loss, real, fake = self._step_discriminator(batch, number)
        all_real, all_fake = processes.whole(real), processes.whole(fake)
        strength = self.augmentation.adapt(all_real, all_fake, step=number)
        if (number + 1) % self.recipe.discriminator_steps == 0:
            generator_loss = self._step_generator(batch, real, number)
        else:
            generator_loss = self.loss.generator(real, fake)
        halflife_kimg = self.params.ema_halflife_kimg if self.recipe.averaged else 0
        move_average(self.average, self.generator, batch, halflife_kimg)
        self.losses = {
            "discriminator_loss": discriminator_loss.item(),
            "generator_loss": generator_loss.item(),
            "discriminator_accuracy": (all_real[:, None] > all_fake).float().mean().item(),  # of all pairs
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
        return processes.share(noise).to(self.device)

    def _step_discriminator(self, batch: Batch, number: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return the loss, and the scores of real and of generated pictures from before the step."""
        recipe, labels, random = self.recipe, batch.shared_labels, batch.random
        with torch.no_grad(), autocast(self.device):
            generated = self.generator(self._latent(batch), labels, random).float()
        real = self.augmentation(processes.share(batch.pictures), random).detach()
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
        descend(self.optimizers["discriminator"], loss)
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
        labels, random, latent = batch.shared_labels, batch.random, self._latent(batch)
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
        descend(self.optimizers["generator"], loss)
        self.discriminator.requires_grad_(True)
        return loss.detach()

    @torch.inference_mode()
    def preview(self) -> tuple[Tensor, int]:
        """Return pictures of fixed latent vectors, one column for each label (at most ten)."""
        labels, count, columns = previewed(self.average.labels, PREVIEW_ROWS)
        return self.draw(labels, count, generator_for(self.params.seed, "preview")), columns

    @torch.inference_mode()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of latent vectors by chance."""
        latent = torch.randn(count, self.params.latent_dim, generator=random)

        def part(here: slice) -> Tensor:
            label = None if labels is None else labels[here].to(self.device)
            return self.average(latent[here].to(self.device), label)  # type: ignore[no-any-return]

        return drawn_in_parts(count, self.params.batch_size, part)
