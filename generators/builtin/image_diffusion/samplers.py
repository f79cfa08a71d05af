"""From noise to pictures: steps against the noise, with a network's answer at each.

Flow matching follows its velocity with the method of Euler; diffusion leaves the step to a scheduler of diffusers:
DDPM (Ho et al. 2020), DDIM (Song et al. 2021, https://arxiv.org/abs/2010.02502) or DPM-Solver++ (Lu et al. 2022,
https://arxiv.org/abs/2211.01095).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from generators.builtin.image_diffusion.recipes import Recipe, Sampler
from generators.builtin.image_diffusion.schedulers import TIMESTEPS, sampling_scheduler
from generators.errors import BadParams

Predict = Callable[[Tensor, Tensor], Tensor]
"""A network's answer to noisy pictures (B, C, H, W) at times (B,), float32, with label and guidance in it."""


def chosen_sampler(recipe: Recipe, sampler: Sampler) -> Sampler:
    """Return the sampler that is meant.

    Raises:
        BadParams: If the recipe cannot be sampled that way; names those it can.
    """
    if sampler == "auto":
        return recipe.samplers[0]
    if sampler not in recipe.samplers:
        raise BadParams(
            f"A checkpoint of the recipe {recipe.name} cannot be sampled with {sampler}. "
            f"Choose auto or {' or '.join(recipe.samplers)}."
        )
    return sampler


def denoise(
    predict: Predict,
    noise: Tensor,
    *,
    recipe: Recipe,
    sampler: Sampler = "auto",
    steps: int,
    random: torch.Generator,
    begin: Tensor | None = None,
    strength: float = 1.0,
    bounded: bool = True,
) -> Tensor:
    """Return what the noise turns into, in the noise's shape.

    Args:
        noise: Standard normal, shape (B, C, H, W).
        steps: Steps for the whole way; a part of the way takes that part of them.
        random: Where a sampler that adds noise anew draws it from, on the CPU.
        begin: Pictures to begin from instead of noise alone, shape (B, C, H, W).
        strength: How far towards noise those are taken first, in (0, 1].
        bounded: Whether the result lies in [-1, 1].

    Raises:
        BadParams: If the recipe cannot be sampled by this sampler.
    """
    sampler = chosen_sampler(recipe, sampler)
    if sampler == "euler":
        return _euler(predict, noise, steps, begin, strength)
    scheduler = sampling_scheduler(recipe, sampler, steps, bounded=bounded)
    timesteps = scheduler.timesteps
    x = noise
    if begin is not None:
        left = max(1, math.ceil(steps * strength))
        timesteps = timesteps[-left:]
        if sampler == "dpm-solver++":  # remembers its place; the others find it by the time step
            scheduler.set_begin_index(len(scheduler.timesteps) - left)
        x = scheduler.add_noise(begin, noise, timesteps[:1].expand(len(noise)))
    chance = {"generator": random} if sampler == "ddpm" else {}
    for timestep in timesteps:
        answer = predict(x, (timestep / TIMESTEPS).expand(len(x)).to(x.device))
        x = scheduler.step(answer, timestep, x, **chance).prev_sample
    return x


def _euler(predict: Predict, noise: Tensor, steps: int, begin: Tensor | None, strength: float) -> Tensor:
    x = noise if begin is None else torch.lerp(begin, noise, strength)
    first = 1.0 if begin is None else strength
    times = torch.linspace(first, 0, max(1, math.ceil(steps * first)) + 1).tolist()
    for time, following in pairwise(times):
        x = x + (following - time) * predict(x, torch.full((len(x),), time, device=x.device))
    return x
