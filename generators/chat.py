"""Chats: what a text generator is asked when a program talks to its network directly. Torch-free."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from generators.blank import says_something
from generators.params import Params, Seed

CONTENT = 200_000
"""Most characters of one message; the network's context is shorter than that."""


class Message(Params):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    """Who speaks: the instructions, the person, or the network in an earlier turn."""
    content: Annotated[str, StringConstraints(max_length=CONTENT)]
    """What is said. It is text whatever it holds: names of control tokens in it are spelled out."""


class ChatParams(Params):
    """A conversation to answer, or a text to continue."""

    connection: Annotated[str, StringConstraints(max_length=40)] = ""
    """The connection of the workspace by which a remote network is reached, by its id; empty for one of the studio."""
    messages: Annotated[tuple[Message, ...], Field(max_length=256)] = ()
    """The conversation so far; the answer follows its last turn."""
    prompt: Annotated[str, StringConstraints(max_length=CONTENT)] = ""
    """A text to continue as it stands, instead of a conversation."""
    n: int = Field(default=1, ge=1, le=16)
    """How many answers."""
    max_tokens: int = Field(default=512, ge=1, le=32_768)
    """Most tokens of an answer."""
    temperature: float = Field(default=1.0, ge=0, le=2)
    """How daring the choice of tokens is; 0 always takes the most probable one."""
    top_p: float = Field(default=1.0, gt=0, le=1)
    """The share of probability among which each token is drawn."""
    stop: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1, max_length=200)], ...], Field(max_length=8)
    ] = ()
    """Strings that end an answer and do not belong to it."""
    seed: Seed = 0
    """The same seed and the same params give the same answers on the same machine."""
    json_schema: Annotated[dict[str, Any] | None, Field(max_length=100)] = None
    """The JSON Schema that an answer follows; {} is any JSON object, null is free text."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.messages and self.prompt:
            raise ValueError("give messages or a prompt, not both")
        return self

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not says_something("".join(message.content for message in self.messages) or self.prompt)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a chat.

    Attributes:
        text: What it says.
        finish: "stop" where it came to an end, "length" where max_tokens ran out first.
        tokens: How many it took.
    """

    text: str
    finish: Literal["stop", "length"]
    tokens: int


@dataclass(frozen=True, slots=True)
class Chat:
    """What `chat` of a generator returns: the answers in the order of their number, and the prompt's tokens."""

    answers: tuple[Answer, ...]
    prompt_tokens: int

    def as_result(self) -> dict[str, Any]:
        """Return it as the job keeps it."""
        return {
            "answers": [
                {"text": one.text, "finish": one.finish, "tokens": one.tokens} for one in self.answers
            ],
            "prompt_tokens": self.prompt_tokens,
        }
