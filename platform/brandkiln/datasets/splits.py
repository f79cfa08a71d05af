"""How records are dealt to training, validation and test: what a person chooses, and the ordinary case."""

from typing import Any, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop
from pydantic import Field, ValidationError, model_validator

from brandkiln.core.errors import Unprocessable
from brandkiln.core.problems import by_place
from generators.params import Params


class SplitRule(Params):
    """How records are dealt, kept with the version."""

    by: Literal["random", "time", "keep"] = Field(
        "random",
        title=_noop("How"),
        description=_noop(
            "Drawn by seed; by a date, the newest for the test; or as in the parent, where only new records are dealt."
        ),
    )
    train: int = Field(80, ge=0, le=100, description=_noop("Percent of the records that are learned from."))
    validation: int = Field(
        10,
        ge=0,
        le=100,
        description=_noop("Percent that shows how learning goes and which checkpoint is best."),
    )
    test: int = Field(10, ge=0, le=100, description=_noop("Percent that is kept for the last comparison."))
    stratify: bool = Field(
        True,
        title=_noop("For each label"),
        description=_noop("Every label gets these shares, not only the whole."),
    )
    together: Literal["content", "near_duplicate", "column"] = Field(
        "content",
        title=_noop("Never apart"),
        description=_noop(
            "What never stands in two splits: equal records, records that look or read alike, or a column's value."
        ),
    )
    column: str = Field(
        "",
        max_length=120,
        description=_noop("The column whose equal values stay together: a product, a person."),
    )
    time_column: str = Field("", max_length=120, description=_noop("The column with the date."))

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.train + self.validation + self.test != 100:
            total = self.train + self.validation + self.test
            raise ValueError(_("The three shares add up to %(total)d; make them 100.") % {"total": total})
        if self.together == "column" and not self.column:
            raise ValueError(_("Name the column whose values stay together."))
        if self.by == "time" and not self.time_column:
            raise ValueError(_("Name the column with the date to split by time."))
        if self.by == "time" and self.together != "content":
            raise ValueError(
                _("A split by time follows the date alone; keep groups together with a drawn split.")
            )
        return self

    @property
    def shares(self) -> tuple[float, float, float]:
        """What training, validation and test get, as parts of 1."""
        return self.train / 100, self.validation / 100, self.test / 100


def parse_rule(given: Any) -> SplitRule:
    """Return the rule, or raise Unprocessable with what does not fit."""
    try:
        return SplitRule.model_validate(given)
    except ValidationError as error:
        fields = by_place(error, at="split_rule")
        place, text = next(iter(fields.items()))
        name = place.removeprefix("split_rule").lstrip(".")
        problem = f"{name}: {text}" if name else text
        raise Unprocessable(
            _("The split does not fit. %(problem)s") % {"problem": problem}, fields=fields
        ) from error
