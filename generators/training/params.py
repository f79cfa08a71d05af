"""Params that all image generators share. Torch-free: specs build on them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generators.params import Params, Seed, hint


class ImageTrainParams(Params):
    """How long, at which size and how fast to train. Durations are counted in pictures shown, not in epochs."""

    kimg: float = Field(default=60, gt=0, le=100_000)
    """Duration, in thousands of pictures shown. More is better, up to some hundreds."""
    resolution: Literal[32, 64] = 32
    """Side of the generated pictures in pixels. 64 shows more and takes about four times as long."""
    flip: bool = False
    """Show every second picture mirrored. Good for few pictures, wrong where left and right differ, as in lettering."""
    seed: Seed = 0
    """The same seed, data and params give the same weights on the same machine."""
    batch_size: int = Field(default=64, ge=2, le=1024, json_schema_extra=hint(group="Advanced"))
    """Pictures per step."""
    save_every_kimg: float = Field(default=20, gt=0, le=10_000, json_schema_extra=hint(group="Advanced"))
    """A checkpoint to resume from is saved after so many thousands of pictures."""


class ImageSampleParams(Params):
    """What to draw. Picture number i of a request depends on `seed + i` only, not on how many are asked for."""

    count: int = Field(default=8, ge=1, le=64, json_schema_extra=hint(widget="slider"))
    """How many pictures."""
    label: str | None = Field(default=None, max_length=200, json_schema_extra=hint(widget="label"))
    """Which kind of picture. Without one, each picture gets a label by chance."""
    seed: Seed = 0
    """The same seed gives the same pictures, byte for byte."""
