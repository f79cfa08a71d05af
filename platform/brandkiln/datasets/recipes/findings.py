"""Leaving out what a check has found."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import Field

from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.parent import with_groups
from brandkiln.datasets.recipes.places import Marks, losers
from brandkiln.datasets.recipes.step import Step, Work

Keep = Literal["first", "largest", "sharpest", "newest"]


class DropFindings(Step):
    """Drops the records that a check of the parent version points at; of a group one stays."""

    name: ClassVar[str] = "drop_findings"
    title: ClassVar[str] = _("Drop what a check found")
    summary: ClassVar[str] = _("Leaves out near duplicates, blurred or blank pictures, outliers and so on.")

    code: str = Field(
        "near_duplicate",
        max_length=32,
        pattern="^[a-z_:]+$",
        description=_("What the check calls it."),
        json_schema_extra={"widget": "finding"},
    )
    keep: Keep = Field("first", description=_("Which record of a group of duplicates stays."))

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        held = work.hold(lines)
        alone = Marks(len(held))

        def members() -> Iterator[tuple[int, int, float]]:
            for place, (line, group) in enumerate(with_groups(iter(held), work.version, self.code)):
                if group == 0:
                    alone.add(place)
                elif group:
                    yield group, place, _worth(line, place, self.keep)

        out = losers(members(), len(held), work.folder)
        for place, line in enumerate(held):
            if place not in out and place not in alone:
                yield line

    def needs(self, version: DatasetVersion) -> str:
        if hasattr(version, "quality") or version.findings.filter(code=self.code).exists():
            return ""
        return gettext("Version %(number)d has not been checked yet; check it first.") % {
            "number": version.number
        }

    def known_drops(self, version: DatasetVersion) -> int | None:
        found = version.findings.filter(code=self.code)
        in_groups = found.filter(group__gt=0)
        alone = found.filter(group=0).count()
        members = in_groups.values("position").distinct().count()
        return alone + members - in_groups.values("group").distinct().count()


def _worth(line: Line, place: int, keep: Keep) -> float:
    """Return how good a record is among those of its group; the first of equals stays."""
    facts: dict[str, Any] = line.facts
    match keep:
        case "largest":
            size = facts.get("width", 0) * facts.get("height", 0) or facts.get("seconds", 0) or len(line.text)
            return float(size)
        case "sharpest":
            return float(facts.get("sharpness", 0))
        case "newest":
            return float(place)
        case _:
            return 0.0
