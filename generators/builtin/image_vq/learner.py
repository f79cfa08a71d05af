"""What the loop trains: first the autoencoder, then the prior over the codes of its averaged weights."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from generators.builtin.image_vq.model import VectorQuantised
from generators.builtin.image_vq.spec import TrainParams
from generators.training import processes
from generators.training.learning import (
    adam,
    average_of,
    begun_with,
    descend,
    move_average,
    placed,
    previewed,
)
from generators.training.likelihood import bits_per_dim, negative_log_likelihood, optimal_variance
from generators.training.loop import Batch
from generators.training.pictures import Pictures, to_floats
from generators.training.precision import autocast
from generators.training.randomness import generator_for
from generators.training.reconstruct import shared_variance

LONGEST_GRADIENT = 1.0  # in units of nats per dimension or per code
PREVIEW_ROWS = 8


class Quantising:
    """An autoencoder and a prior, one after the other; `config` builds them."""

    def __init__(self, config: dict[str, Any], params: TrainParams, pictures: Pictures, device: str) -> None:
        self.params, self.pictures, self.device = params, pictures, device
        self.losses: dict[str, float] = {}
        with begun_with(params.seed):
            self.network = placed(VectorQuantised(**config), device)
        self.average = average_of(self.network)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {
            "autoencoder": adam(self.network.autoencoder, params.learning_rate),
            "prior": adam(self.network.prior, params.learning_rate),
        }
        self.handover = params.autoencoder_share * params.kimg * 1000
        self.drawing = False

    def step(self, batch: Batch) -> dict[str, float]:
        """Train the part whose turn it is; the pictures shown so far say which."""
        self.drawing = batch.shown >= self.handover
        self.losses = self._step_prior(batch) if self.drawing else self._step_autoencoder(batch)
        return self.losses

    def _step_autoencoder(self, batch: Batch) -> dict[str, float]:
        """Descend along the likelihood under the best shared variance, and hold encodings to their codes."""
        picture, network = processes.share(batch.pictures), self.network.autoencoder
        with autocast(self.device):
            reconstruction, points, codes, vectors = network(picture)
        squared_error = (picture - reconstruction.float()).square()
        # Without its gradient, which is 0 where the variance is the best one.
        variance = optimal_variance(processes.mean(squared_error.detach().mean()))
        nats = negative_log_likelihood(squared_error, variance).mean()
        commitment = mse_loss(points, vectors)
        loss = nats / picture[0].numel() + self.params.commitment * commitment
        descend(self.optimizers["autoencoder"], loss, LONGEST_GRADIENT)
        places = codes.numel() // len(picture)  # all the points of a picture belong to one process
        all_points, all_codes = (
            processes.whole(part.unflatten(0, (-1, places))).flatten(0, 1) for part in (points, codes)
        )
        perplexity = network.codebook.learn(all_points, all_codes, batch.random)
        self._average("autoencoder", batch)  # with the vocabulary as it is now
        return {
            "pixels_bits_per_dim": bits_per_dim(nats.detach(), picture[0].numel()).item(),
            "commitment": commitment.item(),
            "perplexity": perplexity,
        }

    def _step_prior(self, batch: Batch) -> dict[str, float]:
        """Descend along the negative log likelihood of the codes, in nats for each code."""
        label = batch.shared_labels if self.network.labels else None
        with autocast(self.device):
            with torch.no_grad():
                codes = self.average.autoencoder.codes(processes.share(batch.pictures))
            nats = self.network.prior.nats(codes, label).mean()
        descend(self.optimizers["prior"], nats / codes.shape[1], LONGEST_GRADIENT)
        self._average("prior", batch, before=int(self.handover))
        return {"codes_bits_per_dim": nats.item() / (batch.pictures[0].numel() * math.log(2))}

    def _average(self, name: str, batch: Batch, *, before: int = 0) -> None:
        average, network = self.average.get_submodule(name), self.network.get_submodule(name)
        move_average(average, network, batch, self.params.ema_halflife_kimg, before=before)

    def finish(self, is_result: bool) -> None:
        """Find the variance of the decoder's Gaussian."""
        seed = self.params.seed
        variance = shared_variance(self.pictures, self.average.reconstruct, seed=seed, device=self.device)
        self.losses["decoder_sigma"] = variance.sqrt().item()

    @torch.inference_mode()
    def preview(self) -> tuple[Tensor, int]:
        """Return reconstructions of the same pictures while the autoencoder learns, then samples of the same seeds."""
        labels, count, columns = previewed(self.network.labels, PREVIEW_ROWS)
        random = generator_for(self.params.seed, "preview")
        if self.drawing:
            return self.draw(labels, count, random), columns
        shown = to_floats(self.pictures.at_most(count, random).images).to(self.device)
        return self.average.reconstruct(shown).float().cpu(), columns

    @torch.inference_mode()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of codes from the prior, of chance before it has learned anything."""
        given = None if labels is None else labels.to(self.device)
        return self.average.draw(count, given, random).float().cpu()
