"""What `text-vae` says of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generators.params import hint
from generators.spec import Spec
from generators.texts.params import ADVANCED, TextEvaluateParams, TextSampleParams, TextTrainParams
from generators.texts.presets import WRITER_NEEDS, writing_presets


class TrainParams(TextTrainParams):
    """How to train an autoencoder of sentences. The defaults give a first look in minutes on a CPU."""

    split_into: Literal["sentences", "texts"] = "sentences"
    """What is encoded: each sentence of a text, or each text, cut where it is longer than the context."""
    context_length: int = Field(default=40, ge=8, le=512, json_schema_extra=ADVANCED)
    """Longest piece in tokens; longer ones are cut."""
    width: int = Field(default=256, ge=8, le=2048, json_schema_extra=ADVANCED)
    """Numbers that a token and a state are represented by. Time grows with its square."""
    latent_dim: int = Field(default=32, ge=2, le=512, json_schema_extra=ADVANCED)
    """Numbers that a sentence is encoded as."""
    patience: int = Field(default=0, ge=0, le=100, json_schema_extra=ADVANCED)
    """Stop when the bound of held-out sentences got no better so many times in a row (of 8 in all); 0 never stops."""
    kl_delay: float = Field(default=0.3, ge=0, lt=1, json_schema_extra=ADVANCED)
    """Share of the duration at the beginning in which codes cost nothing, so that the network learns to use them."""
    kl_warmup: float = Field(default=0.3, ge=0, le=1, json_schema_extra=ADVANCED)
    """Share of the duration after that in which their cost rises to its full weight."""
    free_nats: float = Field(default=16, ge=0, le=1000, json_schema_extra=ADVANCED)
    """What a code may say of a sentence without cost, in nats; 0 lets codes say nothing where that is easier."""
    bag_of_words: float = Field(default=1, ge=0, le=100, json_schema_extra=ADVANCED)
    """How strongly a code has to tell which words its sentence holds; 0 does without."""
    word_dropout: float = Field(default=0.3, ge=0, le=1, json_schema_extra=ADVANCED)
    """Share of the words that the decoder does not see, so that it needs the code. More makes codes say more."""


class SampleParams(TextSampleParams):
    """What to write: from codes by chance, or from codes on the way from one sentence to another."""

    opening: Annotated[str, Field(max_length=2_000, json_schema_extra=hint(widget="textarea"))] = ""
    """A sentence to begin from: all texts are written from codes near its own, or on the way to the second one."""
    towards: Annotated[str, Field(max_length=2_000, json_schema_extra=hint(widget="textarea"))] = ""
    """A second sentence: the texts then lie evenly between the two, the first and the last on them."""
    temperature: Annotated[
        float, Field(ge=0, le=2, json_schema_extra=hint(widget="slider", group="Advanced"))
    ] = 0.0
    """How daring the choice of tokens is; 0 always takes the most probable one, so that only the code decides."""


SPEC = Spec(
    name="text-vae",
    version="1.1.0",
    sdk=">=1,<2",
    title="Sentence VAE",
    summary="Encodes sentences as points: draws new ones, and walks from one sentence to another.",
    modality="text",
    output="text/plain",
    train=TrainParams,
    presets=writing_presets(
        quick={"ktokens": 300},
        good={"ktokens": 2000, "vocabulary_size": 4096, "width": 384},
        best={
            "ktokens": 20_000,
            "vocabulary_size": 8192,
            "width": 512,
            "latent_dim": 64,
            "batch_tokens": 8192,
        },
    ),
    sample=SampleParams,
    evaluates=True,
    evaluation=TextEvaluateParams,
    package="generators.builtin.text_vae",
    needs=WRITER_NEEDS,
    licence="Apache-2.0",
    source="https://arxiv.org/abs/1511.06349",
)
