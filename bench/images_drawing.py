"""Pictures of any image generator's checkpoint, many at once, for the benchmarks that judge them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generators.builtin.image_diffusion import denoising as diffusion
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.sample import load_network as load_denoiser
from generators.builtin.image_gan.sample import load_generator
from generators.builtin.image_vae.prior import draw_latent
from generators.builtin.image_vae.sample import load_network as load_autoencoder
from generators.builtin.image_vq.sample import load_network as load_vocabulary
from generators.checkpoint import Checkpoint
from generators.training.pictures import to_bytes
from generators.training.precision import autocast
from generators.training.randomness import generator_for

CHUNK = 100

Draw = Callable[[Tensor | None, int, torch.Generator], Tensor]


@torch.inference_mode()
def drawn(checkpoint: Checkpoint, labels: Tensor, *, seed: int, care: diffusion.Care) -> Tensor:
    """Return one picture for each label, uint8, shape (N, C, H, W); a checkpoint without labels ignores them.

    Args:
        care: How `image-diffusion` draws; the others have no such choice.
    """
    draw, random = _FAMILIES[checkpoint.generator](checkpoint, care), generator_for(seed, "draw")
    known = labels if checkpoint.labels else None
    parts = [
        draw(None if known is None else known[first : first + CHUNK], min(CHUNK, len(labels) - first), random)
        for first in range(0, len(labels), CHUNK)
    ]
    return torch.cat([to_bytes(part) for part in parts])


def answer_plainly() -> None:
    """Let `image-diffusion` in this process ask its U-Net for the whole answer, as the papers have it."""

    def forward(self: Denoiser, noisy: Tensor, time: Tensor, label: Tensor | None) -> Tensor:
        with autocast(noisy.device.type):
            answer: Tensor = self.unet(noisy, time, label)
        return answer.float()

    Denoiser.forward = forward  # type: ignore[method-assign]


def _gan(checkpoint: Checkpoint, care: diffusion.Care) -> Draw:
    network = load_generator(checkpoint, "cpu")
    return lambda labels, count, random: network(
        torch.randn(count, network.latent_dim, generator=random), labels
    )


def _vae(checkpoint: Checkpoint, care: diffusion.Care) -> Draw:
    network = load_autoencoder(checkpoint, "cpu")
    return lambda labels, count, random: network.decode(draw_latent(network, labels, count, random), labels)


def _vq(checkpoint: Checkpoint, care: diffusion.Care) -> Draw:
    network = load_vocabulary(checkpoint, "cpu")
    return lambda labels, count, random: network.draw(count, labels, random)


def _diffusion(checkpoint: Checkpoint, care: diffusion.Care) -> Draw:
    network = load_denoiser(checkpoint, "cpu")
    return lambda labels, count, random: diffusion.draw(network, labels, count, random, care)


_FAMILIES: dict[str, Callable[[Checkpoint, diffusion.Care], Draw]] = {
    "image-gan": _gan,
    "image-vae": _vae,
    "image-vq": _vq,
    "image-diffusion": _diffusion,
}
