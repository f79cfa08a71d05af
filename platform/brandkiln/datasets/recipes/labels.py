"""Labels: other names for them, several made one, and records chosen by them."""

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import Field, model_validator
from pydantic.config import JsonDict

from brandkiln.datasets.models import DatasetVersion, Kind
from brandkiln.datasets.readers.writer import LABEL_LENGTH
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Step, Work

LABELS: JsonDict = {"widget": "labels"}


def relabelled(line: Line, label: str, work: Work) -> Line:
    """Return the record with another label; a table's column of labels says the same."""
    values: dict[str, object] = {"label": label}
    if work.kind == Kind.TABLE:
        values["fields"] = {
            name: (label or None) if name.casefold() == "label" and isinstance(value, str | None) else value
            for name, value in line.fields.items()
        }
    return line.changed(**values)


class MergeLabels(Step):
    """Gives one name to one or several labels."""

    name: ClassVar[str] = "merge_labels"
    title: ClassVar[str] = _("Rename or merge labels")
    summary: ClassVar[str] = _("Gives one or several labels a new name.")
    may_drop: ClassVar[bool] = False

    labels: list[str] = Field(
        min_length=1,
        max_length=5000,
        description=_("The labels that get the new name."),
        json_schema_extra=LABELS,
    )
    into: str = Field(
        min_length=1,
        max_length=LABEL_LENGTH,
        title=_("New name"),
        description=_("The name that they all get."),
    )

    @model_validator(mode="after")
    def _is_a_label(self) -> Self:
        if self.into != " ".join(self.into.split()):
            raise ValueError(gettext("A label has no blanks around it and no line breaks."))
        return self

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        wanted = set(self.labels)
        for line in lines:
            yield relabelled(line, self.into, work) if line.label in wanted else line


class FilterLabels(Step):
    """Keeps or drops records by their label."""

    name: ClassVar[str] = "filter_labels"
    title: ClassVar[str] = _("Keep or drop labels")
    summary: ClassVar[str] = _("Chooses records by their label, or takes labels away.")

    labels: list[str] = Field(
        default=[],
        max_length=5000,
        description=_("The labels that are meant; none means records without a label."),
        json_schema_extra=LABELS,
    )
    action: Literal["keep", "drop", "clear"] = Field(
        "drop", description=_("Keep only these records, drop them, or keep them without their label.")
    )

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        wanted = set(self.labels) or {""}
        for line in lines:
            is_named = line.label in wanted
            if self.action == "clear":
                yield relabelled(line, "", work) if is_named else line
            elif is_named == (self.action == "keep"):
                yield line

    def known_drops(self, version: DatasetVersion) -> int | None:
        if self.action == "clear":
            return 0
        counts: dict[str, int] = version.counts.get("label", {})
        named = sum(counts.get(label, 0) for label in self.labels)
        if not self.labels:
            named = version.record_count - sum(counts.values())
        return named if self.action == "drop" else version.record_count - named
