"""What a worker and its child process say to each other: one JSON object on each line."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from generators.spec import Kind

MAX_LINE_BYTES = 4 * 2**20
MAX_TEXT = 64 * 2**10
LARGEST_INTEGER = 2**63 - 1  # of a database


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class RemoteFacts(_Message):
    """A Remote. It goes to the child only, through its pipe; no message of the child repeats it."""

    base_url: str
    model: str
    key: str = Field(repr=False)
    allowed: tuple[str, ...]
    seconds: float


class Work(_Message):
    """Worker to child: do this job; beside others where it says so, else alone."""

    type: Literal["work"] = "work"
    job: str
    kind: Kind | Literal["inspect"]
    generator: str
    """The name of a generator, or of an inspection where the kind is "inspect"."""
    params: dict[str, Any]
    checkpoint: str | None
    data: str | None
    scratch: str
    device: str
    seed: int
    resume_from: str | None
    guard: str | None = None
    remote: RemoteFacts | None = None
    pictures: dict[str, str] = {}
    """The files of the pictures that the params name, by the names they have there."""
    shares: bool = False
    """Whether the child may do other jobs at the same time."""


class Cancel(_Message):
    """Worker to child: stop this job at its next report."""

    type: Literal["cancel"] = "cancel"
    job: str


class Finish(_Message):
    """Worker to child: end this job with what there is."""

    type: Literal["finish"] = "finish"
    job: str


class _FromChild(_Message):
    job: str = ""
    """Which of the jobs that the child does at once it is about."""


class Started(_FromChild):
    """The job is understood and begins; the child is now warm for this generator and these weights."""

    type: Literal["started"] = "started"
    generator: str
    version: str
    checkpoint_sha256: str


class Progress(_FromChild):
    """Run.report."""

    type: Literal["progress"] = "progress"
    done: int = Field(ge=0, le=LARGEST_INTEGER)
    total: int = Field(ge=0, le=LARGEST_INTEGER)
    message: str
    metrics: dict[str, float]


class Measured(_FromChild):
    """Run.measured."""

    type: Literal["measured"] = "measured"
    done: int = Field(ge=0, le=LARGEST_INTEGER)
    metrics: dict[str, float]


class NoticeFacts(_Message):
    """A Notice."""

    code: str = Field(max_length=40)
    text: str = Field(max_length=1000)
    remedy: str = Field(max_length=1000)
    level: Literal["info", "warning"]
    values: dict[str, int | float | str]


class NoticeGiven(_FromChild):
    """Run.notice."""

    type: Literal["notice"] = "notice"
    notice: NoticeFacts


class SampleFacts(_Message):
    """A Sample, with its path as text."""

    media_type: str = Field(max_length=100)
    path: str | None
    text: str | None
    label: str | None = Field(max_length=120)
    seed: int | None = Field(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)
    name: str = Field(max_length=200)
    meta: dict[str, Any]


class SampleMade(_FromChild, SampleFacts):
    """One output of the job."""

    type: Literal["sample"] = "sample"


class Preview(_FromChild):
    """Run.preview."""

    type: Literal["preview"] = "preview"
    sample: SampleFacts


class Stream(_FromChild):
    """Run.stream."""

    type: Literal["stream"] = "stream"
    text: str
    index: int = Field(ge=0, le=10_000)


class Saved(_FromChild):
    """Run.save."""

    type: Literal["saved"] = "saved"
    folder: str


class Log(_FromChild):
    """Run.log."""

    type: Literal["log"] = "log"
    line: str


class Result(_FromChild):
    """How the job ended. The last message of a job, and of the child unless it stays warm."""

    type: Literal["result"] = "result"
    status: Literal["succeeded", "refused", "cancelled", "crashed"]
    code: str = ""
    message: str = ""
    traceback: str = ""
    result: dict[str, Any] = {}


Order = Annotated[Work | Cancel | Finish, Field(discriminator="type")]
Answer = Annotated[
    Started | Progress | Measured | NoticeGiven | SampleMade | Preview | Stream | Saved | Log | Result,
    Field(discriminator="type"),
]
_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)
_ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)


def encode(message: BaseModel, **more: str) -> bytes:
    """Return a message as one line. Lone surrogates, which no UTF-8 has, become question marks.

    Args:
        more: Fields that differ from the message's own.

    Raises:
        ValueError: If the line would be longer than the other side reads.
    """
    text = json.dumps(message.model_dump(warnings=False) | more, ensure_ascii=False, allow_nan=False)
    line = text.encode("utf-8", "replace") + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"A message of {len(line)} bytes is too long; at most {MAX_LINE_BYTES} can be sent.")
    return line


def decode_order(line: bytes) -> Order:
    """Return what a worker asked for.

    Raises:
        ValueError: If the line is no order.
    """
    return _ORDERS.validate_python(json.loads(line))


def decode_answer(line: bytes) -> Answer:
    """Return what a child said. Its text may be stored anywhere: it holds no NUL and no lone surrogate.

    Raises:
        ValueError: If the line is no answer.
    """
    try:
        return _ANSWERS.validate_python(_storable(json.loads(line)))
    except RecursionError as error:
        raise ValueError("It is nested too deep.") from error


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
