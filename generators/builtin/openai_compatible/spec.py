"""What openai-compatible says of itself."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from generators.blank import says_a_word
from generators.params import Connection, Facts, Params, Seed, hint
from generators.spec import Needs, Spec


def _asks(task: str) -> str:
    if not says_a_word(task):
        raise ValueError('The task says nothing. Say what is to be written, such as "Write a slogan."')
    return task


class SampleParams(Params):
    """What to write, by which connection, and how freely."""

    connection: Connection
    """The connection by which the network is reached; an admin of the workspace makes one."""
    task: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000),
        AfterValidator(_asks),
        Field(json_schema_extra=hint(widget="textarea")),
    ] = "Write a product description of three sentences. Use only the facts."
    """What is to be written, as you would tell a colleague."""
    product: Facts
    """What the product is: facts in your own words, or the fields of a catalogue row."""
    brand_voice: Annotated[str, Field(max_length=2_000, json_schema_extra=hint(widget="textarea"))] = ""
    """How the brand sounds, in a sentence or two."""
    variants: Annotated[int, Field(ge=1, le=16)] = 3
    """How many texts to write; each is a request of its own."""
    max_tokens: int = Field(default=400, ge=1, le=8_192, json_schema_extra=hint(group="Advanced"))
    """Most tokens of a text. As many are held of the connection's budget until it is known how many it took."""
    temperature: Annotated[
        float, Field(ge=0, le=2, json_schema_extra=hint(widget="slider", group="Advanced"))
    ] = 0.7
    """How daring the choice of words is."""
    top_p: Annotated[float, Field(gt=0, le=1, json_schema_extra=hint(widget="slider", group="Advanced"))] = (
        0.95
    )
    """The share of probability among which each word is chosen."""
    seed: Seed = 0
    """Sent along; whether the same seed writes the same text depends on the server."""


SPEC = Spec(
    name="openai-compatible",
    version="1.0.0",
    sdk=">=1,<2",
    title="Remote writer",
    summary="Texts from a network on a server of yours that speaks OpenAI's API: vLLM, llama.cpp, Ollama.",
    modality="text",
    output="text/plain",
    train=None,
    sample=SampleParams,
    evaluates=False,
    chats=True,
    shares=True,  # its jobs wait for a server, so several may
    package="generators.builtin.openai_compatible",
    needs=Needs(remote=True, memory_mb=512),
    licence="Apache-2.0",
    source="https://platform.openai.com/docs/api-reference/chat",
)
