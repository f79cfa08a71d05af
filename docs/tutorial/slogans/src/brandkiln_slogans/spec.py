"""What the generator says of itself. The web process reads this file, so it imports nothing heavy."""

from pydantic import Field

from generators.params import Params, Seed, hint
from generators.spec import Needs, Spec

ADVANCED = hint(group="Advanced")


class TrainParams(Params):
    """How to learn."""

    order: int = Field(2, ge=1, le=4, json_schema_extra=ADVANCED)
    """How many words the next one depends on. More is truer to your texts, fewer is bolder."""
    save_every: int = Field(1000, ge=1, le=1_000_000, json_schema_extra=ADVANCED)
    """Keep a checkpoint after every so many texts, to resume from."""
    seed: Seed = 0
    """Part of the receipt; counting needs no chance."""


class SampleParams(Params):
    """What to write."""

    count: int = Field(5, ge=1, le=64)
    """How many slogans to write."""
    start: str = Field("", max_length=100)
    """The first word or words. Empty: whatever your texts begin with."""
    longest: int = Field(8, ge=2, le=30)
    """The most words that a slogan has."""
    temperature: float = Field(1.0, ge=0.1, le=3, json_schema_extra=hint(widget="slider"))
    """Below 1 the usual words win more often; above 1 the rare ones do."""
    seed: Seed = 0
    """The same seed gives the same slogans."""


SPEC = Spec(
    name="markov-slogan",
    version="1.0.0",
    sdk=">=1,<2",
    title="Slogans",
    summary="Learns from your texts which words follow which, and writes short slogans in their voice.",
    modality="text",
    output="text/plain",
    train=TrainParams,
    sample=SampleParams,
    evaluates=True,
    package="brandkiln_slogans",
    needs=Needs(data=frozenset({"text"}), minimum_records=10, checkpoint=True, memory_mb=512),
    licence="Apache-2.0",
    source="https://en.wikipedia.org/wiki/Markov_chain",
)
