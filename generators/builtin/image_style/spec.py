"""What `image-style` says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generators.params import Params, Picture, hint
from generators.spec import Needs, Spec

SLIDER = hint(widget="slider")


class SampleParams(Params):
    """Which pictures to paint anew, like which one, and how far to go."""

    pictures: tuple[Picture, ...] = Field(
        min_length=1, max_length=20, json_schema_extra=hint(widget="picture")
    )
    """The pictures to paint anew. What they show stays where it is; a cut-out stays one."""
    style: Picture = Field(json_schema_extra=hint(widget="picture"))
    """The picture whose colours and marks they get: a painting, a pattern, a material. Smooth ones give little."""
    strength: float = Field(default=0.6, ge=0, le=1, json_schema_extra=SLIDER)
    """How far to go: at 0 nothing changes, at 0.6 things are easily recognised, at 1 only their outlines are left."""
    colours: Literal["style", "keep"] = "style"
    """Whether the style's colours come too, or only its marks and each picture keeps its own colours."""
    marks: float = Field(default=1.0, ge=0.5, le=2, json_schema_extra=SLIDER)
    """Size of the style's marks, beside how large they are in its picture."""
    size: Literal[256, 384, 512] = 256
    """Longer side of what is made, in pixels. 512 takes about five times as long as 256."""
    steps: int = Field(default=40, ge=1, le=300, json_schema_extra=hint(group="Advanced"))
    """Steps of the descent at each size from 128 pixels up. Fewer leave the colours without the marks."""


SPEC = Spec(
    name="image-style",
    version="1.0.0",
    sdk=">=1,<2",
    title="Style transfer",
    summary="Paints pictures anew with the colours and marks of another one, such as a painting or a pattern.",
    modality="image",
    output="image/png",
    train=None,
    sample=SampleParams,
    evaluates=False,
    package="generators.builtin.image_style",
    needs=Needs(gpu="helps", memory_mb=3072),
    licence="Apache-2.0",
    source="https://arxiv.org/abs/1508.06576",
)
