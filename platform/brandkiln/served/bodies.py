"""What the bodies of /v1 may hold. Anything else is refused with its name."""

from typing import Annotated, Any, Literal, TypeVar

from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from brandkiln.core.api import StrictParser
from brandkiln.core.problems import in_words
from brandkiln.served.errors import Refusal
from generators.blank import says_something
from generators.chat import CONTENT

B = TypeVar("B", bound=BaseModel)
NEUTRAL: dict[str, tuple[Any, ...]] = {
    "frequency_penalty": (0, None),
    "presence_penalty": (0, None),
    "logit_bias": ({}, None),
    "logprobs": (False, None),
    "top_logprobs": (0, None),
    "echo": (False, None),
    "best_of": (1, None),
    "suffix": ("", None),
    "tools": ([], None),
    "tool_choice": ("none", "auto", None),
    "parallel_tool_calls": (True, False, None),
    "store": (False, None),
    "metadata": ({}, None),
    "modalities": (["text"], None),
    "service_tier": ("auto", "default", None),
}
"""Params of OpenAI's API that are not offered, each with the values that ask for nothing: these may be sent."""
DEFAULT_TOKENS = 512
MOST_INPUTS = 256


MOST_STOPS = 8
_MEANT: dict[tuple[str | None, str], str] = {
    (
        "input",
        "",
    ): "input is a text or a list of texts. Lists of tokens are not read: send the texts themselves.",
    ("prompt", "string_type"): "prompt is a text. Lists of tokens are not read: send the text itself.",
    ("messages", "too_short"): "There is no message. Send at least one of the role user.",
    ("messages", "literal_error"): (
        "Messages have the roles system, developer, user and assistant and hold text only. Send them so."
    ),
    ("messages", "string_type"): (
        "Messages hold text: a string, or parts of the type text. Pictures, sounds and files are not read; leave them "
        "out."
    ),
    (
        "stop",
        "",
    ): f"stop is a string or a list of up to {MOST_STOPS} strings of 1 to 200 characters. Send it so.",
}
"""What is said where pydantic's own words would puzzle, by param and kind of error; "" stands for all kinds."""
StopText = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Part(_Body):
    """A piece of a message's content."""

    type: Literal["text"]
    text: str


class Turn(_Body):
    """One message."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part]
    name: str | None = None

    def as_message(self) -> dict[str, str]:
        """Return it as generators take it."""
        said = self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)
        return {"role": "system" if self.role == "developer" else self.role, "content": said}


class Schema(_Body):
    """A named JSON Schema."""

    name: str = Field(max_length=64)
    schema_: dict[str, Any] = Field(alias="schema")
    description: str | None = None
    strict: bool | None = None


class ResponseFormat(_Body):
    """What an answer has to be."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None


class StreamOptions(_Body):
    """What a stream says beside the text."""

    include_usage: bool = False


