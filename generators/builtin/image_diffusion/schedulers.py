"""The schedulers of diffusers, which a flow does without.

They are imported where a diffusion recipe uses them and nowhere else: their import takes about 3 seconds and 90 MB,
most of it for parts of torch that sampling does not use.
"""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

from torch import Tensor

from generators.builtin.image_diffusion.recipes import Recipe, Sampler

TIMESTEPS = 1000  # in which noise is added; Ho et al. 2020, section 4


@cache
def kept_signal(recipe: Recipe) -> Tensor:
    """Return the share of a picture's variance that is left at each time step, shape (TIMESTEPS,)."""
    from diffusers.schedulers.scheduling_ddpm import DDPMScheduler

    kept: Tensor = DDPMScheduler(**_config(recipe)).alphas_cumprod
    return kept


def sampling_scheduler(recipe: Recipe, sampler: Sampler, steps: int, *, bounded: bool) -> Any:
    """Return a new scheduler that takes the noise away again in so many steps, by the way that the sampler names.

    The steps begin at pure noise ("trailing"): Lin et al., Common Diffusion Noise Schedules and Sample Steps are
    Flawed, 2024, https://arxiv.org/abs/2305.08891, section 3.3.

    Args:
        bounded: Whether what is drawn lies in [-1, 1], so that each guess of it can be clipped.
    """
    config = {**_config(recipe), "timestep_spacing": "trailing"}
    scheduler: Any
    match sampler:
        case "ddpm":
            from diffusers.schedulers.scheduling_ddpm import DDPMScheduler

            scheduler = DDPMScheduler(**config, clip_sample=bounded)
        case "ddim":
            from diffusers.schedulers.scheduling_ddim import DDIMScheduler

            scheduler = DDIMScheduler(**config, clip_sample=bounded)
        case _:
            from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

            scheduler = DPMSolverMultistepScheduler(**config, solver_order=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it makes numpy arrays of tensors in the old way
        scheduler.set_timesteps(steps)
    return scheduler


def _config(recipe: Recipe) -> dict[str, Any]:
    return {
        "num_train_timesteps": TIMESTEPS,
        "beta_schedule": recipe.betas,
        "prediction_type": recipe.predicts,
    }
