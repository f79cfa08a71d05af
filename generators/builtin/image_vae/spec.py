"""What `image-vae` says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generators.params import hint
from generators.searchable import Searchable
from generators.spec import Needs, Spec
from generators.training.params import ImageEvaluateParams, ImageSampleParams, ImageTrainParams
from generators.training.presets import drawing_presets

ADVANCED = hint(group="Advanced")


class TrainParams(ImageTrainParams):
    """How to train encoder and decoder. The defaults give a first look in a few minutes on a CPU."""

    recipe: Literal["sigma", "vae", "beta", "conditional", "vae-gan"] = "sigma"
    """Which method trains it. Leave sigma, the best for its time. vae-gan is sharper and slower. The others are
    there to compare: vae is the plain one of 2013, beta keeps apart what varies, conditional is told each
    picture's label."""
    beta: float = Field(default=4, ge=0.01, le=100, json_schema_extra=ADVANCED)
    """Weight of the divergence (recipe beta only), against a likelihood that is summed over pixels, not averaged."""
    learning_rate: float = Field(default=1e-3, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Step size of Adam."""
    width: int = Field(default=64, ge=4, le=512, json_schema_extra=ADVANCED)
    """Channels next to the picture; deeper layers have up to four times as many. Time grows with its square."""
    latent_dim: int = Field(default=32, ge=2, le=512, json_schema_extra=ADVANCED)
    """Numbers that a picture is encoded as."""
    components: int = Field(default=10, ge=1, le=100, json_schema_extra=ADVANCED)
    """Gaussians in the mixture that is fitted to the encodings of each label, where there are enough pictures."""
    ema_halflife_kimg: float = Field(default=5, gt=0, le=1000, json_schema_extra=ADVANCED)
    """Samples come from an average of the weights that forgets half of itself in so many thousands of pictures."""


class SampleParams(ImageSampleParams):
    """Which pictures to draw."""

    truncation: float = Field(
        default=1.0, ge=0, le=1, json_schema_extra=hint(widget="slider", group="Advanced")
    )
    """Below 1, pictures move towards the nearest typical one: fewer failures, less variety."""


SPEC = Spec(
    name="image-vae",
    version="1.2.0",
    sdk=">=1,<2",
    title="Image VAE",
    summary="Learns to encode and draw pictures like yours; steadier and softer than the GAN.",
    modality="image",
    output="image/png",
    train=TrainParams,
    presets=drawing_presets(
        quick={"kimg": 20},
        good={"kimg": 120, "ema_halflife_kimg": 10, "patience_kimg": 50},
        best={"kimg": 800, "ema_halflife_kimg": 20, "patience_kimg": 200},
    ),
    searchable=(
        Searchable(name="learning_rate", low=1e-4, high=5e-3, log=True),
        Searchable(name="batch_size", choices=(32, 64, 128)),
        Searchable(name="width", choices=(32, 64)),
        Searchable(name="latent_dim", low=8, high=128, log=True),
        Searchable(name="components", low=1, high=40, log=True),
        Searchable(name="ema_halflife_kimg", low=0.5, high=20, log=True),
    ),
    sample=SampleParams,
    parallel=True,
    evaluates=True,
    evaluation=ImageEvaluateParams,
    compresses=True,
    exports=True,
    package="generators.builtin.image_vae",
    needs=Needs(
        data=frozenset({"image"}),
        minimum_records=50,
        recommended_records=300,
        checkpoint=True,
        gpu="helps",
        memory_mb=3072,
    ),
    licence="Apache-2.0",
    source="https://arxiv.org/abs/2006.13202",
)
