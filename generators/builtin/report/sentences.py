"""Drafts that several kinds of blocks tell."""

from generators.builtin.report.measures import Measure
from generators.builtin.report.subject import Subject


def latest(subject: Subject, measure: Measure) -> str:
    """Return how the latest period compares with the one before; "" where there is nothing to compare."""
    timeline, find = subject.timeline, subject.find
    if timeline is None or timeline.previous is None:
        return ""
    change = find.change(measure, timeline.previous, timeline.latest)
    value = find.at(timeline.latest, measure)
    if change is None or value is None:
        return ""
    p, against = find.period(timeline.latest), find.period(timeline.previous)
    return subject.draft(
        change.direction, p=p, m=find.measure(measure), change=change, x=value, against=against
    )


def year(subject: Subject, measure: Measure) -> str:
    """Return how the latest period compares with the same period a year before; "" where there is none."""
    timeline, find = subject.timeline, subject.find
    if timeline is None or timeline.year_before is None:
        return ""
    change = find.change(measure, timeline.year_before, timeline.latest)
    if change is None:
        return ""
    p, against = find.period(timeline.latest), find.period(timeline.year_before)
    return subject.draft(
        f"year_{change.direction}", p=p, m=find.measure(measure), change=change, against=against
    )
