"""Measures in the latest period with their change against the one before."""

from collections.abc import Iterator

from generators.builtin.report.blocks.params import KeyFigures
from generators.builtin.report.facts import Fact
from generators.builtin.report.measures import Measure, telling
from generators.builtin.report.part import KeyFigure, Part, Tone
from generators.builtin.report.plots import code_of
from generators.builtin.report.sentences import may_be_chance
from generators.builtin.report.subject import Subject


def build(block: KeyFigures, subject: Subject) -> Part:
    """Return a key figure for each measure; over all rows where there are no periods."""
    asked = [subject.measure(name) for name in block.measures] or telling(subject.measures)
    keys = tuple(_key_figures(subject, asked[: block.most]))
    if not keys:
        raise subject.not_shown("no_values", measure=subject.title(asked[0]))
    return Part(key_heading=_heading(subject), key_figures=keys)


def _key_figures(subject: Subject, measures: list[Measure]) -> Iterator[KeyFigure]:
    find, timeline = subject.find, subject.timeline
    for measure in measures:
        value = find.at(timeline.latest, measure) if timeline else find.total(measure)
        change = None
        if timeline and timeline.previous:
            change = find.change(measure, timeline.previous, timeline.latest)
        if value:
            yield KeyFigure(
                subject.title(measure),
                value,
                change,
                _tone(subject, measure, change),
                subject.course(measure),
                code_of(measure, [value.value]),
            )


def _tone(subject: Subject, measure: Measure, change: Fact | None) -> Tone:
    if change is None or change.direction == "flat" or measure.better == "either":
        return "plain"
    timeline = subject.periods()
    if timeline.previous and may_be_chance(subject, measure, timeline.previous, timeline.latest):
        return "plain"
    return "good" if change.direction == measure.better else "bad"


def _heading(subject: Subject) -> str:
    timeline, formats = subject.timeline, subject.formats
    if timeline is None:
        return subject.words["key_total"]
    period = subject.names.title(formats.period(timeline.latest, timeline.grain))
    if timeline.previous is None:
        return period
    return subject.words["key_period"].format(
        period=period, previous=formats.period(timeline.previous, timeline.grain)
    )
