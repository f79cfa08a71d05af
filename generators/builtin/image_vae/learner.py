"""What the loop trains: encoder and decoder, as their recipe says, and for VAE-GAN their discriminator."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from generators.builtin.image_vae.adversary import Discriminator, discriminator_loss, feature_error
from generators.builtin.image_vae.loss import kl_to_standard_normal
from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.builtin.image_vae.prior import draw_encodings, draw_latent, fit_prior
from generators.builtin.image_vae.recipes import RECIPES
from generators.builtin.image_vae.spec import TrainParams
from generators.training import processes
from generators.training.learning import (
    BETAS,
    adam,
    average_of,
    begun_with,
    descend,
    drawn_in_parts,
    move_average,
    placed,
    previewed,
)
from generators.training.likelihood import bits_per_dim, negative_log_likelihood, optimal_variance
from generators.training.loop import Batch
from generators.training.pictures import Pictures
from generators.training.precision import autocast
from generators.training.randomness import generator_for
from generators.training.reconstruct import shared_variance

ADVERSARIAL_BETAS = (0.5, 0.99)
LONGEST_GRADIENT = (
    1.0  # in units of nats per dimension; early steps, when the variance falls fast, overshoot without
)
ADVERSARIAL_WEIGHT = 0.1  # of the decoder's hinge loss, against nats for each dimension
PREVIEW_ROWS = 8
ENCODINGS = 20_000  # that the prior of the result is fitted to, at most
PREVIEW_ENCODINGS = 1500  # that the prior of a preview or of a saved checkpoint is fitted to


class Autoencoding:
    """Encoder and decoder, trained together; `config` builds them."""

    def __init__(self, config: dict[str, Any], params: TrainParams, pictures: Pictures, device: str) -> None:
        self.params, self.pictures, self.device = params, pictures, device
        self.recipe = RECIPES[params.recipe]
        self.losses: dict[str, float] = {}
        self._fitted = 0  # encodings that the prior was fitted to since the last step
        with begun_with(params.seed):
            self.network = VariationalAutoencoder(**config)
            if self.recipe.adversarial:
                shape = {name: config[name] for name in ("resolution", "channels", "labels")}
                self.discriminator = Discriminator(**shape, width=max(params.width // 2, 4))
        self.network = placed(self.network, device)
        self.average = average_of(self.network)
        self.networks: dict[str, nn.Module] = {"network": self.network, "average": self.average}
        betas = ADVERSARIAL_BETAS if self.recipe.adversarial else BETAS
        self.optimizers = {"network": adam(self.network, params.learning_rate, betas)}
        if self.recipe.adversarial:
            self.networks["discriminator"] = placed(self.discriminator, device)
            self.optimizers["discriminator"] = adam(self.discriminator, params.learning_rate, betas)

    def step(self, batch: Batch) -> dict[str, float]:
        """Descend along the negative evidence lower bound, in nats for each dimension."""
        picture, label = processes.share(batch.pictures), batch.shared_labels if self.network.labels else None
        noise = torch.randn(len(batch.pictures), self.network.latent_dim, generator=batch.random)
        noise = processes.share(noise).to(self.device)
        with autocast(self.device):
            reconstruction, mean, log_var = self.network(picture, label, noise)
        squared_error = (picture - reconstruction.float()).square()
        # Without its gradient, which is 0 where the variance is the best one.
        variance = optimal_variance(processes.mean(squared_error.detach().mean()))
        if self.recipe.variance == "unit":
            variance = torch.ones_like(variance)
        likelihood_nats = negative_log_likelihood(squared_error, variance).mean()
        kl_nats = kl_to_standard_normal(mean, log_var).mean()
        dimensions = picture[0].numel()
        beta = self.params.beta if self.recipe.weighs_divergence else 1.0
        loss = (likelihood_nats + beta * kl_nats) / dimensions
        adversarial: dict[str, float] = {}
        if self.recipe.adversarial:
            term, adversarial = self._adversarial(picture, reconstruction, label)
            loss = loss + term
        descend(self.optimizers["network"], loss, LONGEST_GRADIENT)
        move_average(self.average, self.network, batch, self.params.ema_halflife_kimg)
        self._fitted = 0
        self.losses = {
            "bits_per_dim": bits_per_dim((likelihood_nats + kl_nats).detach(), dimensions).item(),
            "kl_nats": kl_nats.item(),
            "decoder_sigma": variance.detach().sqrt().item(),
        } | adversarial
        return self.losses

    def _adversarial(
        self, picture: Tensor, reconstruction: Tensor, label: Tensor | None
    ) -> tuple[Tensor, dict[str, float]]:
        """Let the discriminator learn; return what encoder and decoder are to lower besides, and what to report.

        Features count as many nats as pixels do: their errors, too, have the variance that makes them most likely.
        """
        both = torch.cat([picture, reconstruction.detach().float()])
        labels = None if label is None else torch.cat([label, label])
        with autocast(self.device):
            _, scores = self.discriminator(both, labels)
        discriminator = discriminator_loss(*scores.chunk(2))
        descend(self.optimizers["discriminator"], discriminator, LONGEST_GRADIENT)
        self.discriminator.requires_grad_(False)
        with autocast(self.device):
            with torch.no_grad():
                wanted, _ = self.discriminator(picture, label)
            features, scores = self.discriminator(reconstruction.float(), label)
        self.discriminator.requires_grad_(True)
        error = processes.mean(feature_error(wanted, features).mean())
        term = 0.5 * error.clamp(min=1e-8).log() - ADVERSARIAL_WEIGHT * scores.mean()
        return term, {"discriminator_loss": discriminator.item(), "feature_error": error.item()}

    def finish(self, is_result: bool) -> None:
        """Fit the prior, and the variance that goes with it, to what the averaged network does."""
        self._fit_prior(ENCODINGS if is_result else PREVIEW_ENCODINGS)
        if self.recipe.variance == "optimal":
            seed, random = self.params.seed, generator_for(self.params.seed, "encodings")

            def reconstruct(batch: Tensor, label: Tensor | None) -> Tensor:
                latent = draw_encodings(self.average, batch, label, random, self.device)
                return self.average.decode(latent.to(self.device), label)

            variance = shared_variance(self.pictures, reconstruct, seed=seed, device=self.device)
            self.losses["decoder_sigma"] = variance.sqrt().item()

    def _fit_prior(self, limit: int) -> None:
        if self.recipe.prior == "normal" or self._fitted == limit:
            return
        fit_prior(self.average, self.pictures, seed=self.params.seed, limit=limit, device=self.device)
        self._fitted = limit

    def preview(self) -> tuple[Tensor, int]:
        """Return samples of fixed seeds, one column for each label (at most ten)."""
        labels, count, columns = previewed(self.average.labels, PREVIEW_ROWS)
        return self.draw(labels, count, generator_for(self.params.seed, "preview")), columns

    @torch.inference_mode()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of latent vectors from the prior, fitted to the encodings as they are now."""
        self._fit_prior(PREVIEW_ENCODINGS)
        given = labels if self.average.labels else None
        latent = draw_latent(self.average, given, count, random)

        def part(here: slice) -> Tensor:
            label = None if given is None else given[here].to(self.device)
            return self.average.decode(latent[here].to(self.device), label)

        return drawn_in_parts(count, self.params.batch_size, part)
