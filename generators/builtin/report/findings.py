"""Facts from an analysis: one for each number and name that a report may print."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from generators.builtin.report.analysis import Analysis, Breakdown, Segment
from generators.builtin.report.facts import Fact, Facts, Rank
from generators.builtin.report.formats import Formats, Language, shorten
from generators.builtin.report.measures import Measure
from generators.builtin.report.wording import HEADINGS, NAMES

LONGEST_NAME = 40  # longer ones are cut: they would break out of a column of the page
ALL = "all"  # the period of a fact about the whole table


def shown(name: str) -> str:
    """Return a text from the data on one line, without characters that control the display."""
    kept = "".join(
        " " if c.isspace() else c
        for c in name
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    )
    return re.sub(r" +", " ", kept).strip()


@dataclass(frozen=True, slots=True)
class Names:
    """What measures, columns and segments are called in one language."""

    language: Language

    def measure(self, measure: Measure) -> str:
        return NAMES[self.language][measure.name] if measure.derived else self.column(measure.name)

    def column(self, name: str) -> str:
        return shorten(shown(name).replace("_", " "), LONGEST_NAME) or HEADINGS[self.language]["missing"]

    def segment(self, name: str | None) -> str:
        return (shorten(shown(name), LONGEST_NAME) if name is not None else "") or HEADINGS[self.language][
            "missing"
        ]

    def title(self, text: str) -> str:
        """Return a text with a capital at its start."""
        return text[:1].upper() + text[1:]


class Finder:
    """Adds the facts of an analysis. Ids: "m.ID" names a measure, "p.latest" a period; "ID.total", "ID.latest",
    "ID.change" and "ID.year" are its numbers; segments are numbered by dimension and place.
    """

    def __init__(self, analysis: Analysis, formats: Formats, names: Names) -> None:
        self.facts = Facts()
        self._analysis = analysis
        self._formats = formats
        self._names = names
        self._keys: dict[tuple[str, str | None], str] = {}
        for measure in analysis.measures:
            self.facts.add(Fact(f"m.{measure.id}", "measure", names.measure(measure), measure=measure.id))
        self.count("rows", analysis.rows, "count(*)")
        self._totals()
        self._periods()

    def period(self, start: date) -> Fact:
        """Return the name of a period."""
        timeline = self._analysis.timeline
        assert timeline is not None
        text = self._formats.period(start, timeline.grain)
        return self.facts.add(Fact(f"p.{start.isoformat()}", "period", text, period=start.isoformat()))

    def count(self, id: str, number: int, query: str) -> Fact:
        """Add a number of rows, values or periods."""
        return self.facts.add(Fact(f"n.{id}", "count", self._formats.count(number), number, query, number))

    def column(self, name: str) -> Fact:
        """Add the name of a column."""
        return self.facts.add(Fact(f"c.{self._key(name)}", "dimension", self._names.column(name)))

    def total(self, measure: Measure) -> Fact | None:
        """Return the value of a measure over the whole table; None where there is none."""
        return self.facts.get(f"{measure.id}.total")

    def at(self, start: date, measure: Measure) -> Fact | None:
        """Add the value of a measure in one period; None where there is none."""
        timeline = self._analysis.timeline
        assert timeline is not None
        value = timeline.at(start, measure)
        if value is None:
            return None
        where = f'{timeline.grain}("{timeline.column}") = {start}'
        return self._value(
            f"{measure.id}.{start}", measure, value, timeline.rows_at(start), where, period=start.isoformat()
        )

    def change(self, measure: Measure, before: date, after: date) -> Fact | None:
        """Add the change of a measure between two periods: relative, or in points for percentages."""
        first, last = self.at(before, measure), self.at(after, measure)
        if first is None or last is None or first.value is None or last.value is None:
            return None
        if measure.unit == "percent":
            value, text = last.value - first.value, self._formats.points(last.value - first.value)
        elif first.value > 0:
            value = last.value / first.value - 1
            text = self._formats.percent(abs(value))
        else:
            return None
        query = f"change from [{first.query}] to [{last.query}]"
        return self.facts.add(
            Fact(f"{measure.id}.{before}.{after}", "change", text, value, query, first.rows + last.rows,
                 measure.id, period=after.isoformat(), against=before.isoformat())
        )  # fmt: skip

    def segment(
        self, breakdown: Breakdown, segment: Segment, measure: Measure, rank: Rank
    ) -> tuple[Fact, Fact] | None:
        """Add the name of a segment and its value over the whole table; None where it has no value."""
        value = segment.values[measure.id]
        if value is None:
            return None
        key, where = self._key(breakdown.dimension, segment.name), _where(breakdown.dimension, segment.name)
        number = self._value(
            f"{measure.id}.{key}", measure, value, segment.rows, where, segment=key, period=ALL
        )
        return self._named(key, segment.name, rank, number), number

    def share(
        self, dimension: str, name: str | None, share: float, rows: int, *, period: date | None = None
    ) -> Fact:
        """Add the share of a segment in the first measure, over the whole table or in one period."""
        measure, key = self._analysis.main, self._key(dimension, name)
        where = _where(dimension, name) + (f" and period = {period}" if period else "")
        query = f"{measure.query()} where {where}, divided by {measure.query()}" + (
            f" where period = {period}" if period else ""
        )
        return self.facts.add(
            Fact(f"share.{period or ALL}.{key}", "value", self._formats.percent(share), share, query, rows,
                 measure.id, key, period.isoformat() if period else ALL)
        )  # fmt: skip

    def leader(self, dimension: str, name: str | None, share: Fact) -> Fact:
        """Return the name of the segment with the largest share."""
        return self._named(self._key(dimension, name), name, "highest", share)

    def contribution(self, dimension: str, name: str | None, delta: float, rows: int) -> tuple[Fact, Fact]:
        """Add the name of a segment and what it did to the change of the first measure.

        Both the largest gain and the largest loss rank highest: in their direction.
        """
        timeline, measure = self._analysis.timeline, self._analysis.main
        assert timeline is not None
        assert timeline.previous is not None
        before, after = timeline.previous.isoformat(), timeline.latest.isoformat()
        key = self._key(dimension, name)
        periods = f"{timeline.grain} {after} less {timeline.grain} {before}"
        query = f"{measure.query()} where {_where(dimension, name)}: {periods}"
        text = self._formats.value(abs(delta), measure, compact=True)
        number = Fact(f"delta.{key}", "change", text, delta, query, rows, measure.id, key, after, before)
        return self._named(key, name, "highest", self.facts.add(number)), number

    def ranked_period(self, start: date, measure: Measure, rank: Rank) -> tuple[Fact, Fact]:
        """Return the name of the period in which a measure is highest or lowest, and the value there."""
        number = self.at(start, measure)
        assert number is not None
        name = self.period(start)
        ranked = Fact(
            f"{rank}.{number.id}", "period", name.text, period=name.period, rank=rank, ranks=number.id
        )
        return self.facts.add(ranked), number

    def _key(self, dimension: str, name: str | None = None) -> str:
        """Return a key for a segment or a column that holds nothing of the data, so that it fits in a placeholder."""
        return self._keys.setdefault((dimension, name), f"k{len(self._keys)}")

    def _named(self, key: str, name: str | None, rank: Rank, number: Fact) -> Fact:
        text = self._names.segment(name)
        return self.facts.add(
            Fact(f"{rank}.{number.id}", "segment", text, segment=key, rank=rank, ranks=number.id)
        )

    def _value(
        self,
        id: str,
        measure: Measure,
        value: float,
        rows: int,
        where: str,
        *,
        segment: str = "",
        period: str = "",
    ) -> Fact:
        text = self._formats.value(value, measure, compact=True)
        query = f"{measure.query()} where {where}" if where else measure.query()
        return self.facts.add(Fact(id, "value", text, value, query, rows, measure.id, segment, period))

    def _totals(self) -> None:
        total = self._analysis.total
        for measure in self._analysis.measures:
            value = total.values[measure.id]
            if value is not None:
                self._value(f"{measure.id}.total", measure, value, total.rows, "", period=ALL)

    def _periods(self) -> None:
        timeline, words = self._analysis.timeline, HEADINGS[self._names.language]
        text = words["everywhere"]
        if timeline:
            starts = sorted({*timeline.starts, *timeline.left_out})
            first, last = (self._formats.period(start, timeline.grain) for start in (starts[0], starts[-1]))
            text = (
                words["from_to"].format(first=first, last=last)
                if first != last
                else words["during"].format(period=first)
            )
        self.facts.add(Fact(f"p.{ALL}", "period", text, period=ALL))


def literals(facts: Iterable[Fact]) -> set[str]:
    """Return the names that sentences may print only through a placeholder."""
    return {fact.text for fact in facts if not fact.is_number and len(fact.text) > 1}


def _where(dimension: str, name: str | None) -> str:
    quoted = "'" + shorten(shown(name), LONGEST_NAME).replace("'", "''") + "'" if name is not None else ""
    return f'"{shown(dimension)}" = {quoted}' if name is not None else f'"{shown(dimension)}" is null'
