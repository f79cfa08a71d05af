"""What `image-gan` says of itself."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from generators.builtin.image_gan.recipes import RecipeName
from generators.params import hint
from generators.searchable import Searchable
from generators.spec import Needs, Spec
from generators.training.params import ImageEvaluateParams, ImageSampleParams, ImageTrainParams
from generators.training.presets import drawing_presets

ADVANCED = hint(group="Advanced")


class TrainParams(ImageTrainParams):
    """How to train generator and discriminator. The defaults give a first look in a few minutes on a CPU."""

    recipe: RecipeName = "spectral"
    """Which method trains it. Leave the first: it is the best for its time on a processor."""
    adaptive_augmentation: bool = Field(default=True, json_schema_extra=hint(group="Augmentation"))
    """With few pictures it keeps them from being learned by heart: the half of the network that judges sees them
    recoloured, turned and stretched a little, as often as it needs."""
    batch_size: int = Field(default=32, ge=2, le=1024, json_schema_extra=ADVANCED)
    """Pictures per step."""
    learning_rate: float | None = Field(default=None, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Step size of the generator's Adam. Left empty, each recipe has its own: spectral 5e-4, others 1e-4 to 2e-3."""
    width: int = Field(default=64, ge=4, le=512, json_schema_extra=ADVANCED)
    """Channels next to the picture; deeper layers have up to four times as many. Time grows with its square."""
    latent_dim: int = Field(default=64, ge=2, le=1024, json_schema_extra=ADVANCED)
    """Numbers that a picture is made from."""
    ema_halflife_kimg: float = Field(default=5, gt=0, le=1000, json_schema_extra=ADVANCED)
    """Samples come from an average of the weights that forgets half of itself in so many thousands of pictures."""
    path_length_weight: float = Field(default=0, ge=0, le=100, json_schema_extra=ADVANCED)
    """Of the penalty on uneven steps between pictures, stylegan2 only: 2 makes transitions smoother, 0 is quicker."""

    @model_validator(mode="after")
    def _only_styles_have_paths(self) -> Self:
        if self.path_length_weight and self.recipe != "stylegan2":
            raise ValueError(
                f"path_length_weight is for recipe=stylegan2; recipe={self.recipe} has none. Set it to 0."
            )
        return self


class SampleParams(ImageSampleParams):
    """Which pictures to draw."""

    truncation: float = Field(
        default=1.0, ge=0, le=1, json_schema_extra=hint(widget="slider", group="Advanced")
    )
    """Below 1, pictures move towards the average of their label: fewer failures, less variety."""


SPEC = Spec(
    name="image-gan",
    version="1.3.0",
    sdk=">=1,<2",
    title="Image GAN",
    summary="Learns to draw sharp pictures like yours, by label where the data has labels.",
    modality="image",
    output="image/png",
    train=TrainParams,
    presets=drawing_presets(
        quick={"kimg": 20},
        good={"kimg": 120, "ema_halflife_kimg": 10, "patience_kimg": 50},
        best={"kimg": 800, "ema_halflife_kimg": 20, "patience_kimg": 200},
    ),
    searchable=(
        Searchable(name="learning_rate", low=5e-5, high=2e-3, log=True),
        Searchable(name="recipe", choices=("spectral", "r3gan", "projection", "wgan-gp")),
        Searchable(name="batch_size", choices=(16, 32, 64)),
        Searchable(name="width", choices=(32, 64)),
        Searchable(name="latent_dim", choices=(32, 64, 128)),
        Searchable(name="ema_halflife_kimg", low=0.5, high=20, log=True),
        Searchable(name="adaptive_augmentation"),
    ),
    sample=SampleParams,
    parallel=True,
    evaluates=True,
    evaluation=ImageEvaluateParams,
    compresses=True,
    exports=True,
    package="generators.builtin.image_gan",
    needs=Needs(
        data=frozenset({"image"}),
        minimum_records=100,
        recommended_records=1000,
        checkpoint=True,
        gpu="helps",
        memory_mb=3072,
    ),
    licence="Apache-2.0",
    source="https://arxiv.org/abs/1802.05957",
)
