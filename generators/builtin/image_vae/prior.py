"""Fitting the mixture that samples are drawn from to what the encoder does with the training pictures."""

from __future__ import annotations

import torch

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
    encodings = []
    for batch, labels in pictures.chunks(CHUNK):
        given = None if labels is None else labels.to(device)
        with autocast(device):
            mean, log_var = network.encode(
                batch.to(device).contiguous(memory_format=torch.channels_last), given
            )
        noise = torch.randn(mean.shape, generator=random)
        encodings.append(mean.cpu() + noise * (0.5 * log_var.cpu()).exp())
    points = torch.cat(encodings)
    everything = fit_gaussians(points, components=1, random=random)
    for group in range(max(1, network.labels)):
        members = points if pictures.labels is None else points[pictures.labels == group]
        if len(members) < FEWEST:
            network.prior.put(group, everything)
        else:
            components = len(network.prior.weights[group])
            network.prior.put(group, fit_gaussians(members, components=components, random=random))
