"""What `text-lstm` says of itself."""

from __future__ import annotations

from pydantic import Field

from generators.spec import Spec
from generators.texts.params import ADVANCED, TextEvaluateParams, TextSampleParams, TextTrainParams
from generators.texts.presets import WRITER_NEEDS, writing_presets


class TrainParams(TextTrainParams):
    """How to train a recurrent network from nothing. The defaults give a first look in minutes on a CPU."""

    width: int = Field(default=256, ge=8, le=2048, json_schema_extra=ADVANCED)
    """Numbers that a token and a state are represented by. Time grows with its square."""
    layers: int = Field(default=2, ge=1, le=8, json_schema_extra=ADVANCED)
    """Recurrent layers. Time grows with their number."""


SPEC = Spec(
    name="text-lstm",
    version="1.0.0",
    sdk=">=1,<2",
    title="LSTM from scratch",
    summary="A small recurrent network that learns to write from your texts: the baseline for the others.",
    modality="text",
    output="text/plain",
    train=TrainParams,
    presets=writing_presets(
        quick={"ktokens": 300},
        good={"ktokens": 2000, "vocabulary_size": 4096, "width": 384},
        best={
            "ktokens": 20_000,
            "vocabulary_size": 8192,
            "width": 640,
            "context_length": 256,
            "batch_tokens": 8192,
            "dropout": 0.2,
        },
    ),
    sample=TextSampleParams,
    evaluates=True,
    evaluation=TextEvaluateParams,
    package="generators.builtin.text_lstm",
    needs=WRITER_NEEDS,
    licence="Apache-2.0",
    source="https://arxiv.org/abs/1708.02182",
)
