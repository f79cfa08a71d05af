"""How many go on from each step to the next."""

from functools import partial

from generators.builtin.report import charts
from generators.builtin.report.analyses.funnel import Funnel as Steps
from generators.builtin.report.analyses.funnel import funnel_of_counts, funnel_of_visitors
from generators.builtin.report.blocks.analysis_params import Funnel
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.facts import Fact
from generators.builtin.report.formats import NOTHING, Formats
from generators.builtin.report.measures import ROWS
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import COUNT, Plot, Series
from generators.builtin.report.roles import meaning
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition

AMOUNTS = ("impressions", "clicks", "conversions")


def build(block: Funnel, subject: Subject) -> Part:
    """Return a bar for each step; of visitors where there are steps, else of impressions, clicks and conversions."""
    by_step = not block.step.startswith("@") or block.step[1:] in subject.roles.named
    found = _of_visitors(block, subject) if by_step else _of_amounts(subject)
    if found is None:
        raise subject.not_shown("no_steps")
    formats, words = subject.formats, subject.words
    names = [subject.names.segment(step.name) for step in found.steps]
    shares = [NOTHING if s.of_previous is None else formats.percent(s.of_previous) for s in found.steps]
    bars = [
        charts.Bar(name, step.count, formats.count(round(step.count)) + (f" · {share}" if place else ""))
        for place, (name, step, share) in enumerate(zip(names, found.steps, shares, strict=True))
    ]
    figure = Figure(
        key=block.id,
        title=words["funnel"],
        draw=partial(charts.bars, bars),
        plot=Plot(
            "bars", tuple(names), (Series(words["count"], tuple(float(s.count) for s in found.steps)),), COUNT
        ),
        wide=True,
        head=(words["step"], words["count"], words["of_previous"], words["of_first"]),
        rows=tuple(
            (
                name,
                formats.count(round(step.count)),
                share,
                NOTHING if step.of_first is None else formats.percent(step.of_first),
            )
            for name, step, share in zip(names, found.steps, shares, strict=True)
        ),
        query="each step among those who took every step before it" if by_step else "sum of each column",
        wheres=tuple(
            subject.where(Condition(subject.column(block.step), (step.name,))) for step in found.steps
        )
        if by_step
        else (),
    )
    takeaway, *sentences = _told(
        Own(block, subject), subject, found, "funnel" if by_step else "funnel_amounts"
    )
    return Part(figures=(figure,), takeaway=takeaway, sentences=tuple(sentences))


def _of_visitors(block: Funnel, subject: Subject) -> Steps | None:
    step, visitor, time = subject.column(block.step), subject.column(block.visitor), subject.roles.time
    return funnel_of_visitors(
        subject.by_name(step),
        visitor=subject.key(visitor),
        step=subject.key(step),
        time=subject.key(time) if time else None,
        order=block.order,
    )


def _of_amounts(subject: Subject) -> Steps | None:
    known = {meaning(m.name): m for m in reversed(subject.measures) if not m.derived}
    steps = [known[name] for name in AMOUNTS if name in known and subject.value(known[name]) is not None]
    if len(steps) < 2:
        raise subject.not_shown("no_role", role=subject.words["role_step"])
    sums = [subject.value(m) or 0.0 for m in steps]
    return funnel_of_counts([m.name.replace("_", " ") for m in steps], sums, subject.frame.height)


def _counted(own: Own, formats: Formats, id: str, count: float, query: str) -> Fact:
    """Return the number of a step as briefly as in a headline, such as 166M."""
    return own.number(id, formats.value(count, ROWS, compact=True), count, query, role="count")


def _told(own: Own, subject: Subject, found: Steps, said: str) -> list[str]:
    """Return how many came from the first step to the last, and where the fewest go on."""
    first, last, formats = found.steps[0], found.steps[-1], subject.formats
    query = "count of those who took every step up to it"
    drafts = []
    if last.of_first is not None:
        drafts.append(
            subject.draft(
                said,
                n=_counted(own, formats, "first", first.count, query),
                first=own.name("step", first.name),
                x=_counted(own, formats, "last", last.count, query),
                last=own.name("step", last.name),
                share=own.share("all", last.of_first, query, places=2),
            )
        )
    weakest = found.weakest
    if weakest is None or weakest.of_previous is None or len(found.steps) < 3:
        return drafts or [""]
    k, key = own.metric("of_previous"), own.key("step", weakest.name)
    text = formats.percent(weakest.of_previous)
    x = own.number("weakest", text, weakest.of_previous, "share of the step before", of=k, segment=key)
    low = own.name("step", weakest.name, x, "lowest")
    drafts.append(subject.draft("funnel_weakest", k=k, low=low, x=x))
    if weakest.interval:
        sides = {
            name: own.share(f"weakest.{name}", side, "Wilson interval")
            for name, side in (("a", weakest.interval.low), ("b", weakest.interval.high))
        }
        plain = own.name("step", weakest.name)
        drafts.append(subject.draft("funnel_interval", low=plain, level=own.level(), **sides))
    return drafts
