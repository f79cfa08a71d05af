"""Reads for people who label a version: its records as labelled so far, what is left, the balance, who is at work."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from brandkiln.core.models import User
from brandkiln.datasets.labels import Said, said_of
from brandkiln.datasets.models import Annotation, DatasetVersion, LabelSet, Record

HERE_MINUTES = 5
PAGE = 60


@dataclass(frozen=True, slots=True)
class Labelled:
    """A record as it is labelled now."""

    record: Record
    said: Said
    label: str
    caption: str


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """Some records in order, and the position to go on behind, or None at the end."""

    rows: list[Labelled]
    next: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are shown."""

    label: str | None = None
    """Those with this label; "" is those without one, None is all."""
    split: str = ""
    changed: bool = False
    """Only those of which somebody has said something."""


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who works on a version now."""

    person: User
    records: int
    last: datetime


def labelled_page(
    version: DatasetVersion, labels: LabelSet, *, which: Filter, after: int = -1, limit: int = PAGE
) -> LabelledPage:
    """Return the records behind a position as they are labelled now."""
    positions = _positions(version, labels, which, after, limit + 1)
    following = positions[limit - 1] if len(positions) > limit else None
    return LabelledPage(labelled_at(version, labels, positions[:limit]), following)


def labelled_at(version: DatasetVersion, labels: LabelSet, positions: Sequence[int]) -> list[Labelled]:
    """Return the records at these positions as they are labelled now, in the order that was asked for."""
    records = version.records.filter(position__in=positions).select_related("artifact", "thumbnail")
    found = {record.position: record for record in records}
    said = said_of(version, found)
    return [as_labelled(found[one], said[one], labels) for one in positions if one in found]


def as_labelled(record: Record, said: Said, labels: LabelSet) -> Labelled:
    """Return a record with what people say of it, or else with what it came with."""
    label = labels.renamed.get(record.label, record.label) if said.label is None else said.label
    return Labelled(record, said, label, record.text if said.caption is None else said.caption)


def balance(version: DatasetVersion, labels: LabelSet) -> dict[str, int]:
    """Return the number of records of each label of the set as they are labelled now, "" for those without."""
    counts: Counter[str] = Counter(dict.fromkeys((one["name"] for one in labels.labels), 0))
    own: dict[str, int] = version.counts.get("label", {})
    for name, count in own.items():
        counts[labels.renamed.get(name, name)] += count
    counts[""] += version.record_count - sum(own.values())
    said = Annotation.objects.filter(version=version, label__isnull=False)
    for before, now, count in said.values_list("own", "label").annotate(count=Count("id")):
        counts[labels.renamed.get(before, before)] -= count
        counts[str(now)] += count
    return dict(counts)


def people_here(version: DatasetVersion) -> list[Here]:
    """Return who has labelled records of the version in the last minutes, the latest first."""
    recent = Annotation.objects.filter(
        version=version, by__isnull=False, at__gt=timezone.now() - timedelta(minutes=HERE_MINUTES)
    )
    rows = list(recent.values("by").annotate(records=Count("id"), last=Max("at")).order_by("-last")[:20])
    people = User.objects.in_bulk([row["by"] for row in rows])
    return [Here(people[row["by"]], row["records"], row["last"]) for row in rows if row["by"] in people]


def _positions(version: DatasetVersion, labels: LabelSet, which: Filter, after: int, limit: int) -> list[int]:
    """Return the positions of the next records that fit.

    A record has its label from an annotation or from itself. Each of the two ways is asked for by itself, since one
    question for both could use no index.
    """
    records = version.records.filter(position__gt=after)
    said = Annotation.objects.filter(version=version, position__gt=after)
    if which.split:
        records = records.filter(split=which.split)
        same = Record.objects.filter(version=version, position=OuterRef("position"), split=which.split)
        said = said.filter(Exists(same))
    if which.changed:
        said = said.filter(~Q(label=None, caption=None))
    if which.label is None:
        return _first(said if which.changed else records, limit)
    by_people = said.filter(label=which.label)
    unsaid = Annotation.objects.filter(version=version, position=OuterRef("position"))
    own = [name for name in ("", *version.labels) if labels.renamed.get(name, name) == which.label]
    by_origin = records.filter(~Exists(unsaid.filter(label__isnull=False)), label__in=own)
    if which.changed:
        by_origin = by_origin.filter(Exists(unsaid.filter(caption__isnull=False)))
    return sorted({*_first(by_people, limit), *(_first(by_origin, limit) if own else ())})[:limit]


def _first(rows: QuerySet[Record] | QuerySet[Annotation], limit: int) -> list[int]:
    found: Iterable[int] = rows.order_by("position").values_list("position", flat=True)[:limit]
    return list(found)
