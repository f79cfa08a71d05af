"""What `image-diffusion` learns: the autoencoder first where there is one, then to take noise away."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam

from generators.builtin.image_diffusion.autoencoder import Autoencoder
from generators.builtin.image_diffusion.drawing import Care, draw
from generators.builtin.image_diffusion.guidance import drop_labels
from generators.builtin.image_diffusion.loss import KL_WEIGHT, kl_to_standard_normal, reconstruction_loss
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.noising import mixture_at, random_times
from generators.builtin.image_diffusion.spec import TrainParams
from generators.training.ema import ema_decay, update_ema
from generators.training.loop import Batch
from generators.training.pictures import Pictures, to_floats
from generators.training.precision import autocast
from generators.training.randomness import generator_for

BETAS = (0.9, 0.99)
LONGEST_GRADIENT = 1.0
WARM_UP = 3_000  # pictures over which the learning rate rises
PREVIEW_ROWS = 4
PREVIEW_STEPS = 10  # fewer than a sample takes, because previews are drawn all along the training


class Denoising:
    """The network, its average, and what of them is learned when.

    Both phases are counted as one training. The second begins at a number of pictures that the params fix, with the
    averaged autoencoder, which no longer changes.

    Attributes:
        drawing: Whether the second phase has begun, so that what is drawn can be judged.
    """

    def __init__(self, config: dict[str, Any], params: TrainParams, pictures: Pictures, device: str) -> None:
        self.params = params
        self.pictures = pictures
        self.device = device
        self.losses: dict[str, float] = {}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(params.seed)
            self.network = Denoiser(**config)
        self.network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {"unet": self._adam(self.network.unet)}
        self.begin = 0  # pictures shown before the second phase
        if self.network.autoencoder is not None:
            self.optimizers["autoencoder"] = self._adam(self.network.autoencoder)
            steps = math.ceil(1000 * params.kimg * params.autoencoder_share / params.batch_size)
            self.begin = steps * params.batch_size
        self.drawing = not self.begin

    def step(self, batch: Batch) -> dict[str, float]:
        """Learn from a batch what the phase is about."""
        autoencoder, average = self.network.autoencoder, self.average.autoencoder
        self.drawing = batch.shown >= self.begin
        if autoencoder is not None and average is not None:
            if not self.drawing:
                self.losses = self._step_autoencoder(autoencoder, average, batch)
                return self.losses
            if batch.shown - self.begin < len(batch.pictures):
                autoencoder.load_state_dict(average.state_dict())
        self.losses = self._step_unet(batch)
        return self.losses

    def _step_autoencoder(
        self, autoencoder: Autoencoder, average: Autoencoder, batch: Batch
    ) -> dict[str, float]:
        noise = torch.randn(len(batch.pictures), *self.network.shape, generator=batch.random).to(self.device)
        with autocast(self.device):
            mean, log_var = autoencoder.encode(batch.pictures)
            encodings = mean + noise * (0.5 * log_var).exp()
            decoded = autoencoder.decode(encodings)
        autoencoder.watch(encodings.detach())
        reconstruction = reconstruction_loss(batch.pictures, decoded)
        kl_nats = kl_to_standard_normal(mean, log_var)
        loss = reconstruction + KL_WEIGHT * kl_nats
        self._descend("autoencoder", autoencoder, average, loss, len(noise), batch.shown)
        return {"reconstruction_loss": reconstruction.item(), "kl_nats": kl_nats.item()}

    def _step_unet(self, batch: Batch) -> dict[str, float]:
        network, random, labels = self.network, batch.random, batch.labels
        shape = (len(batch.pictures), *network.shape)
        picked = torch.randn(shape, generator=random).to(self.device) if network.autoencoder else None
        clean = network.encode(batch.pictures, picked)
        if labels is not None:
            labels = drop_labels(labels, network.labels, self.params.label_dropout, random)
        time = random_times(network.recipe, len(clean), random).to(self.device)
        noise = torch.randn(shape, generator=random).to(self.device)
        at = mixture_at(network.recipe, time)
        answer = network(clean * at.signal + noise * at.spread, time, labels)
        loss = mse_loss(answer, clean * at.wanted_signal + noise * at.wanted_noise)
        shown = batch.shown - self.begin
        self._descend("unet", network.unet, self.average.unet, loss, len(noise), shown)
        return {"denoising_loss": loss.item()}

    def _descend(
        self,
        name: str,
        network: nn.Module,
        average: nn.Module,
        loss: Tensor,
        batch_size: int,
        shown: int,
    ) -> None:
        """Take one step of the optimizer, `shown` pictures into the phase, and move the average."""
        optimizer = self.optimizers[name]
        optimizer.param_groups[0]["lr"] = self.params.learning_rate * _pace(shown)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(network.parameters(), LONGEST_GRADIENT)
        optimizer.step()
        halflife_kimg = self.params.ema_halflife_kimg
        decay = ema_decay(batch_size=batch_size, shown=shown, halflife_kimg=halflife_kimg)
        update_ema(average, network, decay)

    def _adam(self, network: nn.Module) -> Adam:
        return Adam(network.parameters(), self.params.learning_rate, betas=BETAS, fused=True)

    def preview(self) -> tuple[Tensor, int]:
        """Return pictures of fixed noise, one column for each label (at most ten).

        While the autoencoder learns, they are what it makes of the same training pictures.
        """
        labels = self.average.labels
        columns = min(labels, 10) or 8
        random = generator_for(self.params.seed, "preview")
        count = columns * PREVIEW_ROWS
        if not self.drawing:
            shown = to_floats(self.pictures.at_most(count, random).images).to(self.device)
            return self.average.decode(self.average.encode(shown)), columns
        asked = torch.arange(columns).repeat(PREVIEW_ROWS) if labels else None
        return draw(self.average, asked, count, random, Care(steps=PREVIEW_STEPS, guidance=1)), columns

    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of noise by chance."""
        size = self.params.batch_size
        parts = [
            draw(
                self.average,
                None if labels is None else labels[first : first + size],
                min(size, count - first),
                random,
            )
            for first in range(0, count, size)
        ]
        return torch.cat(parts).float().cpu()


def _pace(shown: int) -> float:
    """Return the share of the learning rate: it rises over the first WARM_UP pictures and then stays."""
    return min(1.0, (shown + 1) / WARM_UP)
