"""What the loop trains: encoder and decoder, as their recipe says, and for VAE-GAN their discriminator."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam

from generators.builtin.image_vae.adversary import Discriminator, discriminator_loss, feature_error
from generators.builtin.image_vae.loss import kl_to_standard_normal
from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.builtin.image_vae.prior import draw_encodings, draw_latent, fit_prior
from generators.builtin.image_vae.recipes import RECIPES
from generators.builtin.image_vae.spec import TrainParams
from generators.training.ema import ema_decay, update_ema
from generators.training.likelihood import bits_per_dim, negative_log_likelihood, optimal_variance
from generators.training.loop import Batch
from generators.training.pictures import Pictures
from generators.training.precision import autocast
from generators.training.randomness import generator_for
from generators.training.reconstruct import shared_variance

BETAS = (0.9, 0.99)
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
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(params.seed)
            self.network = VariationalAutoencoder(**config)
            if self.recipe.adversarial:
                shape = {name: config[name] for name in ("resolution", "channels", "labels")}
                self.discriminator = Discriminator(**shape, width=max(params.width // 2, 4))
        self.network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.networks: dict[str, nn.Module] = {"network": self.network, "average": self.average}
        betas = ADVERSARIAL_BETAS if self.recipe.adversarial else BETAS
        rate = params.learning_rate
        self.optimizers = {"network": Adam(self.network.parameters(), rate, betas=betas, fused=True)}
        if self.recipe.adversarial:
            self.discriminator.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            self.networks["discriminator"] = self.discriminator
            self.optimizers["discriminator"] = Adam(
                self.discriminator.parameters(), rate, betas=betas, fused=True
            )

    def step(self, batch: Batch) -> dict[str, float]:
        """Descend along the negative evidence lower bound, in nats for each dimension."""
        picture, label = batch.pictures, batch.labels if self.network.labels else None
        noise = torch.randn(len(picture), self.network.latent_dim, generator=batch.random).to(self.device)
        with autocast(self.device):
            reconstruction, mean, log_var = self.network(picture, label, noise)
        squared_error = (picture - reconstruction.float()).square()
        variance = optimal_variance(squared_error)
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
        self._descend("network", loss)
        decay = ema_decay(
            batch_size=len(picture), shown=batch.shown, halflife_kimg=self.params.ema_halflife_kimg
        )
        update_ema(self.average, self.network, decay)
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
        self._descend("discriminator", discriminator)
        self.discriminator.requires_grad_(False)
        with autocast(self.device):
            with torch.no_grad():
                wanted, _ = self.discriminator(picture, label)
            features, scores = self.discriminator(reconstruction.float(), label)
        self.discriminator.requires_grad_(True)
        error = feature_error(wanted, features).mean()
        term = 0.5 * error.clamp(min=1e-8).log() - ADVERSARIAL_WEIGHT * scores.mean()
        return term, {"discriminator_loss": discriminator.item(), "feature_error": error.item()}

    def _descend(self, name: str, loss: Tensor) -> None:
        self.optimizers[name].zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self.networks[name].parameters(), LONGEST_GRADIENT)
        self.optimizers[name].step()

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
        labels = self.average.labels
        columns = min(labels, 10) or 8
        numbers = torch.arange(columns).repeat(PREVIEW_ROWS)
        random = generator_for(self.params.seed, "preview")
        return self.draw(numbers if labels else None, len(numbers), random), columns

    @torch.inference_mode()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of latent vectors from the prior, fitted to the encodings as they are now."""
        self._fit_prior(PREVIEW_ENCODINGS)
        given = labels if self.average.labels else None
        latent = draw_latent(self.average, given, count, random)
        size = self.params.batch_size
        parts = [
            self.average.decode(
                latent[here].to(self.device), None if given is None else given[here].to(self.device)
            )
            for here in (slice(first, first + size) for first in range(0, count, size))
        ]
        return torch.cat(parts).float().cpu()
