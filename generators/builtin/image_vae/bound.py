"""How likely a trained VAE makes held-out pictures: the evidence lower bound of the network that samples come from."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.run import Run
from generators.training.likelihood import bits_per_dim, dequantised, negative_log_likelihood
from generators.training.measure import CHUNK
from generators.training.pictures import Pictures
from generators.training.randomness import generator_for


@torch.inference_mode()
def measure_likelihood(
    network: VariationalAutoencoder, pictures: Pictures, sigma: float, run: Run, *, seed: int
) -> dict[str, float]:
    """Return means over pictures of the negative evidence lower bound and of its part that the latent costs.

    The bound is -log p(x | z) - log p(z) + log q(z | x) for one z of q(z | x) and dequantised x, where p(z) is the
    prior that samples are drawn from: the fitted mixture or N(0, I), not always the N(0, I) of the training.

    Args:
        sigma: Standard deviation of the decoder's Gaussian, found on training pictures.

    Returns:
        `nats` (of a density over [-1, 1]) and `rate_nats` of a picture, and `bits_per_dim` of its pixels.

    Source: Kingma and Welling, Auto-Encoding Variational Bayes, equation 2. https://arxiv.org/abs/1312.6114
    """
    random = generator_for(seed, "likelihood")
    costs: list[Tensor] = []
    rates: list[Tensor] = []
    for batch, labels in pictures.chunks(CHUNK):
        given = None if labels is None else labels.to(run.device)
        mean, log_var = (part.cpu() for part in network.encode(batch.to(run.device), given))
        noise = torch.randn(mean.shape, generator=random)
        latent = mean + noise * (0.5 * log_var).exp()
        decoded = network.decode(latent.to(run.device), given).float().cpu()
        error = (dequantised(batch, random) - decoded).square()
        encoded = -0.5 * (noise.square() + log_var + math.log(2 * math.pi)).sum(1)
        rates.append(encoded - network.prior.log_prob(latent, labels))
        costs.append(negative_log_likelihood(error, torch.tensor(sigma**2)) + rates[-1])
        run.report(len(pictures), len(pictures), "Measuring the likelihood")
    nats, rate = torch.cat(costs).mean(), torch.cat(rates).mean()
    bits = bits_per_dim(nats, pictures.images[0].numel())
    return {"nats": nats.item(), "rate_nats": rate.item(), "bits_per_dim": bits.item()}
