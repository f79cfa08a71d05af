"""Params that the generators of texts share. Torch-free: specs build on them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generators.params import EvaluateParams, Params, Seed, hint

ADVANCED = hint(group="Advanced")
AUGMENTATION = hint(group="Augmentation")
AUGMENTATION_SLIDER = hint(group="Augmentation", widget="slider")
ADVANCED_SLIDER = hint(group="Advanced", widget="slider")


class TextTrainParams(Params):
    """How long and how fast to train. Duration is counted in tokens read, not in epochs."""

    ktokens: float = Field(default=300, gt=0, le=10_000_000)
    """Duration, in thousands of tokens read; a token is about four letters."""
    seed: Seed = 0
    """The same seed, data and params give the same weights on the same machine."""
    vocabulary_size: int = Field(default=2048, ge=300, le=32_768, json_schema_extra=ADVANCED)
    """Most tokens that the tokenizer learns from the texts; small data does with fewer."""
    context_length: int = Field(default=128, ge=8, le=1024, json_schema_extra=ADVANCED)
    """Tokens that are read in one piece. What lies further back is not known."""
    batch_tokens: int = Field(default=2048, ge=16, le=262_144, json_schema_extra=ADVANCED)
    """Tokens per step."""
    learning_rate: float = Field(default=2e-3, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Highest step size of AdamW; it rises at first and then falls along a cosine."""
    warmup_ratio: float = Field(default=0.05, ge=0, le=0.5, json_schema_extra=ADVANCED)
    """Share of the duration in which the step size rises."""
    weight_decay: float = Field(default=0.1, ge=0, le=1, json_schema_extra=ADVANCED)
    """How strongly AdamW pulls weight matrices towards nothing."""
    dropout: float = Field(default=0, ge=0, le=0.9, json_schema_extra=ADVANCED)
    """Share of the activations that a step leaves out, against learning by heart where texts are few."""
    patience: int = Field(default=3, ge=0, le=100, json_schema_extra=ADVANCED)
    """Stop when held-out texts were predicted no better so many times in a row (of 8 in all); 0 never stops."""

    synonyms: tuple[Annotated[str, Field(max_length=200)], ...] = Field(
        default=(), max_length=200, json_schema_extra=AUGMENTATION
    )
    """Words that may stand for each other, such as "warm, cosy, snug": one group on a line. They are your own."""
    synonym_copies: int = Field(default=0, ge=0, le=8, json_schema_extra=AUGMENTATION_SLIDER)
    """How many changed copies of each training text are learnt beside it; 0 changes nothing."""
    synonym_share: float = Field(default=0.5, gt=0, le=1, json_schema_extra=AUGMENTATION_SLIDER)
    """The share of such words that is replaced in a copy."""


class TextSampleParams(Params):
    """What to write. Text number i of a request depends on `seed + i` only, not on how many are asked for."""

    count: Annotated[int, Field(ge=1, le=64, json_schema_extra=hint(widget="slider"))] = 3
    """How many texts."""
    opening: Annotated[str, Field(max_length=2_000, json_schema_extra=hint(widget="textarea"))] = ""
    """How each text begins; without one, it begins as it likes."""
    max_tokens: int = Field(default=80, ge=1, le=1000)
    """Longest text, in tokens after the opening."""
    temperature: Annotated[float, Field(ge=0, le=2, json_schema_extra=ADVANCED_SLIDER)] = 0.8
    """How daring the choice of tokens is; 0 always takes the most probable one."""
    top_p: Annotated[float, Field(gt=0, le=1, json_schema_extra=ADVANCED_SLIDER)] = 0.95
    """The share of probability among which each token is chosen; less is safer."""
    seed: Seed = 0
    """The same seed gives the same texts."""


class TextEvaluateParams(EvaluateParams):
    """What to measure, and how much is written for it."""

    texts: int = Field(default=32, ge=2, le=1000, json_schema_extra=ADVANCED)
    """Texts to write and compare with held-out ones. Intervals shrink with the square root of their number."""
    max_tokens: int = Field(default=64, ge=8, le=1000, json_schema_extra=ADVANCED)
    """Longest of them, in tokens."""
