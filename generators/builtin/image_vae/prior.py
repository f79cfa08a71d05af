"""What samples are drawn from: fitting it to what the encoder does with the training pictures, and drawing."""

from __future__ import annotations

import torch
from torch import Tensor

from generators.builtin.image_vae.mixture import fit_gaussians
from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.training.pictures import Pictures
from generators.training.precision import autocast
from generators.training.randomness import generator_for

CHUNK = 500
FEWEST = 5  # encodings of a label; with fewer it is drawn from all labels' encodings


@torch.no_grad()
def fit_prior(
    network: VariationalAutoencoder, pictures: Pictures, *, seed: int, limit: int, device: str
) -> None:
    """Fit one mixture for each label to encodings, each drawn once from its picture's latent Gaussian.

    Args:
        limit: Encode only so many pictures, chosen by chance.
    """
    random = generator_for(seed, "prior")
    pictures = pictures.at_most(limit, random)
    points = torch.cat(
        [
            draw_encodings(network, batch, None if labels is None else labels.to(device), random, device)
            for batch, labels in pictures.chunks(CHUNK)
        ]
    )
    everything = fit_gaussians(points, components=1, random=random)
    for group in range(max(1, network.labels)):
        members = points if pictures.labels is None else points[pictures.labels == group]
        if len(members) < FEWEST:
            network.prior.put(group, everything)
        else:
            components = len(network.prior.weights[group])
            network.prior.put(group, fit_gaussians(members, components=components, random=random))


@torch.no_grad()
def draw_encodings(
    network: VariationalAutoencoder,
    batch: Tensor,
    label: Tensor | None,
    random: torch.Generator,
    device: str,
) -> Tensor:
    """Return one latent vector (B, Z), on the CPU, from the latent Gaussian of each picture (B, C, H, W)."""
    with autocast(device):
        mean, log_var = network.encode(batch.to(device).contiguous(memory_format=torch.channels_last), label)
    return mean.cpu() + torch.randn(mean.shape, generator=random) * (0.5 * log_var.cpu()).exp()


def draw_latent(
    network: VariationalAutoencoder, labels: Tensor | None, count: int, random: torch.Generator
) -> Tensor:
    """Return latent vectors (count, Z) on the CPU, of labels (count,) where the network knows labels."""
    groups = [0] * count if labels is None else labels.tolist()
    return torch.stack([network.prior.draw(group, random) for group in groups])
