"""What people said of the records: their labels and captions become the records' own."""

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import Field

from brandkiln.datasets.label_sets import label_set_of
from brandkiln.datasets.labels import CAPTIONED, LABELLED
from brandkiln.datasets.models import Annotation, DatasetVersion, Kind, Record
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Step, Work

BATCH = 1_000
Given = tuple[str | None, str | None]
"""A label and a caption; None is "as it was"."""


class TakeLabels(Step):
    """Takes over the labels and captions that people gave, and new names of labels.

    On the version that was labelled, a record is found by its place; on another one, by its content. So a recipe
    that is run again on new files labels what it has seen before.
    """

    name: ClassVar[str] = "labels"
    title: ClassVar[str] = _("Take over labels")
    summary: ClassVar[str] = _("Labels and captions that people gave become the records' own.")
    kinds: ClassVar[frozenset[str]] = frozenset(LABELLED)

    of: UUID | None = Field(
        None, description=_("The version that was labelled; without one, the one that the recipe works on.")
    )

    def needs(self, version: DatasetVersion) -> str:
        if self._source(version) is None:
            return gettext(
                "The version that was labelled is no longer there. Leave it out, or name another one."
            )
        return ""

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        source = self._source(work.version)
        assert source is not None  # asked before by needs()
        renamed = label_set_of(source).renamed
        is_captioned = Kind(work.kind) in CAPTIONED
        while batch := list(islice(lines, BATCH)):
            given = _by_place(source, batch) if source == work.version else _by_content(source, batch)
            for line, (label, caption) in zip(batch, given, strict=True):
                work.counts["given"] += (label, caption) != (None, None)
                yield line.changed(
                    label=renamed.get(line.label, line.label) if label is None else label,
                    text=line.text if caption is None or not is_captioned else caption,
                )

    def _source(self, version: DatasetVersion) -> DatasetVersion | None:
        if self.of is None or self.of == version.pk:
            return version
        return DatasetVersion.objects.filter(dataset=version.dataset_id, pk=self.of).first()


def _by_place(source: DatasetVersion, lines: list[Line]) -> list[Given]:
    said = Annotation.objects.filter(version=source, position__in=[line.position for line in lines])
    found = {row.position: (row.label, row.caption) for row in said}
    return [found.get(line.position, (None, None)) for line in lines]


def _by_content(source: DatasetVersion, lines: list[Line]) -> list[Given]:
    """Return what was said of records with the same content; of several, what was said last."""
    records = Record.objects.filter(version=source, sha256__in={line.sha256 for line in lines})
    contents = dict(records.values_list("position", "sha256"))
    said = Annotation.objects.filter(version=source, position__in=contents).order_by("at", "position")
    found = {contents[row.position]: (row.label, row.caption) for row in said}
    return [found.get(line.sha256, (None, None)) for line in lines]
