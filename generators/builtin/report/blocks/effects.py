"""A change and the effects that make it up: a sentence and a waterfall, for the kinds of blocks that have one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_parts import Fall, waterfall
from generators.builtin.report.facts import Fact
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure
from generators.builtin.report.plots import Plot, Series, code_of
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Where


@dataclass(frozen=True, slots=True)
class Effect:
    """What one cause did to a change; `key` names it in the headings and the names of measures."""

    key: str
    value: float


@dataclass(frozen=True, slots=True)
class Shift:
    """A measure in two periods and the effects between them, which add up to the change."""

    measure: Measure
    before: float
    after: float
    effects: tuple[Effect, ...]
    query: str
    rows: int


def compared(subject: Subject) -> tuple[date, date]:
    """Return the previous and the latest period.

    Raises:
        NotShown: If there is no earlier period with rows.
    """
    timeline = subject.periods()
    if timeline.previous is None:
        raise subject.not_shown("no_previous")
    return timeline.previous, timeline.latest


def told(own: Own, subject: Subject, shift: Shift) -> str:
    """Return the sentence of a change with what each effect did to it."""
    before, after = compared(subject)
    m, find = subject.find.measure(shift.measure), subject.find
    delta = shift.after - shift.before
    whole = _change(own, subject, shift, "whole", delta, m)
    facts: dict[str, Fact] = {"p": find.period(after), "against": find.period(before), "m": m, "d": whole}
    sentence = subject.draft(f"effect_whole_{whole.direction}", **facts)
    for effect in shift.effects:
        k = own.metric(effect.key)
        d = _change(own, subject, shift, effect.key, effect.value, k)
        if d.direction != "flat":
            sentence += subject.texts(f"effect_{d.direction}").format(k=f"{{{k.id}}}", d=f"{{{d.id}}}")
    return sentence + subject.texts("effect_end")


def figure_of(block_id: str, subject: Subject, shift: Shift, title: str, *, ends: bool = True) -> Figure:
    """Return the waterfall from the earlier to the later period.

    Args:
        block_id: The id of the block.
        subject: What is reported on.
        shift: The measure in both periods, and the effects.
        title: What is drawn.
        ends: Whether both periods are drawn; beside a ratio, its effects would be too small to see. Without, the
            effects are, and the change that they add up to.
    """
    before, after = compared(subject)
    formats, words, measure = subject.formats, subject.words, shift.measure
    grain = subject.periods().grain
    periods = [subject.names.title(formats.period(day, grain)) for day in (before, after)]
    steps = [
        Fall(words[effect.key], effect.value, signed(subject, measure, effect.value))
        for effect in shift.effects
    ]
    if ends:
        outer = zip(periods, (shift.before, shift.after), strict=True)
        first, last = (
            Fall(name, value, formats.value(value, measure, compact=True), total=True)
            for name, value in outer
        )
        steps = [first, *steps, last]
    else:
        delta = shift.after - shift.before
        steps.append(Fall(words["change_head"], delta, signed(subject, measure, delta), total=True))
    spans = [subject.find.span(before, after)] * len(steps)
    if ends:
        spans[0], spans[-1] = subject.find.span(before), subject.find.span(after)
    return waterfall_figure(
        subject, block_id, title, steps, measure,
        named=words["effect"], query=shift.query, wheres=tuple(subject.where(span) for span in spans),
    )  # fmt: skip


def signed(subject: Subject, measure: Measure, value: float) -> str:
    """Return an effect with its sign; in points where the measure is a percentage."""
    if measure.unit != "percent":
        return subject.formats.signed(value, measure, compact=True)
    return ("+" if value > 0 else "−" if value < 0 else "") + subject.formats.points(value)


def _change(own: Own, subject: Subject, shift: Shift, key: str, value: float, of: Fact) -> Fact:
    before, after = compared(subject)
    formats = subject.formats
    size = (
        formats.points(value)
        if shift.measure.unit == "percent"
        else formats.value(abs(value), shift.measure, compact=True)
    )
    return own.number(
        f"effect.{key}", size, value, shift.query, of=of, period=after, against=before, role="change",
        rows=shift.rows, where=(subject.find.span(before, after),),
    )  # fmt: skip


def waterfall_figure(
    subject: Subject,
    key: str,
    title: str,
    steps: Sequence[Fall],
    measure: Measure,
    *,
    named: str,
    query: str,
    wheres: tuple[Where, ...] = (),
) -> Figure:
    """Return steps that add up as a figure, with a table whose first column is called `named`."""
    return Figure(
        key=key,
        title=title,
        draw=lambda palette, width: waterfall(steps, palette, width),
        plot=Plot(
            "waterfall",
            tuple(step.name for step in steps),
            (Series(subject.title(measure), tuple(step.value for step in steps)),),
            code_of(measure, [step.value for step in steps]),
            totals=tuple(place for place, step in enumerate(steps) if step.total),
            labels=tuple(step.label for step in steps),
        ),
        wide=True,
        head=(named, subject.title(measure)),
        rows=tuple((step.name, step.label) for step in steps),
        query=query,
        wheres=wheres,
    )
