"""Drafts that several kinds of blocks tell."""

from datetime import date

from generators.builtin.report.analyses.groups import LEVEL
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
    if may_be_chance(subject, measure, timeline.previous, timeline.latest):
        y = find.at(timeline.previous, measure)
        assert y is not None
        return subject.draft("apart", p=p, m=find.measure(measure), x=value, against=against, y=y)
    return subject.draft(
        change.direction, p=p, m=find.measure(measure), change=change, x=value, against=against
    )


def may_be_chance(subject: Subject, measure: Measure, before: date, after: date) -> bool:
    """Return whether the rate of an outcome cannot be told apart in two periods."""
    outcome, timeline = subject.outcome, subject.periods()
    if outcome is None or measure != outcome.rate:
        return False
    first, last = ({m.id: timeline.at(start, m) for m in outcome.measures} for start in (before, after))
    difference = outcome.difference(first, last, LEVEL)
    return difference is None or difference.verdict == "same"


def year(subject: Subject, measure: Measure) -> str:
    """Return how the latest period compares with the same period a year before; "" where there is none."""
    timeline, find = subject.timeline, subject.find
    if timeline is None or timeline.year_before is None:
        return ""
    change = find.change(measure, timeline.year_before, timeline.latest)
    if change is None or may_be_chance(subject, measure, timeline.year_before, timeline.latest):
        return ""
    p, against = find.period(timeline.latest), find.period(timeline.year_before)
    return subject.draft(
        f"year_{change.direction}", p=p, m=find.measure(measure), change=change, against=against
    )
