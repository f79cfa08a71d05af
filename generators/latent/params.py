"""What to look at in a latent space. Without torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generators.params import Params, hint

SLIDER = hint(widget="slider")
COMPONENTS = 6
STYLED = frozenset({"spectral", "stylegan2"})
"""Recipes of image-gan whose networks map latent vectors to styles."""


class ExploreParams(Params):
    """Where to go from the picture of a seed."""

    mode: Literal["sliders", "directions", "components", "morph"] = "sliders"
    """Pictures moved by sliders; a strip for each direction that changes something measured; a strip for each way in
    which styles differ most, to be named by what you see; or a morph."""
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    """The picture to begin with."""
    label: str | None = Field(default=None, max_length=200, json_schema_extra=hint(widget="label"))
    """Which kind of picture. Without one, the seed chooses."""
    brightness: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """Lighter to the right, in steps along the direction that was found."""
    contrast: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """More contrast to the right, likewise."""
    object_area: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """A larger object to the right, likewise."""
    colourfulness: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """More colour to the right, likewise; a generator of grey pictures has none."""
    component_1: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """The way in which styles of one label differ most, in standard deviations."""
    component_2: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """The second, likewise."""
    component_3: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """The third, likewise."""
    component_4: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """The fourth, likewise."""
    component_5: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """The fifth, likewise."""
    component_6: float = Field(default=0, ge=-3, le=3, json_schema_extra=SLIDER)
    """The sixth, likewise."""
    to_seed: int = Field(default=1, ge=0, le=2**32 - 1)
    """The picture that a morph ends with."""
    to_label: str | None = Field(default=None, max_length=200, json_schema_extra=hint(widget="label"))
    """Which kind of picture a morph ends with; without one, the same. Only image-gan can change it on the way."""
    frames: int = Field(default=9, ge=3, le=48, json_schema_extra=SLIDER)
    """Pictures of a strip or a morph."""
