"""The recipes of `image-diffusion`: what the network learns to answer, and who can draw pictures with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Name = Literal["flow", "ddpm-v", "ddpm"]
Sampler = Literal["auto", "euler", "dpm-solver++", "ddim", "ddpm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One way to learn the way from noise to pictures."""

    name: Name
    title: str
    paper: str
    predicts: Literal["flow", "v_prediction", "epsilon"]
    """What the network is asked for, as diffusers names it."""
    betas: str = ""
    """How noise is added in 1,000 steps, as diffusers names the schedule; a flow has none."""
    samplers: tuple[Sampler, ...]
    """Who can draw with it, the one that "auto" means first."""


_DIFFUSION: tuple[Sampler, ...] = ("dpm-solver++", "ddim", "ddpm")
RECIPES: dict[Name, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="flow",
            title="Flow matching along straight lines",
            paper="https://arxiv.org/abs/2210.02747",
            predicts="flow",
            samplers=("euler",),
        ),
        Recipe(
            name="ddpm-v",
            title="Diffusion that predicts the velocity",
            paper="https://arxiv.org/abs/2202.00512",
            predicts="v_prediction",
            betas="squaredcos_cap_v2",
            samplers=_DIFFUSION,
        ),
        Recipe(
            name="ddpm",
            title="Diffusion that predicts the noise",
            paper="https://arxiv.org/abs/2006.11239",
            predicts="epsilon",
            betas="linear",
            samplers=_DIFFUSION,
        ),
    )
}
assert tuple(RECIPES) == get_args(Name)
