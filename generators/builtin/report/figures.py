"""The charts and the ranking of a report: what is drawn, under which title, from which numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from generators.builtin.report import charts
from generators.builtin.report.analysis import Analysis, Breakdown, Change, Mix, Segment
from generators.builtin.report.colours import Palette
from generators.builtin.report.findings import Names
from generators.builtin.report.formats import Formats
from generators.builtin.report.measures import Measure
from generators.builtin.report.narrative import Sentence, plain
from generators.builtin.report.plots import COUNT, SHARE, Plot, Series, code_of
from generators.builtin.report.roles import meaning
from generators.builtin.report.timeline import Timeline

MOST_FIGURES = 6
RANKED_MEASURES = 5
TELLING = (
    "revenue", "spend", "roas", "conversions", "cost_per_conversion", "conversion_rate", "clicks", "ctr", "impressions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its title, its message and the numbers that it draws.

    Attributes:
        key: Names the figure within the report.
        title: What is drawn.
        takeaway: What it shows, or ().
        draw: Gives the Vega-Lite spec in a palette and at a width in pixels.
        plot: The numbers that it draws.
        wide: Whether it needs the full width.
        head, rows: The same numbers as a table.
        query: How the numbers were computed.
    """

    key: str
    title: str
    takeaway: Sentence
    draw: Callable[[Palette, int], charts.Spec]
    plot: Plot
    wide: bool
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    query: str

    @property
    def alt(self) -> str:
        """What the chart shows, for readers who do not see it."""
        return f"{self.title}. {plain(self.takeaway)}".strip()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The largest segments of the finest dimension in the measures that boards ask for.

    Attributes:
        head, rows: The table as it is printed; the first cell of a row is the segment's name.
        values, codes: The numbers of the other cells, and how Excel prints each of these columns.
        others: How many segments are left out, in words.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    values: tuple[tuple[float | None, ...], ...]
    codes: tuple[str, ...]
    others: str
    query: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reported on, and how it is called and printed in one language."""

    analysis: Analysis
    formats: Formats
    names: Names
    words: Mapping[str, str]

    @property
    def main(self) -> str:
        """The name of the first measure."""
        return self.names.measure(self.analysis.main)

    def title(self, measure: Measure) -> str:
        return self.names.title(self.names.measure(measure))

    def telling(self) -> list[Measure]:
        """Return the measures, the chosen one first, then those that boards ask for."""
        order = {name: place for place, name in enumerate(TELLING)}
        first, *rest = self.analysis.measures
        kind = {m.id: m.name if m.how == "ratio" else meaning(m.name) for m in rest}
        return [first, *sorted(rest, key=lambda m: order.get(kind[m.id], len(order)))]


def figures_of(subject: Subject, takeaways: Mapping[str, Sentence]) -> tuple[Figure, ...]:
    """Return the figures of a report in the order in which they are shown."""
    return tuple(_Figures(subject, takeaways).all())[:MOST_FIGURES]


def ranking_of(subject: Subject) -> Ranking | None:
    """Return the ranking of a report, or None where the table has no dimension."""
    analysis, names, formats = subject.analysis, subject.names, subject.formats
    if analysis.ranking is None:
        return None
    first, *further = subject.telling()[:RANKED_MEASURES]
    dimension = names.column(analysis.ranking.dimension)
    share = [subject.words["share"]] if analysis.has_shares else []
    titles = [subject.title(first), *share, *(subject.title(m) for m in further), subject.words["rows"]]
    rows, values = [], []
    for segment in analysis.ranking.segments:
        shares = [formats.percent(analysis.share_of(segment))] if share else []
        others = [formats.value(segment.values[m.id], m) for m in further]
        cells = [
            formats.value(segment.values[first.id], first),
            *shares,
            *others,
            formats.count(segment.rows),
        ]
        rows.append((names.segment(segment.name), *cells))
        part = [analysis.share_of(segment)] if share else []
        known = [segment.values[m.id] for m in further]
        values.append((segment.values[first.id], *part, *known, float(segment.rows)))
    number = analysis.ranking.others
    queries = ", ".join(m.query() for m in (first, *further))
    return Ranking(
        title=subject.words["ranking"].format(dimension=names.title(dimension)),
        head=(names.title(dimension), *titles),
        rows=tuple(rows),
        values=tuple(values),
        codes=_codes([first, *further], analysis.ranking.segments, has_share=bool(share)),
        others=subject.words["others"].format(number=formats.count(number)) if number else "",
        query=f'{queries} group by "{dimension}" order by {first.query()} desc limit {len(rows)}',
    )


def _codes(measures: Sequence[Measure], segments: Sequence[Segment], *, has_share: bool) -> tuple[str, ...]:
    first, *further = (code_of(m, [s.values[m.id] for s in segments]) for m in measures)
    return (first, *([SHARE] if has_share else []), *further, COUNT)


def in_rows(figures: tuple[Figure, ...]) -> list[tuple[Figure, ...]]:
    """Return figures in rows: two narrow ones side by side, a wide one or a narrow one without a neighbour alone."""
    rows: list[tuple[Figure, ...]] = []
    for figure in figures:
        if rows and len(rows[-1]) == 1 and not rows[-1][0].wide and not figure.wide:
            rows[-1] = (rows[-1][0], figure)
        else:
            rows.append((figure,))
    return rows


class _Figures:
    def __init__(self, subject: Subject, takeaways: Mapping[str, Sentence]) -> None:
        self._subject, self._takeaways = subject, takeaways
        self._analysis, self._words = subject.analysis, subject.words
        self._names, self._formats = subject.names, subject.formats

    def all(self) -> Iterator[Figure]:
        analysis, timeline = self._analysis, self._analysis.timeline
        if timeline and sum(v is not None for v in timeline.values[analysis.main.id]) > 1:
            yield self._trend(timeline)
        if analysis.breakdowns:
            yield self._bars("by0", analysis.breakdowns[0], analysis.main)
        if timeline and analysis.change and any(c.delta for c in analysis.change.contributions):
            yield self._change(analysis.change, timeline)
        if timeline and analysis.mix:
            yield self._mix(analysis.mix, timeline)
        if analysis.breakdowns and analysis.second:
            yield self._bars("second", analysis.breakdowns[0], analysis.second)
        further = [(f"by{place}", breakdown) for place, breakdown in enumerate(analysis.breakdowns) if place]
        for key, breakdown in sorted(further, key=lambda pair: pair[1] == analysis.ranking):
            yield self._bars(key, breakdown, analysis.main)
        if not analysis.breakdowns and analysis.spread:
            yield self._spread()

    def _trend(self, timeline: Timeline) -> Figure:
        main, formats, grain = self._analysis.main, self._formats, timeline.grain
        values = timeline.values[main.id]
        known = [(v, place) for place, v in enumerate(values) if v is not None]
        named = {known[-1][1], max(known)[1]}
        labels = [formats.value(v, main, compact=True) if i in named else "" for i, v in enumerate(values)]
        ticks = [formats.tick(start, grain) for start in timeline.starts]
        points = [charts.Point(*point) for point in zip(ticks, values, labels, strict=True)]

        def draw(palette: Palette, width: int) -> charts.Spec:
            height = 230 if width > 400 else 190
            return charts.line(points, palette, width, height, lambda value: formats.axis(value, main))

        return Figure(
            key="trend",
            title=self._words["trend"].format(measure=self._subject.title(main), grain=self._words[grain]),
            takeaway=self._takeaways.get("trend", ()),
            draw=draw,
            plot=self._plot("line", ticks, values, main),
            wide=True,
            head=(self._names.title(self._words[grain]), self._subject.title(main), self._words["rows"]),
            rows=tuple(
                (formats.period(start, grain), formats.value(v, main), formats.count(n))
                for start, v, n in zip(timeline.starts, values, timeline.rows, strict=True)
            ),
            query=f'{main.query()} group by {grain}("{self._names.column(timeline.column)}")',
        )

    def _bars(self, key: str, breakdown: Breakdown, measure: Measure) -> Figure:
        names, formats = self._names, self._formats
        dimension = names.column(breakdown.dimension)
        known = [(value, s) for s in breakdown.segments if (value := s.values[measure.id]) is not None]
        ordered = sorted(known, key=lambda pair: -pair[0])
        bars = [charts.Bar(names.segment(s.name), value, self._label(s, measure)) for value, s in ordered]
        overall = self._analysis.total.values[measure.id]
        if overall is not None and not measure.adds_up:
            bars.append(
                charts.Bar(self._words["total"], overall, formats.value(overall, measure), faded=True)
            )
        return Figure(
            key=key,
            title=self._words["by"].format(measure=self._subject.title(measure), dimension=dimension),
            takeaway=self._takeaways.get(key, ()),
            draw=partial(charts.bars, bars),
            plot=self._plot(
                "bars",
                [bar.name for bar in bars],
                [bar.value for bar in bars],
                measure,
                compared=sum(bar.faded for bar in bars),
            ),
            wide=False,
            head=(names.title(dimension), self._subject.title(measure), self._words["rows"]),
            rows=tuple(
                (names.segment(s.name), formats.value(v, measure), formats.count(s.rows)) for v, s in ordered
            ),
            query=f'{measure.query()} group by "{dimension}"',
        )

    def _plot(
        self,
        kind: Literal["line", "bars"],
        names: Sequence[str],
        values: Sequence[float | None],
        measure: Measure,
        compared: int = 0,
    ) -> Plot:
        series = Series(self._subject.title(measure), tuple(values))
        return Plot(kind, tuple(names), (series,), code_of(measure, values), compared)

    def _label(self, segment: Segment, measure: Measure) -> str:
        label = self._formats.value(segment.values[measure.id], measure, compact=True)
        if measure == self._analysis.main and self._analysis.has_shares:
            return f"{label} · {self._formats.percent(self._analysis.share_of(segment), places=0)}"
        return label

    def _change(self, change: Change, timeline: Timeline) -> Figure:
        main, formats, grain = self._analysis.main, self._formats, timeline.grain
        parts = [(self._names.segment(c.name), c) for c in change.contributions]
        if change.others:
            parts.append((self._words["other"], change.others))
        bars = [charts.Bar(name, c.delta, formats.signed(c.delta, main, compact=True)) for name, c in parts]
        dimension = self._names.column(change.dimension)
        return Figure(
            key="change",
            title=self._words["change"].format(measure=self._subject.main, dimension=dimension),
            takeaway=self._takeaways.get("change", ()),
            draw=partial(charts.bars, bars),
            plot=self._plot("bars", [bar.name for bar in bars], [bar.value for bar in bars], main),
            wide=False,
            head=(self._names.title(dimension), self._subject.title(main), self._words["rows"]),
            rows=tuple((name, formats.signed(c.delta, main), formats.count(c.rows)) for name, c in parts),
            query=f'{main.query()} group by "{dimension}": {grain} {timeline.latest} less {grain} {timeline.previous}',
        )

    def _mix(self, mix: Mix, timeline: Timeline) -> Figure:
        main, formats, grain = self._analysis.main, self._formats, timeline.grain
        names = [self._names.segment(name) for name in mix.names]
        if mix.has_others:
            names[-1] = self._words["other"]
        ticks = [formats.tick(start, grain) for start in mix.starts]
        labels = [formats.percent(share, places=0) for share in mix.shares[-1]]
        dimension = self._names.column(mix.dimension)

        def draw(palette: Palette, width: int) -> charts.Spec:
            return charts.shares(names, ticks, mix.shares, labels, palette, width)

        return Figure(
            key="mix",
            title=self._names.title(
                self._words["mix"].format(measure=self._subject.main, dimension=dimension)
            ),
            takeaway=self._takeaways.get("mix", ()),
            draw=draw,
            plot=Plot(
                "shares", tuple(ticks), tuple(map(Series, names, zip(*mix.shares, strict=True))), SHARE
            ),
            wide=True,
            head=(self._names.title(self._words[grain]), *names),
            rows=tuple(
                (formats.period(start, grain), *(formats.percent(share) for share in shares))
                for start, shares in zip(mix.starts, mix.shares, strict=True)
            ),
            query=f'{main.query()} group by {grain}, "{dimension}", divided by the same of the {grain}',
        )

    def _spread(self) -> Figure:
        main, formats = self._analysis.main, self._formats
        bins = [
            (self._words["bin"].format(low=formats.axis(low, main), high=formats.axis(high, main)), count)
            for low, high, count in self._analysis.spread
        ]
        return Figure(
            key="spread",
            title=self._names.title(self._words["spread"].format(measure=self._subject.main)),
            takeaway=(),
            draw=partial(
                charts.bars, [charts.Bar(name, count, formats.count(count)) for name, count in bins]
            ),
            plot=Plot(
                "bars",
                tuple(name for name, _ in bins),
                (Series(self._words["rows"], tuple(float(count) for _, count in bins)),),
                COUNT,
            ),
            wide=True,
            head=(self._subject.title(main), self._words["rows"]),
            rows=tuple((name, formats.count(count)) for name, count in bins),
            query=f'count(*) group by ranges of "{self._subject.main}"',
        )
