"""What `text-gpt` says of itself."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from generators.spec import Spec
from generators.texts.params import ADVANCED, TextEvaluateParams, TextSampleParams, TextTrainParams
from generators.texts.presets import WRITER_NEEDS, writing_presets


class TrainParams(TextTrainParams):
    """How to train a transformer from nothing. The defaults give a first look in minutes on a CPU."""

    width: int = Field(default=192, ge=8, le=2048, json_schema_extra=ADVANCED)
    """Numbers that a token is represented by. Time grows with its square."""
    layers: int = Field(default=4, ge=1, le=48, json_schema_extra=ADVANCED)
    """Blocks of attention and feed-forward layers. Time grows with their number."""
    heads: int = Field(default=4, ge=1, le=64, json_schema_extra=ADVANCED)
    """Attention heads of each block; the width is divided among them, and each gets an even number of it."""

    @model_validator(mode="after")
    def _heads_divide_the_width(self) -> Self:
        if self.width % (2 * self.heads):
            raise ValueError(f"width {self.width} is not a multiple of twice the {self.heads} heads")
        return self


SPEC = Spec(
    name="text-gpt",
    version="1.0.0",
    sdk=">=1,<2",
    title="GPT from scratch",
    summary="Learns to write from nothing but your texts: no outside text in it, and no outside claims.",
    modality="text",
    output="text/plain",
    train=TrainParams,
    presets=writing_presets(
        quick={"ktokens": 300},
        good={"ktokens": 2000, "vocabulary_size": 4096, "width": 256, "layers": 6, "context_length": 256},
        best={
            "ktokens": 20_000,
            "vocabulary_size": 8192,
            "width": 384,
            "layers": 6,
            "heads": 6,
            "context_length": 256,
            "batch_tokens": 8192,
            "dropout": 0.1,
        },
    ),
    sample=TextSampleParams,
    evaluates=True,
    evaluation=TextEvaluateParams,
    package="generators.builtin.text_gpt",
    needs=WRITER_NEEDS,
    licence="Apache-2.0",
    source="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf",
)
