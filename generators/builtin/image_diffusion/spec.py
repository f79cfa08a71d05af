"""What `image-diffusion` says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generators.builtin.image_diffusion.recipes import Name, Sampler
from generators.params import hint
from generators.searchable import Searchable
from generators.spec import Needs, Spec
from generators.training.params import ImageEvaluateParams, ImageSampleParams, ImageTrainParams
from generators.training.presets import drawing_presets

ADVANCED = hint(group="Advanced")
ADVANCED_SLIDER = hint(widget="slider", group="Advanced")


class TrainParams(ImageTrainParams):
    """How to train the network that takes noise away. The defaults give a first look in a few minutes on a CPU."""

    recipe: Name = "flow"
    """Which method trains it. Leave flow, the best for its time; the two others are diffusion as it was first
    published."""
    resolution: Literal[32, 64, 128] = 32  # type: ignore[assignment]  # one more than the others offer
    """Side of the generated pictures in pixels. 128 trains an autoencoder first and draws what it encodes."""
    batch_size: int = Field(default=32, ge=2, le=1024, json_schema_extra=ADVANCED)
    """Pictures per step."""
    learning_rate: float = Field(default=2e-3, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Step size of Adam, after it has risen over the first 3,000 pictures. Muon takes steps of twice the size."""
    optimizer: Literal["muon", "adam"] = Field(default="muon", json_schema_extra=ADVANCED)
    """Who changes the weights. Muon moves the hidden layers alike in all directions and learns more from each picture;
    Adam is what the papers used."""
    width: int = Field(default=32, ge=4, le=512, json_schema_extra=ADVANCED)
    """Channels of the largest feature maps; smaller ones have twice as many. Time grows with its square."""
    label_dropout: float = Field(default=0.1, ge=0, le=0.5, json_schema_extra=ADVANCED)
    """Share of pictures shown without their label, so that guidance knows what pictures are without one."""
    ema_halflife_kimg: float = Field(default=5, gt=0, le=1000, json_schema_extra=ADVANCED)
    """Samples come from an average of the weights that forgets half of itself in so many thousands of pictures."""
    autoencoder_share: float = Field(default=0.3, gt=0, lt=1, json_schema_extra=ADVANCED)
    """Share of the duration for which the autoencoder is trained, at 128 pixels."""


class SampleParams(ImageSampleParams):
    """Which pictures to draw, and with how much care."""

    steps: int = Field(default=25, ge=1, le=1000, json_schema_extra=hint(widget="slider"))
    """Steps from noise to picture. 10 give a sketch; more than 50 hardly help, but for the sampler ddpm."""
    guidance: float = Field(default=2.0, ge=0, le=8, json_schema_extra=hint(widget="slider"))
    """How much the label counts. 1 follows it in half the time; more makes pictures typical and less various."""
    picture: str | None = Field(
        default=None, min_length=1, max_length=400, json_schema_extra=hint(widget="picture")
    )
    """A picture to begin from. What is drawn keeps its composition; without one, everything is new."""
    strength: float = Field(default=0.6, gt=0, le=1, json_schema_extra=hint(widget="slider"))
    """How much of that picture may change: at 0.3 details, at 0.9 nearly all of it."""
    sampler: Sampler = Field(default="auto", json_schema_extra=ADVANCED)
    """Who takes the steps. A flow is followed by euler; the two diffusion recipes know the others."""


SPEC = Spec(
    name="image-diffusion",
    version="1.1.0",
    sdk=">=1,<2",
    title="Image diffusion",
    summary="Learns to draw pictures like yours out of noise, in steps: varied and true to the label.",
    modality="image",
    output="image/png",
    train=TrainParams,
    presets=drawing_presets(
        quick={"kimg": 30},
        good={"kimg": 120, "patience_kimg": 50},
        best={"kimg": 2000, "learning_rate": 1e-3, "ema_halflife_kimg": 50, "patience_kimg": 500},
        best_is="As good as this network gets; hours on a processor, minutes on a GPU.",
    ),
    searchable=(
        Searchable(name="learning_rate", low=3e-4, high=5e-3, log=True),
        Searchable(name="recipe", choices=("flow", "ddpm-v")),
        Searchable(name="batch_size", choices=(16, 32, 64)),
        Searchable(name="width", choices=(16, 32, 48)),
        Searchable(name="label_dropout", low=0.02, high=0.3),
        Searchable(name="ema_halflife_kimg", low=0.5, high=20, log=True),
    ),
    sample=SampleParams,
    parallel=True,
    evaluates=True,
    evaluation=ImageEvaluateParams,
    compresses=True,
    exports=True,
    package="generators.builtin.image_diffusion",
    needs=Needs(
        data=frozenset({"image"}),
        minimum_records=50,
        recommended_records=1000,
        checkpoint=True,
        gpu="helps",
        memory_mb=3072,
    ),
    licence="Apache-2.0",
    source="https://arxiv.org/abs/2210.02747",
)
