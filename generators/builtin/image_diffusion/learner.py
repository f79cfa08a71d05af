"""What `image-diffusion` learns: the autoencoder first where there is one, then to take noise away."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.optim import Optimizer

from generators.builtin.image_diffusion.autoencoder import Autoencoder
from generators.builtin.image_diffusion.denoising import Care, draw
from generators.builtin.image_diffusion.guidance import drop_labels
from generators.builtin.image_diffusion.loss import KL_WEIGHT, kl_to_standard_normal, reconstruction_loss
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.noising import mixture_at, random_times
from generators.builtin.image_diffusion.spec import TrainParams
from generators.builtin.image_diffusion.unet import UNet
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
from generators.training.loop import Batch
from generators.training.muon import Muon
from generators.training.pictures import Pictures, to_floats
from generators.training.precision import autocast
from generators.training.randomness import generator_for

LONGEST_GRADIENT = 1.0
MUON_PACE = 2.0
"""Times the learning rate, which is best for Adam: so large are the steps of the U-Net with Muon."""
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
        with begun_with(params.seed):
            self.network = placed(Denoiser(**config), device)
        self.average = average_of(self.network)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers: dict[str, Optimizer] = {"unet": _optimizer_of(self.network.unet, params)}
        self.begin = 0  # pictures shown before the second phase
        if self.network.autoencoder is not None:
            self.optimizers["autoencoder"] = adam(self.network.autoencoder, params.learning_rate)
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
        pictures = processes.share(batch.pictures)
        noise = torch.randn(len(batch.pictures), *self.network.shape, generator=batch.random)
        noise = processes.share(noise).to(self.device)
        with autocast(self.device):
            mean, log_var = autoencoder.encode(pictures)
            encodings = mean + noise * (0.5 * log_var).exp()
            decoded = autoencoder.decode(encodings)
        autoencoder.watch(processes.whole(encodings.detach()))
        reconstruction = reconstruction_loss(pictures, decoded)
        kl_nats = kl_to_standard_normal(mean, log_var)
        loss = reconstruction + KL_WEIGHT * kl_nats
        self._descend("autoencoder", autoencoder, average, loss, batch)
        return {"reconstruction_loss": reconstruction.item(), "kl_nats": kl_nats.item()}

    def _step_unet(self, batch: Batch) -> dict[str, float]:
        network, random, labels = self.network, batch.random, batch.labels
        count = len(batch.pictures)

        def normal() -> Tensor:
            return processes.share(torch.randn(count, *network.shape, generator=random)).to(self.device)

        picked = normal() if network.autoencoder else None
        clean = network.encode(processes.share(batch.pictures), picked)
        if labels is not None:
            dropped = drop_labels(labels, network.labels, self.params.label_dropout, random)
            labels = processes.share(dropped)
        time = processes.share(random_times(network.recipe, count, random)).to(self.device)
        noise = normal()
        at = mixture_at(network.recipe, time)
        answer = network(clean * at.signal + noise * at.spread, time, labels)
        loss = mse_loss(answer, clean * at.wanted_signal + noise * at.wanted_noise)
        self._descend("unet", network.unet, self.average.unet, loss, batch, before=self.begin)
        return {"denoising_loss": loss.item()}

    def _descend(
        self,
        name: str,
        network: nn.Module,
        average: nn.Module,
        loss: Tensor,
        batch: Batch,
        *,
        before: int = 0,
    ) -> None:
        """Take one step of the optimizer in a phase that so many pictures came before, and move the average."""
        optimizer = self.optimizers[name]
        rate = self.params.learning_rate * (MUON_PACE if isinstance(optimizer, Muon) else 1)
        for group in optimizer.param_groups:
            group["lr"] = rate * _pace(batch.shown - before)
        descend(optimizer, loss, LONGEST_GRADIENT)
        move_average(average, network, batch, self.params.ema_halflife_kimg, before=before)

    def preview(self) -> tuple[Tensor, int]:
        """Return pictures of fixed noise, one column for each label (at most ten).

        While the autoencoder learns, they are what it makes of the same training pictures.
        """
        labels, count, columns = previewed(self.average.labels, PREVIEW_ROWS)
        random = generator_for(self.params.seed, "preview")
        if not self.drawing:
            shown = to_floats(self.pictures.at_most(count, random).images).to(self.device)
            return self.average.decode(self.average.encode(shown)), columns
        return draw(self.average, labels, count, random, Care(steps=PREVIEW_STEPS, guidance=1)), columns

    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures of noise by chance."""

        def part(here: slice) -> Tensor:
            label = None if labels is None else labels[here]
            return draw(self.average, label, here.stop - here.start, random)

        return drawn_in_parts(count, self.params.batch_size, part)


def _optimizer_of(unet: UNet, params: TrainParams) -> Optimizer:
    """Return what changes the U-Net; Muon is for its hidden layers alone."""
    if params.optimizer == "adam":
        return adam(unet, params.learning_rate)
    matrices = unet.matrices()
    hidden = {id(weight) for weight in matrices}
    others = [weight for weight in unet.parameters() if id(weight) not in hidden]
    return Muon(matrices, others, params.learning_rate, BETAS)


def _pace(shown: int) -> float:
    """Return the share of the learning rate: it rises over the first WARM_UP pictures and then stays."""
    return min(1.0, (shown + 1) / WARM_UP)
