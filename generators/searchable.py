"""Which train params a search may try, and between which values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generators.params import Params, json_schema

Choice = str | bool | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """A train param that is worth searching, with the values that make sense; what is left out is its own limit."""

    name: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    """Whether 1 to 10 deserves as many trials as 10 to 100."""
    choices: tuple[Choice, ...] = ()
    """The values to try of a param that is not a range; none are all that a yes-or-no or a choice has."""


class Range(BaseModel):
    """The values of a param that a search tries: those between two, or some by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(max_length=80)
    low: float | None = None
    high: float | None = None
    log: bool = False
    whole: bool = False
    choices: tuple[Choice, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _is_a_range_or_choices(self) -> Range:
        if self.choices:
            if len(set(map(repr, self.choices))) < 2:
                raise ValueError(f"{self.name} has one choice only. Give it two, or leave it out.")
        elif self.low is None or self.high is None or not self.low < self.high:
            raise ValueError(
                f"{self.name} goes from {self.low} to {self.high}. Give a lower and a higher number."
            )
        elif self.log and self.low <= 0:
            raise ValueError(
                f"{self.name} starts at {self.low}; on a logarithmic scale it has to be above 0."
            )
        return self

    def ends(self) -> tuple[Choice, ...]:
        """Return the values that have to fit if all between them shall."""
        if self.choices:
            return self.choices
        assert self.low is not None  # without choices it has both ends
        assert self.high is not None
        return (int(self.low), int(self.high)) if self.whole else (self.low, self.high)


def ranges(params: type[Params], searchable: tuple[Searchable, ...]) -> tuple[Range, ...]:
    """Return the ranges that a generator proposes, filled up from the limits of its params.

    Raises:
        ValueError: If a param has no such limits, or there is none of that name.
    """
    properties = json_schema(params)["properties"]
    return tuple(_range(one, properties.get(one.name)) for one in searchable)


def _range(one: Searchable, described: dict[str, Any] | None) -> Range:
    if described is None:
        raise ValueError(f"there is no param {one.name}")
    parts = [described, *described.get("anyOf", ())]

    def known(*names: str) -> Any:
        return next((part[name] for part in parts for name in names if name in part), None)

    types = {part.get("type") for part in parts}
    choices = one.choices or tuple(known("enum") or ((False, True) if "boolean" in types else ()))
    if choices:
        return Range(name=one.name, choices=choices)
    low = known("minimum", "exclusiveMinimum") if one.low is None else one.low
    high = known("maximum", "exclusiveMaximum") if one.high is None else one.high
    return Range(
        name=one.name, low=low, high=high, log=one.log, whole="integer" in types and "number" not in types
    )
