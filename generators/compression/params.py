"""The params of compress and export jobs, alike for all generators. Torch-free: specs build on them."""

from typing import Literal

from pydantic import Field

from generators.params import Params, Seed, hint

ADVANCED = hint(group="Advanced")
Method = Literal["int8", "int8_dynamic", "float16", "prune", "distil"]


class CompressParams(Params):
    """How to make a checkpoint smaller. The result is a new checkpoint; the old one stays as it is."""

    method: Method = "int8"
    """int8 and float16 store the weights in fewer bits and compute as before; int8_dynamic also multiplies in 8 bits
    where layers are fully connected; prune removes channels; distil teaches a narrower network to draw the same."""
    share: float = Field(default=0.5, ge=0.1, le=0.9, json_schema_extra=hint(widget="slider"))
    """Share of the channels that prune keeps, or of the width that distil leaves. The other methods do not use it."""
    kimg: float = Field(default=4, ge=0, le=10_000)
    """Thousands of its pictures that the smaller network learns from after prune or in distil. 0 only prunes."""
    minutes: float = Field(default=10, gt=0, le=1440)
    """Learning stops after so many minutes of this machine, whatever kimg says."""
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
