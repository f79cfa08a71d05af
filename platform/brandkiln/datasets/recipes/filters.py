"""Keeping records by what was measured of them."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import Field, model_validator

from brandkiln.datasets.models import Kind
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Step, Work

IMAGES = frozenset({Kind.IMAGE.value})
WITH_TEXT = frozenset({Kind.TEXT.value, Kind.IMAGE.value, Kind.AUDIO.value})
LARGEST = 1_000_000_000


class FilterSize(Step):
    """Keeps pictures of some size."""

    name: ClassVar[str] = "filter_size"
    title: ClassVar[str] = _("Keep pictures by size")
    summary: ClassVar[str] = _("Drops pictures that are too small, too large or too narrow.")
    kinds: ClassVar[frozenset[str]] = IMAGES

    shortest: int = Field(
        64, ge=0, le=100_000, description=_("The shorter side has at least so many pixels.")
    )
    longest: int = Field(
        0, ge=0, le=100_000, description=_("The longer side has at most so many; 0 is no limit.")
    )
    ratio: float = Field(
        0,
        ge=0,
        le=1000,
        description=_("The longer side is at most so many times the shorter; 0 is no limit."),
    )

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        for line in lines:
            width, height = line.facts.get("width"), line.facts.get("height")
            if not width or not height:
                yield line  # nothing was measured, so nothing is held against it
                continue
            short, long = sorted((width, height))
            fits = short >= self.shortest and (not self.longest or long <= self.longest)
            if fits and (not self.ratio or long <= short * self.ratio):
                yield line


class FilterLength(Step):
    """Keeps texts of some length."""

    name: ClassVar[str] = "filter_length"
    title: ClassVar[str] = _("Keep texts by length")
    summary: ClassVar[str] = _(
        "Drops texts that are too short or too long; of pictures and sounds, by their captions."
    )
    kinds: ClassVar[frozenset[str]] = WITH_TEXT

    at_least: int = Field(1, ge=0, le=LARGEST, description=_("The fewest that a text may have."))
    at_most: int = Field(0, ge=0, le=LARGEST, description=_("The most that it may have; 0 is no limit."))
    unit: Literal["characters", "words"] = Field("characters", description=_("What is counted."))

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        for line in lines:
            length = len(line.text) if self.unit == "characters" else len(line.text.split())
            if length >= self.at_least and (not self.at_most or length <= self.at_most):
                yield line


class FilterQuality(Step):
    """Keeps pictures by a figure that was measured."""

    name: ClassVar[str] = "filter_quality"
    title: ClassVar[str] = _("Keep pictures by quality")
    summary: ClassVar[str] = _("Drops pictures that are blurred, too dark, too bright or too plain.")
    kinds: ClassVar[frozenset[str]] = IMAGES

    figure: Literal["sharpness", "brightness", "contrast", "saturation"] = Field(
        "sharpness",
        description=_(
            "Sharpness below 100 is blurred; brightness goes from 0 to 255; saturation from 0 to 1."
        ),
    )
    at_least: float | None = Field(None, ge=0, le=LARGEST, description=_("The smallest figure that stays."))
    at_most: float | None = Field(None, ge=0, le=LARGEST, description=_("The largest figure that stays."))

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError(gettext("Set the smallest or the largest figure that stays."))
        return self

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        for line in lines:
            figure: Any = line.facts.get(self.figure)
            too_low = figure is not None and self.at_least is not None and figure < self.at_least
            too_high = figure is not None and self.at_most is not None and figure > self.at_most
            if not (too_low or too_high):
                yield line
