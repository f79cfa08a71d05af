"""Why a training ends before its time is over."""

from __future__ import annotations

from generators.run import Notice
from generators.training.course import Course


def ended_early(course: Course, total: int) -> Notice:
    """Return the notice of a training that a person ended."""
    said = f"It was ended after {course.shown:,} of {total:,} pictures, as asked."
    return Notice("ended_early", said, level="info", values={"shown": course.shown, "total": total})


def no_better(course: Course, total: int, patience: float) -> Notice | None:
    """Return the notice of one that has not come closer to validation pictures for so many pictures shown."""
    if not patience or course.measures < 2 or course.shown - course.best_shown < patience:
        return None
    said = (
        f"It ended after {course.shown:,} of {total:,} pictures: since {course.best_shown:,} it has not "
        "come closer to the validation pictures."
    )
    values: dict[str, int | float | str] = {
        "shown": course.shown,
        "total": total,
        "best": course.best_shown,
    }
    return Notice("early_stop", said, level="info", values=values)
