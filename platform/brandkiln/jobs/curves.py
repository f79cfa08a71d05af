"""The losses of a job and what was measured on the way, as a table and as event files that TensorBoard reads."""

from collections.abc import Iterator
from typing import NamedTuple

from brandkiln.core.tables import csv_line
from brandkiln.jobs.models import Job
from brandkiln.jobs.tensorboard import event_file


class Point(NamedTuple):
    """The figures of one moment.

    Attributes:
        step: How far the job was, in its own units: pictures shown, say.
        when: Seconds since 1970.
    """

    step: int
    when: float
    figures: dict[str, float]


def curves(job: Job) -> Iterator[Point]:
    """Yield the points of all curves in the order in which they were written.

    What comes before or after counts in other units, towards another total; it has no curves of its own.
    """
    total = None
    rows = job.events.filter(type__in=("progress", "measure")).order_by("id")
    for data, when in rows.values_list("data", "created_at").iterator():
        figures = {name: value for name, value in data.get("metrics", {}).items() if _is_number(value)}
        if figures and "total" in data:
            total = total or data["total"]
        if figures and data.get("total", total) == total:
            yield Point(int(data["done"]), when.timestamp(), figures)


def curves_csv(job: Job) -> str:
    """Return a row for each moment, with a column for each figure; what was not said then is empty."""
    points = list(curves(job))
    names = list(dict.fromkeys(name for point in points for name in point.figures))
    lines = [csv_line([point.step, *(point.figures.get(name, "") for name in names)]) for point in points]
    return "".join([csv_line(["done", *names]), *lines])


def curves_tensorboard(job: Job) -> bytes:
    """Return an event file: save it as `events.out.tfevents.*` in a folder of its own for each job."""
    return event_file(curves(job), begun=job.created_at.timestamp())


def film(job: Job) -> list[dict[str, str]]:
    """Return the previews of a job that are pictures: each the id of its artifact and what it shows."""
    rows = job.events.filter(type="preview").order_by("id").values_list("data", flat=True)
    return [{"artifact": row["artifact"], "caption": row["text"]} for row in rows if row.get("artifact")]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