class TextBody(_Body):
    """What chats and completions share."""

    model: str = Field(max_length=200)
    n: int | None = Field(None, ge=1, le=16)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    max_tokens: int | None = Field(None, ge=1, le=32_768)
    stop: StopText | Annotated[list[StopText], Field(max_length=MOST_STOPS)] | None = None
    seed: int | None = None
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    user: str | None = Field(None, max_length=200)
    """Accepted and not kept: the token says whose request it is."""

    @property
    def with_usage(self) -> bool:
        """Whether the last piece of the stream says how many tokens were used."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def shared_params(self) -> dict[str, Any]:
        """Return the params of the job as far as they do not depend on the endpoint."""
        stop = [self.stop] if isinstance(self.stop, str) else self.stop or []
        given = {"n": self.n, "temperature": self.temperature, "top_p": self.top_p, "stop": stop}
        if self.seed is not None:
            given["seed"] = self.seed % 2**32
        return {name: value for name, value in given.items() if value is not None}


class ChatBody(TextBody):
    """POST /v1/chat/completions."""

    messages: list[Turn] = Field(min_length=1, max_length=256)
    max_completion_tokens: int | None = Field(None, ge=1, le=32_768)
    response_format: ResponseFormat | None = None

    def params(self) -> dict[str, Any]:
        """Return the params of the job.

        Raises:
            Refusal: If a message is longer than any network reads, or the format of the answer lacks its schema.
        """
        for turn in self.messages:
            _check_length(turn.as_message()["content"], "messages")
        return self.shared_params() | {
            "messages": [turn.as_message() for turn in self.messages],
            "max_tokens": self.max_completion_tokens or self.max_tokens or DEFAULT_TOKENS,
            "json_schema": self._json_schema(),
        }

    def _json_schema(self) -> dict[str, Any] | None:
        wanted = self.response_format
        if wanted is None or wanted.type == "text":
            return None
        if wanted.type == "json_object":
            return {}
        if wanted.json_schema is None:
            raise Refusal(
                400,
                'A response_format of type "json_schema" needs json_schema with name and schema. Send both.',
                param="response_format",
            )
        return wanted.json_schema.schema_


class CompletionBody(TextBody):
    """POST /v1/completions."""

    prompt: str | list[str] = Field(max_length=1_000_000)

    def params(self) -> dict[str, Any]:
        """Return the params of the job."""
        if isinstance(self.prompt, list):
            if len(self.prompt) != 1:
                raise Refusal(
                    400,
                    f"prompt holds {len(self.prompt)} texts; one is continued at a time. Send a request for each.",
                    param="prompt",
                )
            return self._continuing(self.prompt[0])
        return self._continuing(self.prompt)

    def _continuing(self, prompt: str) -> dict[str, Any]:
        _check_length(prompt, "prompt")
        return self.shared_params() | {"prompt": prompt, "max_tokens": self.max_tokens or 16}


class EmbeddingBody(_Body):
    """POST /v1/embeddings."""

    model: str = Field(max_length=200)
    input: str | list[str] = Field(max_length=1_000_000)
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None
    user: str | None = Field(None, max_length=200)

    def texts(self, *, dimensions: int) -> list[str]:
        """Return the texts; refuse what can't be embedded.

        Args:
            dimensions: How many numbers a vector has.
        """
        texts = [self.input] if isinstance(self.input, str) else self.input
        if self.dimensions not in (None, dimensions):
            said = f"Vectors of this model have {dimensions} numbers, not {self.dimensions}. Leave dimensions out."
            raise Refusal(400, said, param="dimensions")
        if not 1 <= len(texts) <= MOST_INPUTS:
            said = f"input holds {len(texts)} texts; 1 to {MOST_INPUTS} are embedded at once. Send several requests."
            raise Refusal(400, said, param="input")
        if empty := [place for place, text in enumerate(texts) if not says_something(text)]:
            raise Refusal(400, f"Text {empty[0]} of input is empty. Leave it out.", param="input")
        return texts


def read_body(request: HttpRequest, kind: type[B]) -> B:
    """Return the body of a request.

    Raises:
        StudioError: If it is too large or not JSON.
        Refusal: If it holds what is not known, or a value that does not fit.
    """
    body = StrictParser().parse_body(request)
    names = {field.alias or name for name, field in kind.model_fields.items()}
    for name in body.keys() - names:
        if name in NEUTRAL and body[name] in NEUTRAL[name]:
            del body[name]
        elif name in NEUTRAL:
            raise Refusal(
                400,
                f"{name} is not offered here. Leave it out.",
                code="unsupported_parameter",
                param=name,
            )
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise _refusal(error, names) from error


def _check_length(text: str, param: str) -> None:
    if len(text) > CONTENT:
        said = f"A text of {len(text)} characters is longer than any network reads; {CONTENT} are the most. Shorten it."
        raise Refusal(400, said, code="context_length_exceeded", param=param)


def _refusal(error: ValidationError, names: set[str]) -> Refusal:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    top = str(first["loc"][0]) if first["loc"] else None
    if first["type"] == "extra_forbidden" and top not in names:
        unknown = f"There is no param {top}. Known are: {', '.join(sorted(names))}."
        return Refusal(400, unknown, code="unknown_parameter", param=top)
    if meant := _MEANT.get((top, first["type"])) or _MEANT.get((top, "")):
        return Refusal(400, meant, code="invalid_value", param=top)
    return Refusal(400, f"{place} does not fit. {in_words(first)}", code="invalid_value", param=top)
