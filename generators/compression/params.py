"""The params of compress and export jobs, alike for all generators. Torch-free: specs build on them."""

from typing import Literal

from pydantic import Field

from generators.params import Params, Seed, hint

ADVANCED = hint(group="Advanced")
LEARNS = "method=prune|distil"
Method = Literal["int8", "int8_dynamic", "float16", "prune", "distil"]


class CompressParams(Params):
    """How to make a checkpoint smaller. The result is a new checkpoint; the old one stays as it is."""

    method: Method = "int8"
    """Try 8 bits first: a quarter of the size of full weights, and pictures that look the same; 16 bits are half the
    size. Removing channels and teaching a narrower network make it faster as well, and cost quality and time.
    Computing in 8 bits pays for few networks."""
    share: float = Field(default=0.5, ge=0.1, le=0.9, json_schema_extra=hint(widget="slider", only=LEARNS))
    """Share of the channels that are kept, or of the width of the narrower network."""
    kimg: float = Field(default=4, ge=0, le=10_000, json_schema_extra=hint(only=LEARNS))
    """Thousands of the old network's pictures that the smaller one learns from. 0 only removes channels."""
    minutes: float = Field(default=10, gt=0, le=1440, json_schema_extra=hint(only=LEARNS))
    """Learning stops after so many minutes of this machine, whatever the duration says."""
    split: Literal["validation", "test"] = Field(default="validation", json_schema_extra=ADVANCED)
    """The held-out records on which both are measured."""
    learning_rate: float = Field(default=1e-3, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Highest step size of Adam while it learns; it falls along a cosine."""
    batch_size: int = Field(default=32, ge=1, le=1024, json_schema_extra=ADVANCED)
    """Pictures per step while it learns."""
    seed: Seed = 0
    """Seed of whatever is drawn while learning and measuring."""


class ExportParams(Params):
    """How far an ONNX file may be from the checkpoint that it was written from."""

    pictures: int = Field(default=8, ge=1, le=64)
    """Pictures of as many seeds that are drawn by both and compared."""
    tolerance: float = Field(default=1e-3, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Largest difference of a pixel, which lies in -1 to 1, with which the file is still handed out."""
    seed: Seed = 0
    """The first seed."""
