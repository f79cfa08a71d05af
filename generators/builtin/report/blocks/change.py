"""Which segments made the change from the previous to the latest period."""

from functools import partial

from generators.builtin.report import charts
from generators.builtin.report.analyses.contributions import Contributions, contributions_of
from generators.builtin.report.blocks.params import Change
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import plot_of
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition


def build(block: Change, subject: Subject) -> Part:
    """Return bars of what each segment added or took away; they add up to the change."""
    measure, timeline = subject.measure(block.measure), subject.periods()
    dimension = subject.dimension(block.dimension)
    if not measure.adds_up:
        raise subject.not_shown("not_added", measure=subject.title(measure))
    most = block.top_n or subject.params.top_n
    frame, time = subject.by_name(dimension), subject.key(timeline.column)
    change = contributions_of(frame, subject.key(dimension), dimension, time, timeline, measure, most)
    if change is None or timeline.previous is None:
        raise subject.not_shown("no_previous")
    names, formats, words = subject.names, subject.formats, subject.words
    column, grain = names.column(dimension), timeline.grain
    if not any(c.delta for c in change.parts):
        raise subject.not_shown("no_change", measure=subject.title(measure), dimension=column)
    parts = [(names.segment(c.name), c) for c in change.parts]
    span = subject.find.span(timeline.previous, timeline.latest)
    wheres = [subject.where(Condition(dimension, (c.name,)), span) for c in change.parts]
    if change.others:
        parts.append((words["other"], change.others))
        others = Condition(dimension, tuple(c.name for c in change.parts), negated=True)
        wheres.append(subject.where(others, span))
    bars = [charts.Bar(name, c.delta, formats.signed(c.delta, measure, compact=True)) for name, c in parts]
    figure = Figure(
        key=block.id,
        title=words["change"].format(measure=names.measure(measure), dimension=column),
        draw=partial(charts.bars, bars),
        plot=plot_of(
            "bars", [b.name for b in bars], [b.value for b in bars], measure, subject.title(measure)
        ),
        wide=False,
        head=(names.title(column), subject.title(measure), words["rows"]),
        rows=tuple((name, formats.signed(c.delta, measure), formats.count(c.rows)) for name, c in parts),
        query=f'{measure.query()} group by "{column}": {grain} {timeline.latest} less {grain} {timeline.previous}',
        wheres=tuple(wheres),
    )
    return Part(figures=(figure,), takeaway=_said(subject, change, measure))


def _said(subject: Subject, change: Contributions, measure: Measure) -> str:
    find, timeline = subject.find, subject.periods()
    if timeline.previous is None or not change.parts:
        return ""
    largest, smallest = change.parts[0], change.parts[-1]
    facts = {"p": find.period(timeline.latest), "against": find.period(timeline.previous)}
    for part, name, number in ((largest, "high", "gain"), (smallest, "low", "loss")):
        if (part.delta > 0) == (number == "gain") and part.delta != 0:
            fact, value = find.contribution(change.dimension, part.name, part.delta, part.rows, measure)
            if value.direction != "flat":
                facts |= {name: fact, number: value}
    known = ("gain" in facts, "loss" in facts)
    key = {(True, True): "both", (True, False): "gains", (False, True): "losses"}.get(known)
    return subject.draft(key, m=find.measure(measure), **facts) if key else ""
