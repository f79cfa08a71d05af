"""Params that all image generators share. Torch-free: specs build on them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generators.params import EvaluateParams, Params, Seed, hint

AUGMENTATION = hint(group="Augmentation")
AUGMENTATION_SLIDER = hint(group="Augmentation", widget="slider")


class Augmentation(Params):
    """How pictures are changed by chance while they are learned from. Validation and test pictures never are."""

    flip: bool = Field(default=False, json_schema_extra=AUGMENTATION)
    """Show every second picture mirrored. Good for few pictures, wrong where left and right differ, as in lettering."""
    rotate: int = Field(default=0, ge=0, le=45, json_schema_extra=AUGMENTATION_SLIDER)
    """Turn pictures by up to so many degrees either way. What is drawn later is turned alike."""
    crop: float = Field(default=0, ge=0, le=0.5, json_schema_extra=AUGMENTATION_SLIDER)
    """Cut off up to this share of the width and height, at a place by chance, and enlarge the rest."""
    colour: float = Field(default=0, ge=0, le=0.5, json_schema_extra=AUGMENTATION_SLIDER)
    """Change brightness, contrast and saturation by up to this share. Leave at 0 where colours have to be right."""
    noise: float = Field(default=0, ge=0, le=0.2, json_schema_extra=AUGMENTATION_SLIDER)
    """Add noise of this strength; 1 is the range from black to white. More than 0.05 shows in what is drawn."""


class ImageTrainParams(Augmentation):
    """How long, at which size and how fast to train. Durations are counted in pictures shown, not in epochs."""

    kimg: float = Field(default=60, gt=0, le=100_000)
    """Duration, in thousands of pictures shown. More is better, up to some hundreds."""
    resolution: Literal[32, 64] = 32
    """Side of the generated pictures in pixels. 64 shows more and takes about four times as long."""
    balance: Literal["as_is", "square_root", "equal"] = "as_is"
    """How often each label is shown: as often as it occurs, equally often, or halfway between by the square root."""
    seed: Seed = 0
    """The same seed, data and params give the same weights on the same machine."""
    batch_size: int = Field(default=64, ge=2, le=1024, json_schema_extra=hint(group="Advanced"))
    """Pictures per step."""
    save_every_kimg: float = Field(default=20, gt=0, le=10_000, json_schema_extra=hint(group="Advanced"))
    """A checkpoint to resume from is saved after so many thousands of pictures."""
    measures: int = Field(default=0, ge=0, le=24, json_schema_extra=hint(group="Advanced"))
    """Compare with validation pictures at least so often, however long that takes; 0 does it where it costs little."""
    patience_kimg: float = Field(default=0, ge=0, le=100_000, json_schema_extra=hint(group="Advanced"))
    """End when it has not come closer to the validation pictures for so many thousands of pictures; 0 never does."""


class ImageSampleParams(Params):
    """What to draw. Picture number i of a request depends on `seed + i` only, not on how many are asked for."""

    count: int = Field(default=8, ge=1, le=64, json_schema_extra=hint(widget="slider"))
    """How many pictures."""
    label: str | None = Field(default=None, max_length=200, json_schema_extra=hint(widget="label"))
    """Which kind of picture. Without one, each picture gets a label by chance."""
    seed: Seed = 0
    """The same seed gives the same pictures, byte for byte."""


class ImageEvaluateParams(EvaluateParams):
    """What to measure drawn pictures on, and which network looks at them."""

    pictures: int = Field(default=2000, ge=10, le=10_000, json_schema_extra=hint(group="Advanced"))
    """Held-out pictures to compare with as many drawn ones, at most. More narrow the intervals and take longer."""
    extractor: Literal["packaged", "inception", "own"] = Field(
        default="packaged", json_schema_extra=hint(group="Advanced")
    )
    """Which network looks at the pictures. "inception" gives an FID and needs weights that your admin brought; "own" is
    trained on your labels. Figures of different extractors do not compare."""
