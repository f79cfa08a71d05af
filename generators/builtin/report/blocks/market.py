"""Prices over time: returns, how much they swing, and how far they fell."""

from datetime import date

import polars as pl

from generators.builtin.report.analyses.market import Market as Course
from generators.builtin.report.analyses.market import market
from generators.builtin.report.blocks.analysis_params import Market
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_time import Colour, Line, lines
from generators.builtin.report.formats import NOTHING
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part, Table
from generators.builtin.report.plots import INDEX, SHARE, Plot, Series, code_of
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition, Where

MOST_COURSES = 6
BASE = 100
MOST_POINTS = 400
MOST_FALLS = 3
"""Courses whose falls are drawn: more lines that all hang from the same top can't be told apart."""
FALL_POINTS = 80
"""Of each: the deepest of so many days, so that a line keeps its depths and loses its tremble."""
ONE_A_DAY = 0.9  # of the rows; a few days may be there twice
COLOURS: tuple[Colour, ...] = ("accent", "fall", "muted", 2, 1, 3)


def build(block: Market, subject: Subject) -> Part:
    """Return the courses from a common start, how far each is below its highest, and a table of returns."""
    measure, time = subject.measure(block.price), subject.periods().column
    courses = _courses(block, subject, measure, time)
    if not courses:
        raise subject.not_shown("no_prices")
    own = Own(block, subject)
    takeaway, *sentences = _told(own, subject, courses)
    base = [tuple(BASE * p / one.prices[0] for p in one.prices) for one in courses]
    title = subject.words["market"].format(measure=subject.title(measure))
    grown = _figure(block.id, subject, title, courses, base, measure)
    deepest = sorted(courses, key=lambda one: one.deepest)[:MOST_FALLS]
    said = subject.words["drawdown" if len(deepest) == len(courses) else "drawdown_of"].format(n=len(deepest))
    drops = [one.drawdown for one in deepest]
    fallen = _figure(f"{block.id}-drawdown", subject, said, deepest, drops, None)
    return Part(
        figures=(grown, fallen),
        tables=(_table(block, subject, measure, courses),),
        takeaway=takeaway,
        sentences=tuple(sentences),
        headlines=(takeaway, *sentences),
        notes=_shorter(own, subject, courses),
    )


def _courses(block: Market, subject: Subject, measure: Measure, time: str) -> list[Course]:
    key, price = subject.key(time), measure.keys[0]
    dimension = block.dimension or next(iter(subject.roles.dimensions), "")
    if not dimension:
        one = market(subject.frame, time=key, price=price, name=subject.title(measure))
        return [one] if one and _is_course(subject.frame, key) else []
    column = subject.key(subject.column(dimension))
    rows = subject.by_name(subject.column(dimension)).drop_nulls(column)
    largest = rows.group_by(column, maintain_order=True).len().sort(["len", column], descending=[True, False])
    names = largest.get_column(column).head(MOST_COURSES).to_list()
    each = ((name, rows.filter(pl.col(column) == name)) for name in names)
    found = (market(own, time=key, price=price, name=name) for name, own in each if _is_course(own, key))
    return sorted((one for one in found if one), key=lambda one: -one.total)


def _is_course(rows: pl.DataFrame, time: str) -> bool:
    """Return whether there is one price a day, rather than those of many sales."""
    days = rows.get_column(time).drop_nulls()
    return days.n_unique() >= ONE_A_DAY * days.len()


