"""Facts from a table: one for each number and name that a report may print."""

from datetime import date
from typing import TYPE_CHECKING

from generators.builtin.report.analyses.segments import Segment
from generators.builtin.report.facts import Fact, Facts, Rank
from generators.builtin.report.formats import Formats, Grain
from generators.builtin.report.measures import Measure
from generators.builtin.report.names import Names
from generators.builtin.report.scope import Scope
from generators.builtin.report.timeline import Timeline, next_start
from generators.builtin.report.where import Condition, Where, said
from generators.builtin.report.wording import HEADINGS

if TYPE_CHECKING:
    from generators.builtin.report.subject import Subject

ALL = "all"  # the period of a fact about all rows


def period_key(start: date, grain: Grain) -> str:
    """Return the key of the period that begins on a day."""
    return f"{grain}.{start}"


class Finder:
    """Adds the facts of a subject. Ids: "m.ID" names a measure, "p.KEY" a period; "ID.total" and "ID.KEY" are numbers
    of a measure, "ID.KEY.KEY" its change between periods; segments and scopes have keys that hold nothing of the data.

    Attributes:
        facts: All facts of the report.
        formats, names: How numbers are printed and things are called.
    """

    def __init__(self, formats: Formats, names: Names) -> None:
        self.facts = Facts()
        self.formats = formats
        self.names = names
        self._keys: dict[object, str] = {}
        self._subject: Subject

    def of(self, subject: "Subject") -> "Finder":
        """Return a finder for the rows of a subject that adds to the same facts."""
        finder = Finder(self.formats, self.names)
        finder.facts, finder._keys, finder._subject = self.facts, self._keys, subject
        return finder

    def begin(self) -> None:
        """Add the facts that every report has: the measures, their totals, the number of rows and the time covered."""
        for measure in self._subject.measures:
            self.measure(measure)
            self.total(measure)
        self.count("rows", self._subject.frame.height, "count(*)")
        self.all_time()

    def measure(self, measure: Measure) -> Fact:
        """Add the name of a measure."""
        return self.facts.add(
            Fact(f"m.{measure.id}", "measure", self.names.measure(measure), measure=measure.id)
        )

    def period(self, start: date, timeline: Timeline | None = None) -> Fact:
        """Add the name of a period."""
        timeline = timeline or self._subject.periods()
        key = period_key(start, timeline.grain)
        return self.facts.add(
            Fact(f"p.{key}", "period", self.formats.period(start, timeline.grain), period=key)
        )

    def all_time(self) -> Fact:
        """Add the time that all rows of the report cover."""
        known = self.facts.get(f"p.{ALL}")
        if known:
            return known
        timeline, words = self._subject.timeline, HEADINGS[self.names.language]
        text = words["everywhere"]
        if timeline:
            starts = sorted({*timeline.starts, *timeline.left_out})
            first, last = (self.formats.period(start, timeline.grain) for start in (starts[0], starts[-1]))
            text = (
                words["from_to"].format(first=first, last=last)
                if first != last
                else words["on_day" if timeline.grain == "day" else "during"].format(period=first)
            )
        return self.facts.add(Fact(f"p.{ALL}", "period", text, period=ALL))

    def scope(self, scope: Scope) -> Fact:
        """Add what the rows of a scope are called."""
        return self.facts.add(Fact(f"f.{scope.key}", "scope", scope.text, scope=scope.key, where=scope.where))

    def scope_key(self, where: Where) -> str:
        return self.key("scope", where)

    def count(self, id: str, number: int, query: str, where: Where = ()) -> Fact:
        """Add a number of rows, values or periods."""
        scope = self._subject.scope
        text = self.formats.count(number)
        return self.facts.add(
            Fact(f"n.{self._prefix}{id}", "count", text, number, self._asked(query, ()), number,
                 scope=scope.key, where=(*scope.where, *where))
        )  # fmt: skip

    def column(self, name: str) -> Fact:
        """Add the name of a column."""
        return self.facts.add(Fact(f"c.{self.key(name, '')}", "dimension", self.names.column(name)))

    def total(self, measure: Measure) -> Fact | None:
        """Add the value of a measure over all rows; None where there is none."""
        value = self._subject.value(measure)
        if value is None:
            return None
        return self._value(f"{measure.id}.total", measure, value, self._subject.frame.height, (), period=ALL)

    def at(self, start: date, measure: Measure) -> Fact | None:
        """Add the value of a measure in one period; None where there is none."""
        timeline = self._subject.periods()
        value = timeline.at(start, measure)
        if value is None:
            return None
        key = period_key(start, timeline.grain)
        rows, where = timeline.rows_at(start), (self.span(start),)
        return self._value(f"{measure.id}.{key}", measure, value, rows, where, period=key)

    def span(self, *starts: date) -> Condition:
        """Return the condition that rows lie in one of the periods that begin on some days."""
        timeline = self._subject.periods()
        return Condition(
            timeline.column, spans=tuple((s, next_start(s, timeline.grain)) for s in sorted(starts))
        )

    def change(self, measure: Measure, before: date, after: date) -> Fact | None:
        """Add the change of a measure between two periods: relative, or in points for percentages."""
        first, last = self.at(before, measure), self.at(after, measure)
        if first is None or last is None or first.value is None or last.value is None:
            return None
        if measure.unit == "percent":
            value, text = last.value - first.value, self.formats.points(last.value - first.value)
        elif first.value > 0:
            value = last.value / first.value - 1
            text = self.formats.percent(abs(value))
        else:
            return None
        query = f"change from [{first.query}] to [{last.query}]"
        return self.facts.add(
            Fact(f"{self._prefix}{measure.id}.{first.period}.{last.period}", "change", text, value, query,
                 first.rows + last.rows, measure.id, period=last.period, against=first.period,
                 scope=first.scope, where=(*self._subject.scope.where, self.span(before, after)))
        )  # fmt: skip

    def segment(
        self, dimension: str, segment: Segment, measure: Measure, rank: Rank
    ) -> tuple[Fact, Fact] | None:
        """Add the name of a segment and its value over all rows; None where it has no value."""
        value = segment.values[measure.id]
        if value is None:
            return None
        key, where = self.key(dimension, segment.name), (Condition(dimension, (segment.name,)),)
        number = self._value(
            f"{measure.id}.{key}", measure, value, segment.rows, where, segment=key, period=ALL
        )
        return self.named(key, segment.name, rank, number), number

    def share(
        self,
        dimension: str,
        name: str | None,
        share: float,
        rows: int,
        measure: Measure,
        *,
        period: date | None = None,
    ) -> Fact:
        """Add the share of a segment in a measure, over all rows or in one period."""
        key, time = self.key(dimension, name), (self.span(period),) if period else ()
        where = (Condition(dimension, (name,)), *time)
        whole = self._asked(measure.query(), time)
        query = f"{self._asked(measure.query(), where)}, divided by {whole}"
        at = period_key(period, self._subject.periods().grain) if period else ALL
        return self.facts.add(
            Fact(f"{self._prefix}share.{measure.id}.{at}.{key}", "value", self.formats.percent(share), share, query,
                 rows, measure.id, key, at, scope=self._subject.scope.key, where=self._subject.where(*(time or where)))
        )  # fmt: skip

    def contribution(
        self, dimension: str, name: str | None, delta: float, rows: int, measure: Measure
    ) -> tuple[Fact, Fact]:
        """Add the name of a segment and what it did to the change of a measure from the previous period to the latest.

        Both the largest gain and the largest loss rank highest: in their direction.
        """
        timeline, scope = self._subject.periods(), self._subject.scope
        assert timeline.previous is not None
        before, after = (period_key(start, timeline.grain) for start in (timeline.previous, timeline.latest))
        key, segment = self.key(dimension, name), Condition(dimension, (name,))
        periods = f"{timeline.grain} {timeline.latest} less {timeline.grain} {timeline.previous}"
        query = f"{self._asked(measure.query(), (segment,))}: {periods}"
        text = self.formats.value(abs(delta), measure, compact=True)
        where = (*scope.where, segment, self.span(timeline.previous, timeline.latest))
        number = Fact(f"{self._prefix}delta.{measure.id}.{after}.{key}", "change", text, delta, query, rows, measure.id,
                      key, after, before, scope=scope.key, where=where)  # fmt: skip
        return self.named(key, name, "highest", self.facts.add(number)), number

    def ranked_period(self, start: date, measure: Measure, rank: Rank) -> tuple[Fact, Fact]:
        """Add the name of the period in which a measure is highest or lowest, and the value there."""
        number = self.at(start, measure)
        assert number is not None
        name = self.period(start)
        ranked = Fact(
            f"{rank}.{number.id}", "period", name.text, period=name.period, rank=rank, ranks=number.id
        )
        return self.facts.add(ranked), number

    def named(self, key: str, name: str | None, rank: Rank, number: Fact) -> Fact:
        """Add the name of a segment, with what a number of it ranks; `key` is that of `Finder.key`."""
        text, ranked = self.names.segment(name), rank or "name"
        return self.facts.add(
            Fact(
                f"{ranked}.{number.id}",
                "segment",
                text,
                segment=key,
                rank=rank,
                ranks=number.id if rank else "",
            )
        )

    def key(self, *of: object) -> str:
        """Return a key for a segment or a column that holds nothing of the data, so that it fits in a placeholder."""
        return self._keys.setdefault(of, f"k{len(self._keys)}")

    @property
    def _prefix(self) -> str:
        key = self._subject.scope.key
        return f"{key}." if key else ""

    def _asked(self, query: str, where: Where) -> str:
        conditions = said((*self._subject.scope.where, *where))
        return f"{query} where {conditions}" if conditions else query

    def _value(
        self,
        id: str,
        measure: Measure,
        value: float,
        rows: int,
        where: Where,
        *,
        segment: str = "",
        period: str = "",
    ) -> Fact:
        text, scope = self.formats.value(value, measure, compact=True), self._subject.scope
        query = self._asked(measure.query(), where)
        return self.facts.add(
            Fact(f"{self._prefix}{id}", "value", text, value, query, rows, measure.id, segment, period,
                 scope=scope.key, where=(*scope.where, *where))
        )  # fmt: skip
