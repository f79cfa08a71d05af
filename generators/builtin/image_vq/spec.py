"""What `image-vq` says of itself."""

from __future__ import annotations

from pydantic import Field

from generators.params import hint
from generators.searchable import Searchable
from generators.spec import Needs, Spec
from generators.training.params import ImageEvaluateParams, ImageSampleParams, ImageTrainParams
from generators.training.presets import drawing_presets

ADVANCED = hint(group="Advanced")


class TrainParams(ImageTrainParams):
    """How to train the autoencoder and then the prior over its codes. The defaults take a few minutes on a CPU."""

    learning_rate: float = Field(default=1e-3, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Step size of Adam, of both parts."""
    autoencoder_share: float = Field(default=0.4, ge=0.1, le=0.9, json_schema_extra=ADVANCED)
    """Part of the duration in which the autoencoder learns; in the rest the prior learns the order of its codes."""
    width: int = Field(default=64, ge=4, le=512, json_schema_extra=ADVANCED)
    """Channels next to the picture; the 8 x 8 grid of codes has twice as many. Time grows with its square."""
    codebook_size: int = Field(default=256, ge=8, le=4096, json_schema_extra=ADVANCED)
    """Codes that a place of the grid chooses from."""
    code_dim: int = Field(default=32, ge=2, le=256, json_schema_extra=ADVANCED)
    """Numbers that a code stands for."""
    commitment: float = Field(default=0.25, ge=0, le=10, json_schema_extra=ADVANCED)
    """How strongly the encoder is held to its codes; beta in the paper."""
    prior_width: int = Field(default=128, ge=32, le=1024, multiple_of=32, json_schema_extra=ADVANCED)
    """Channels of the transformer that learns the order of codes. Time grows with its square."""
    prior_layers: int = Field(default=4, ge=1, le=24, json_schema_extra=ADVANCED)
    """Layers of that transformer."""
    ema_halflife_kimg: float = Field(default=5, gt=0, le=1000, json_schema_extra=ADVANCED)
    """Samples come from an average of the weights that forgets half of itself in so many thousands of pictures."""


class SampleParams(ImageSampleParams):
    """Which pictures to draw."""

    temperature: float = Field(
        default=1.0, ge=0.1, le=2, json_schema_extra=hint(widget="slider", group="Advanced")
    )
    """Below 1, likely codes are chosen more often: fewer failures, less variety."""


SPEC = Spec(
    name="image-vq",
    version="1.0.0",
    sdk=">=1,<2",
    title="Image VQ-VAE",
    summary="Learns a vocabulary of picture parts and how they follow each other; crisper than a VAE, slower to draw.",
    modality="image",
    output="image/png",
    train=TrainParams,
    presets=drawing_presets(
        quick={"kimg": 40},
        good={"kimg": 240, "ema_halflife_kimg": 10},
        best={"kimg": 1600, "ema_halflife_kimg": 20},
    ),
    searchable=(
        Searchable(name="learning_rate", low=2e-4, high=5e-3, log=True),
        Searchable(name="batch_size", choices=(32, 64, 128)),
        Searchable(name="width", choices=(32, 64)),
        Searchable(name="codebook_size", choices=(64, 128, 256, 512)),
        Searchable(name="code_dim", choices=(16, 32, 64)),
        Searchable(name="prior_width", choices=(64, 128, 192)),
        Searchable(name="prior_layers", low=2, high=6),
        Searchable(name="autoencoder_share", low=0.2, high=0.7),
        Searchable(name="ema_halflife_kimg", low=0.5, high=20, log=True),
    ),
    sample=SampleParams,
    parallel=True,
    evaluates=True,
    evaluation=ImageEvaluateParams,
    compresses=True,
    exports=True,
    package="generators.builtin.image_vq",
    needs=Needs(
        data=frozenset({"image"}),
        minimum_records=50,
        recommended_records=2000,
        checkpoint=True,
        gpu="helps",
        memory_mb=3072,
    ),
    licence="Apache-2.0",
    source="https://arxiv.org/abs/1711.00937",
)