def _figure(
    key: str,
    subject: Subject,
    title: str,
    courses: list[Course],
    values: list[tuple[float, ...]],
    measure: Measure | None,
) -> Figure:
    """Return lines on the days that any course has; `measure` is None for shares."""
    days = sorted({day for one in courses for day in one.days})
    step = max(1, -(-len(days) // (MOST_POINTS if measure else FALL_POINTS)))
    spans = [days[at : at + step if not measure else at + 1] for at in range(0, len(days), step)]
    days = [span[0] for span in spans]
    formats, names = subject.formats, [subject.names.segment(one.name) for one in courses]
    table = [dict(zip(one.days, row, strict=True)) for one, row in zip(courses, values, strict=True)]
    rows = [
        tuple(min((course[day] for day in span if day in course), default=None) for span in spans)
        for course in table
    ]
    ticks = [_tick(subject, day, days) for day in days]
    drawn = [
        Line(row, name, COLOURS[place]) for place, (name, row) in enumerate(zip(names, rows, strict=True))
    ]

    def printed(value: float | None) -> str:
        if value is None:
            return NOTHING
        return f"{value:,.1f}" if measure else formats.percent(value)

    return Figure(
        key=key,
        title=title,
        draw=lambda palette, width: lines(
            drawn,
            ticks,
            palette,
            width,
            lambda v: f"{v:,.0f}" if measure else formats.percent(v, places=0),
        ),
        plot=Plot("line", tuple(ticks), tuple(map(Series, names, rows)), INDEX if measure else SHARE),
        wide=True,
        head=(subject.names.column(subject.periods().column), *names),
        rows=tuple(
            (formats.day(day), *map(printed, row))
            for day, row in zip(days, zip(*rows, strict=True), strict=True)
        ),
        query="price, divided by the first" if measure else "price, divided by the highest so far, less one",
    )


def _tick(subject: Subject, day: date, days: list[date]) -> str:
    long = (days[-1] - days[0]).days > 200
    return subject.formats.tick(day, "month" if long else "day")


def _table(block: Market, subject: Subject, measure: Measure, courses: list[Course]) -> Table:
    formats, words = subject.formats, subject.words
    dimension = block.dimension or next(iter(subject.roles.dimensions), "")
    return Table(
        key=f"{block.id}-returns",
        title=words["returns"],
        head=(
            subject.names.title(subject.names.column(dimension)) if dimension else subject.title(measure),
            words["since"],
            words["last_price"],
            words["total_return"],
            words["yearly"],
            words["volatility"],
            words["deepest"],
        ),
        rows=tuple(
            (
                subject.names.segment(one.name),
                formats.day(one.days[0]),
                formats.value(one.prices[-1], measure),
                formats.percent(one.total),
                NOTHING if one.yearly is None else formats.percent(one.yearly),
                formats.percent(one.volatility),
                formats.percent(one.deepest),
            )
            for one in courses
        ),
        values=tuple(
            (None, one.prices[-1], one.total, one.yearly, one.volatility, one.deepest) for one in courses
        ),
        codes=("@", code_of(measure, [courses[0].prices[-1]]), SHARE, SHARE, SHARE, SHARE),
        query="first and last price; standard deviation of logarithmic steps, a year; price below the highest so far",
        wheres=tuple(_where(block, subject, one) for one in courses),
    )


def _where(block: Market, subject: Subject, course: Course) -> Where:
    dimension = block.dimension or next(iter(subject.roles.dimensions), "")
    return (
        subject.where(Condition(subject.column(dimension), (course.name,))) if dimension else subject.where()
    )


def _told(own: Own, subject: Subject, courses: list[Course]) -> list[str]:
    """Return which returned most and least, and the deepest drawdown with its days."""
    k, formats, drafts = own.metric("total_return"), subject.formats, []
    facts = {}
    best, worst = (pick(courses, key=lambda one: one.total) for pick in (max, min))
    for one, rank, name, number in ((best, "highest", "high", "x"), (worst, "lowest", "low", "y")):
        text, key = formats.percent(one.total), own.key("traded", one.name)
        facts[number] = own.number(
            f"return.{key}", text, one.total, "last price over first, less one", of=k, segment=key
        )
        facts[name] = own.name(
            "traded", one.name, facts[number], "highest" if rank == "highest" else "lowest"
        )
    if len(courses) > 1:
        drafts.append(subject.draft("returns", k=k, **facts))
    else:
        text = formats.percent(best.total)
        drafts.append(
            subject.draft(
                "return",
                k=k,
                x=own.number("return", text, best.total, "last price over first, less one", of=k),
            )
        )
    deepest = min(courses, key=lambda one: one.deepest)
    if deepest.deepest < 0:
        k, key = own.metric("deepest"), own.key("traded", deepest.name)
        x = own.number(
            "deepest",
            formats.percent(deepest.deepest),
            deepest.deepest,
            "price over the highest before it, less one",
            of=k,
            segment=key,
        )
        drafts.append(
            subject.draft(
                "drawdown",
                k=k,
                s=own.name("traded", deepest.name),
                x=x,
                from_=own.words("peak", formats.day(deepest.days[deepest.peak])),
                to=own.words("trough", formats.day(deepest.days[deepest.trough])),
            )
        )
    return drafts


def _shorter(own: Own, subject: Subject, courses: list[Course]) -> tuple[str, ...]:
    """Return which courses begin later than the first, for their returns are not those of the same time."""
    first = min(one.days[0] for one in courses)
    named = [own.name("traded", one.name) for one in courses if one.days[0] > first]
    listed = ", ".join(f"{{{fact.id}}}" for fact in named)
    return (subject.texts("shorter").replace("{all}", listed),) if named else ()
