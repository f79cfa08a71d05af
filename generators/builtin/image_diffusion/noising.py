"""How pictures become noise, and what the network is asked for on the way.

In every recipe a noisy picture is a mixture of picture and noise, and so is the answer; only the shares differ.

Flow matching: Lipman et al., Flow Matching for Generative Modeling, 2023, https://arxiv.org/abs/2210.02747, and Liu et
al., Flow Straight and Fast, 2023, https://arxiv.org/abs/2209.03003. Diffusion: Ho et al., Denoising Diffusion
Probabilistic Models, 2020, https://arxiv.org/abs/2006.11239; the velocity of Salimans and Ho, Progressive Distillation,
2022, https://arxiv.org/abs/2202.00512, appendix D.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generators.builtin.image_diffusion.recipes import Recipe
from generators.builtin.image_diffusion.schedulers import TIMESTEPS, kept_signal


class Mixture(NamedTuple):
    """Shares of picture and noise at some times, each of shape (B, 1, 1, 1).

    A noisy picture is `picture * signal + noise * spread`, the answer `picture * wanted_signal + noise * wanted_noise`.
    """

    signal: Tensor
    spread: Tensor
    wanted_signal: Tensor
    wanted_noise: Tensor


def mixture_at(recipe: Recipe, time: Tensor) -> Mixture:
    """Return the shares at times in [0, 1], shape (B,): 0 is the picture itself, 1 (nearly) noise alone."""
    time = time.view(-1, 1, 1, 1)
    if recipe.predicts == "flow":
        one = torch.ones_like(time)
        return Mixture(1 - time, time, -one, one)
    kept = kept_signal(recipe).to(time.device)[(time * TIMESTEPS).round().long()]
    signal, spread = kept.sqrt(), (1 - kept).sqrt()
    if recipe.predicts == "v_prediction":
        return Mixture(signal, spread, -spread, signal)
    return Mixture(signal, spread, torch.zeros_like(time), torch.ones_like(time))


def random_times(recipe: Recipe, count: int, random: torch.Generator) -> Tensor:
    """Return times in [0, 1), one in each of `count` equal parts in mixed order, so that batches differ less.

    Source: Kingma et al., Variational Diffusion Models, 2021, appendix I.1. https://arxiv.org/abs/2107.00630
    """
    offset = torch.rand(1, generator=random)
    time = ((torch.randperm(count, generator=random) + offset) / count).clamp(max=1 - 1e-6)
    return time if recipe.predicts == "flow" else (time * TIMESTEPS).floor() / TIMESTEPS
