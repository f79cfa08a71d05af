"""What a set of generated pictures holds and how its effect is measured. Without torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generators.params import Params, Seed, hint

SLIDER = hint(widget="slider")
ADVANCED = hint(group="Advanced")


class AugmentParams(Params):
    """How many pictures to add for each label, and how long the classifiers that judge them learn."""

    fill: Literal["each", "balance"] = Field(default="each", title="How many")
    """Each adds the same number to every label; balance fills every label up to the one with the most pictures."""
    per_label: int = Field(default=200, ge=1, le=5000, title="Pictures per label")
    """Pictures for each label; to balance, the most that one label gets."""
    truncation: float | None = Field(default=None, ge=0, le=1, json_schema_extra=SLIDER)
    """Less variety and fewer failures below 1, where the generator has it. A classifier mostly wants variety."""
    guidance: float | None = Field(default=None, ge=0, le=8, json_schema_extra=SLIDER)
    """How much the label counts, where the generator has it."""
    with_real: bool = Field(default=True, title="With the real pictures")
    """Whether the new data set holds the real pictures too, each in the split that it has."""
    seed: Seed = 0
    """The first seed. The same one gives the same pictures and the same figures."""
    repeats: int = Field(default=3, ge=2, le=10, json_schema_extra=ADVANCED)
    """How often each classifier is trained, each time from another seed."""
    kimg: float = Field(default=30, gt=0, le=500, json_schema_extra=ADVANCED)
    """Thousands of pictures that each classifier is shown, equally many whatever it learns from."""
