"""Customers by when they first came, and how many of them came back."""

from generators.builtin.report.analyses.cohorts import Cohort, cohorts, repeats
from generators.builtin.report.analyses.cohorts import Cohorts as Triangle
from generators.builtin.report.blocks.analysis_params import Cohorts
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_parts import heat
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import SHARE, Plot, Series
from generators.builtin.report.subject import Subject

MOST_COHORTS = 12
MOST_AGES = 12
MOST_LINES = 3


def build(block: Cohorts, subject: Subject) -> Part:
    """Return the retention triangle, and how many customers ordered again at all."""
    customer, timeline = subject.column(block.customer), subject.periods()
    grain = "week" if timeline.grain == "day" else timeline.grain
    key, time = subject.key(customer), subject.key(timeline.column)
    found = cohorts(subject.frame, customer=key, time=time, grain=grain)
    if found is None:
        raise subject.not_shown("no_customers")
    shown = found.cohorts[-MOST_COHORTS:]
    formats, words = subject.formats, subject.words
    oldest = max(len(cohort.active) for cohort in shown)
    first = min(1, oldest - 1)  # all come in their first period, which says nothing beside later ones
    shown = tuple(cohort for cohort in shown if len(cohort.active) > first)
    ages = [str(age) for age in range(oldest)][first : MOST_AGES + 1]
    names = [_name(subject, found, cohort) for cohort in shown]
    told = [cohort.retention[first : first + len(ages)] for cohort in shown]
    table = [[*kept, *[None] * (len(ages) - len(kept))] for kept in told]
    labels = [["" if v is None else formats.percent(v, places=0) for v in row] for row in table]
    strongest = max((v for row in table for v in row if v is not None), default=1.0) or 1.0
    cells = [[None if v is None else 0.9 * v / strongest for v in row] for row in table]
    figure = Figure(
        key=block.id,
        title=words["cohorts"].format(grain=words[grain]),
        draw=lambda palette, width: heat(names, ages, cells, labels, palette, width),
        plot=Plot(
            "line",
            tuple(ages),
            (
                Series(words["all_cohorts"], found.overall[first : first + len(ages)]),
                *(Series(names[place], tuple(table[place])) for place in _largest(shown)),
            ),
            SHARE,
        ),
        wide=True,
        head=(words["cohort"], words["size"], *ages),
        rows=tuple(
            (formats.period(cohort.start, grain), formats.count(cohort.size), *row)
            for cohort, row in zip(shown, labels, strict=True)
        ),
        query=f'count(distinct "{subject.names.column(customer)}") by {grain} of the first order, and {grain}s since',
    )
    takeaway, sentences = _told(block, subject, found, customer)
    headlines = (*sentences[:1], takeaway) if takeaway else sentences[:1]
    return Part(figures=(figure,), takeaway=takeaway, sentences=sentences, headlines=headlines)


def _largest(shown: tuple[Cohort, ...]) -> list[int]:
    """Return the places of the largest cohorts, in their order: office programs draw them as lines."""
    by_size = sorted(range(len(shown)), key=lambda place: -shown[place].size)
    return sorted(place for place in by_size[:MOST_LINES] if len(shown[place].active) > 1)


def _name(subject: Subject, found: Triangle, cohort: Cohort) -> str:
    tick = subject.formats.tick(cohort.start, found.grain)
    year = f"{cohort.start.year} · " if found.grain == "week" else ""
    return f"{year}{tick} · {subject.formats.count(cohort.size)}"


def _told(block: Cohorts, subject: Subject, found: Triangle, customer: str) -> tuple[str, tuple[str, ...]]:
    own, formats, order = Own(block, subject), subject.formats, subject.roles.named.get("order")
    takeaway, sentences = "", []
    if len(found.overall) > 1:
        k, share = own.metric("retention"), found.overall[1]
        query = f"customers with an order in the {found.grain} after their first, of all whom the data follows so long"
        x = own.number("retention", formats.percent(share), share, query, of=k)
        takeaway = subject.draft("retention", k=k, x=x, grain=own.words("grain", subject.words[found.grain]))
    again = repeats(
        subject.frame,
        customer=subject.key(customer),
        time=subject.key(subject.periods().column),
        order=subject.key(order) if order else None,
    )
    if again:
        k, query = own.metric("repeat_rate"), "customers with more than one order"
        n = own.count("customers", again.customers, "count of customers")
        twice = own.count("again", again.repeating, query)
        x = own.number("repeats", formats.percent(again.rate), again.rate, f"{query}, divided by all", of=k)
        sentences.append(subject.draft("repeats", n=n, again=twice, k=k, x=x))
        if again.gap is not None:
            g = own.number(
                "gap",
                f"{again.gap:,.0f}",
                again.gap,
                "median days between orders of a customer",
                role="count",
            )
            sentences.append(subject.draft("repeats_gap", g=g))
    return takeaway, tuple(sentences)
