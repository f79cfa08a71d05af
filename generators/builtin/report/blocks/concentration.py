"""How much of a measure the largest few bring in."""

from generators.builtin.report.analyses.rfm import pareto
from generators.builtin.report.blocks.analysis_params import Concentration
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_time import Dot, Line, lines
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import SHARE, Plot, Series
from generators.builtin.report.subject import Subject

TOP, MOST = 0.2, 0.8


def build(block: Concentration, subject: Subject) -> Part:
    """Return the curve of the largest share of customers, items or others and their share of the measure."""
    asked = block.of
    if asked == "@customer" and "customer" not in subject.roles.named and "item" in subject.roles.named:
        asked = "@item"
    dimension, measure = subject.column(asked), subject.amount(block.measure)
    column = subject.names.column(dimension)
    if measure.how != "sum":
        raise subject.not_shown("not_added", measure=subject.title(measure))
    found = pareto(subject.by_name(dimension), key=subject.key(dimension), value=measure.keys[0])
    if found is None:
        raise subject.not_shown("not_concentrated", measure=subject.title(measure), dimension=column)
    formats, words, own = subject.formats, subject.words, Own(block, subject)
    ticks = [formats.percent(share, places=0) for share, _ in found.curve]
    curve = tuple(part for _, part in found.curve)
    equal = tuple(share for share, _ in found.curve)
    at = min(range(len(equal)), key=lambda place: abs(equal[place] - TOP))
    dot = Dot(at, curve[at], f"{ticks[at]} · {formats.percent(curve[at], places=0)}", below=True)
    whole = Series(subject.title(measure), curve)
    drawn = (Line(equal, colour="muted", dashed=True), Line(curve, subject.title(measure)))
    figure = Figure(
        key=block.id,
        title=subject.names.title(words["concentration"].format(measure=subject.names.measure(measure))),
        draw=lambda palette, width: lines(
            drawn,
            ticks,
            palette,
            width,
            lambda v: formats.percent(v, places=0),
            dots=(dot,),
            every=len(ticks) // 5,
        ),
        plot=Plot("line", tuple(ticks), (whole, Series(words["equal"], equal, dashed=True)), SHARE),
        wide=True,
        head=(column, subject.title(measure)),
        rows=tuple(
            (subject.names.title(words["largest_share"].format(share=tick)), formats.percent(v))
            for tick, v in zip(ticks, curve, strict=True)
        ),
        query=f'{measure.query()} group by "{column}", largest first, as a running share',
    )  # fmt: skip
    m, query = (
        subject.find.measure(measure),
        f'{measure.query()} of the largest by "{column}", divided by all',
    )
    most = words["largest_share"].format(share=formats.percent(TOP, places=0))
    top = own.name("top", most, text=most)
    x = own.number("top", formats.percent(found.top_fifth), found.top_fifth, query, of=m, segment=top.segment)
    takeaway = subject.draft(
        "concentration",
        top=top,
        n=own.words(
            "n", words[_called(subject, dimension)].format(n=formats.count(found.count), column=column)
        ),
        m=m,
        x=x,
        most=own.share("most", found.for_most, query),
        part=own.share("part", MOST, "chosen", places=0),
    )
    return Part(figures=(figure,), takeaway=takeaway)


def _called(subject: Subject, dimension: str) -> str:
    """Return the key of how those of a dimension are counted."""
    known = {subject.roles.named.get(role): f"of_{role}s" for role in ("customer", "item")}
    return known.get(dimension, "of_others")
