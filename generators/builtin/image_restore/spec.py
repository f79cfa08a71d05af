"""What `image-restore` says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from generators.params import Params, Picture, hint
from generators.spec import Needs, Preset, Spec
from generators.training.params import ImageTrainParams

ADVANCED = hint(group="Advanced")
NOT_PAINTED = "task=denoise|enlarge-2x|enlarge-4x"
Task = Literal["denoise", "enlarge-2x", "enlarge-4x", "inpaint"]


class TrainParams(ImageTrainParams):
    """How to train. The network sees your pictures spoilt in each way, and learns to mend them."""

    kimg: float = Field(default=40, gt=0, le=100_000)
    """Duration, in thousands of pictures shown."""
    learning_rate: float = Field(default=1e-3, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Step size of Adam; it falls to a tenth towards the end."""
    width: int = Field(default=24, ge=4, le=256, json_schema_extra=ADVANCED)
    """Channels next to the picture; deeper layers have up to four times as many. Time grows with its square."""
    ema_halflife_kimg: float = Field(default=2, gt=0, le=1000, json_schema_extra=ADVANCED)
    """Results come from an average of the weights that forgets half of itself in so many thousands of pictures."""


class SampleParams(Params):
    """What to mend, and how."""

    task: Task = "denoise"
    """What to do: take out noise, enlarge to twice or four times the size, or fill what is painted over."""
    picture: Picture
    """The picture to mend. It should be like those that the checkpoint learned from: others may come out worse."""
    mask: Picture | None = Field(default=None, json_schema_extra=hint(widget="mask", only="task=inpaint"))
    """Only to fill: paint over what is to be drawn anew."""
    others: tuple[Picture, ...] = Field(
        default=(), max_length=50, json_schema_extra=hint(widget="picture", only=NOT_PAINTED)
    )
    """More pictures to mend in the same way; not where a mask is painted."""
    noise: float = Field(
        default=0, ge=0, le=0.4, json_schema_extra=hint(widget="slider", only="task=denoise")
    )
    """How strong the noise is; 1 is the range from black to white. 0 finds it out from each picture. Too much paints
    over detail."""

    @model_validator(mode="after")
    def _has_what_the_task_needs(self) -> SampleParams:
        if self.task == "inpaint" and self.mask is None:
            raise ValueError("To fill something, paint over it first.")
        if self.task == "inpaint" and self.others:
            raise ValueError("A mask fits one picture only. Leave the others out.")
        return self


SPEC = Spec(
    name="image-restore",
    version="1.1.0",
    sdk=">=1,<2",
    title="Picture restorer",
    summary="Learns from your pictures to take out noise, to enlarge, and to fill what you paint over.",
    modality="image",
    output="image/png",
    train=TrainParams,
    sample=SampleParams,
    presets=(
        Preset(
            name="quick",
            title="Quick look",
            summary="To see whether it works on your pictures.",
            params={"kimg": 10, "width": 16},
        ),
        Preset(
            name="good",
            title="Good",
            summary="Better than the usual filters.",
            params={},
        ),
        Preset(
            name="best",
            title="Best",
            summary="For a graphics card, or a night.",
            params={"kimg": 600, "width": 64, "resolution": 64, "ema_halflife_kimg": 10},
        ),
    ),
    parallel=True,
    evaluates=True,
    package="generators.builtin.image_restore",
    needs=Needs(
        data=frozenset({"image"}),
        minimum_records=20,
        recommended_records=300,
        checkpoint=True,
        gpu="helps",
        memory_mb=3072,
    ),
    licence="Apache-2.0",
    source="https://arxiv.org/abs/1707.02921",
)
