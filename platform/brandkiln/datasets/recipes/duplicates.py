"""Leaving out records that say the same as another."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from django.utils.translation import gettext_noop as _
from pydantic import Field

from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.places import losers
from brandkiln.datasets.recipes.step import Step, Work


class DropDuplicates(Step):
    """Drops all but one of the records whose content is the same to the last bit."""

    name: ClassVar[str] = "drop_duplicates"
    title: ClassVar[str] = _("Drop exact duplicates")
    summary: ClassVar[str] = _("Of records with the same content one is kept.")

    keep: Literal["first", "last"] = Field("first", description=_("Which one of the equal records stays."))
    within_label: bool = Field(
        False, description=_("Keep one for each label where equal records have different labels.")
    )

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        held = work.hold(lines)
        sign = 1 if self.keep == "last" else 0
        keys = (
            (line.sha256 + (line.label if self.within_label else ""), place, float(sign * place))
            for place, line in enumerate(held)
        )
        out = losers(keys, len(held), work.folder)
        yield from (line for place, line in enumerate(held) if place not in out)

    def known_drops(self, version: DatasetVersion) -> int | None:
        known = version.report.get("duplicates")
        return known if isinstance(known, int) and not self.within_label else None
