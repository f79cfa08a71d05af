"""A generator without torch, and with every bad habit that a plugin can have."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from generators.params import Params, Seed, hint
from generators.spec import Needs, Spec

Habit = Literal[
    "none", "refuse", "raise", "sys-exit", "os-exit", "segfault", "kill-itself", "loop", "ignore-sigterm",
    "ignore-cancel", "flood-stdout", "break-protocol", "long-message", "eat-memory", "leave-processes", "escape",
    "link-out", "cuda-error", "hidden-cuda-error", "bad-text", "nothing", "crash-on-cancel",
]  # fmt: skip


class HabitParams(Params):
    """What train and sample share."""

    habit: Habit = Field("none", json_schema_extra=hint(group="Advanced"))
    """What to do wrong, once the job is half done."""
    step_seconds: float = Field(0.0, ge=0, le=60, json_schema_extra=hint(group="Advanced"))
    """How long each step sleeps."""
    seed: Seed = 0
    """The same seed gives the same bytes."""


class TrainParams(HabitParams):
    """Params of training."""

    steps: int = Field(10, ge=1, le=100_000)
    """How many steps to train."""
    save_every: int = Field(5, ge=1, le=100_000)
    """Keep a checkpoint after every so many steps."""
    learning_rate: float = Field(0.1, gt=0, le=1)
    """How far each step moves the weights towards a record."""


class SampleParams(HabitParams):
    """Params of sampling."""

    output: Literal["image", "text"] = "image"
    """Draw pictures, or write and stream a text."""
    count: int = Field(1, ge=1, le=64)
    """How many samples to make."""
    label: str | None = Field(None, max_length=100, json_schema_extra=hint(widget="label"))
    """A label of the checkpoint; none for any."""
    prompt: str = Field("a calm blue vase", max_length=2000, json_schema_extra=hint(widget="textarea"))
    """What the text is about."""
    size: int = Field(16, ge=1, le=512, json_schema_extra=hint(widget="slider"))
    """Width and height of a picture in pixels."""


SPEC = Spec(
    name="dummy",
    version="1.0.0",
    sdk=">=1,<2",
    title="Dummy",
    summary="Draws small squares and writes small texts, without any learning worth the name.",
    modality="image",
    output="image/png",
    train=TrainParams,
    sample=SampleParams,
    evaluates=True,
    package="tests.dummy_generator",
    needs=Needs(data=frozenset({"image", "text", "table"}), minimum_records=2, memory_mb=256),
    licence="Apache-2.0",
    source="https://example.com/dummy",
)

SHARED = replace(SPEC, name="dummy-shared", shares=True)
"""The same, several jobs at once in one process."""
