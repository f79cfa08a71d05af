"""What the loop trains: first the autoencoder, then the prior over the codes of its averaged weights."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import mse_loss
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam

from generators.builtin.image_vq.model import VectorQuantised
from generators.builtin.image_vq.spec import TrainParams
from generators.training.ema import ema_decay, update_ema
from generators.training.likelihood import bits_per_dim, negative_log_likelihood, optimal_variance
from generators.training.loop import Batch
from generators.training.pictures import Pictures, to_floats
from generators.training.precision import autocast
from generators.training.randomness import generator_for
from generators.training.reconstruct import shared_variance

BETAS = (0.9, 0.99)
LONGEST_GRADIENT = 1.0  # in units of nats per dimension or per code
PREVIEW_ROWS = 8


class Quantising:
    """An autoencoder and a prior, one after the other; `config` builds them."""

    def __init__(self, config: dict[str, Any], params: TrainParams, pictures: Pictures, device: str) -> None:
        self.params, self.pictures, self.device = params, pictures, device
        self.losses: dict[str, float] = {}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(params.seed)
            self.network = VectorQuantised(**config)
        self.network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {
            "autoencoder": Adam(
                self.network.autoencoder.parameters(), params.learning_rate, betas=BETAS, fused=True
            ),
            "prior": Adam(self.network.prior.parameters(), params.learning_rate, betas=BETAS, fused=True),
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
        picture, network = batch.pictures, self.network.autoencoder
        with autocast(self.device):
            reconstruction, points, codes, vectors = network(picture)
        squared_error = (picture - reconstruction.float()).square()
        nats = negative_log_likelihood(squared_error, optimal_variance(squared_error)).mean()
        commitment = mse_loss(points, vectors)
        self._descend("autoencoder", nats / picture[0].numel() + self.params.commitment * commitment)
        perplexity = network.codebook.learn(points.detach(), codes, batch.random)
        self._average("autoencoder", batch.shown, len(picture))
        return {
            "pixels_bits_per_dim": bits_per_dim(nats.detach(), picture[0].numel()).item(),
            "commitment": commitment.item(),
            "perplexity": perplexity,
        }

    def _step_prior(self, batch: Batch) -> dict[str, float]:
        """Descend along the negative log likelihood of the codes, in nats for each code."""
        label = batch.labels if self.network.labels else None
        with autocast(self.device):
            with torch.no_grad():
                codes = self.average.autoencoder.codes(batch.pictures)
            nats = self.network.prior.nats(codes, label).mean()
        self._descend("prior", nats / codes.shape[1])
        self._average("prior", batch.shown - int(self.handover), len(codes))
        return {"codes_bits_per_dim": nats.item() / (batch.pictures[0].numel() * math.log(2))}

    def _descend(self, part: str, loss: Tensor) -> None:
        self.optimizers[part].zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self.network.get_submodule(part).parameters(), LONGEST_GRADIENT)
        self.optimizers[part].step()

    def _average(self, part: str, shown: int, batch_size: int) -> None:
        halflife = self.params.ema_halflife_kimg
        decay = ema_decay(batch_size=batch_size, shown=shown, halflife_kimg=halflife)
        update_ema(self.average.get_submodule(part), self.network.get_submodule(part), decay)

    def finish(self, is_result: bool) -> None:
        """Find the variance of the decoder's Gaussian."""
        seed = self.params.seed
        variance = shared_variance(self.pictures, self.average.reconstruct, seed=seed, device=self.device)
        self.losses["decoder_sigma"] = variance.sqrt().item()

    @torch.inference_mode()
    def preview(self) -> tuple[Tensor, int]:
        """Return reconstructions of the same pictures while the autoencoder learns, then samples of the same seeds."""
        labels = self.network.labels
        columns = min(labels, 10) or 8
        numbers = torch.arange(columns).repeat(PREVIEW_ROWS)
        random = generator_for(self.params.seed, "preview")
        if self.drawing:
            return self.draw(numbers if labels else None, len(numbers), random), columns
        shown = to_floats(self.pictures.at_most(len(numbers), random).images).to(self.device)
        return self.average.reconstruct(shown).float().cpu(), columns

    @torch.inference_mode()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of codes from the prior, of chance before it has learned anything."""
        given = None if labels is None else labels.to(self.device)
        return self.average.draw(count, given, random).float().cpu()
