"""What is reported on: the rows, what their columns are for, and how all of it is called and printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from generators.builtin.report.analyses.segments import Breakdown, Segment, breakdown_of, segments_of, whole
from generators.builtin.report.blocks.params import Block, Grain
from generators.builtin.report.facts import Fact
from generators.builtin.report.findings import Finder
from generators.builtin.report.formats import Formats
from generators.builtin.report.measures import Measure, measure_of
from generators.builtin.report.names import Names
from generators.builtin.report.outcomes import Outcome
from generators.builtin.report.part import NotShown
from generators.builtin.report.roles import Roles
from generators.builtin.report.scope import Scope, scope_of
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import TableColumn
from generators.builtin.report.timeline import Timeline, timeline_of
from generators.builtin.report.where import Condition, Where
from generators.builtin.report.wording import HEADINGS, REASONS, SENTENCES


@dataclass(eq=False)
class Subject:
    """The rows that a block is about, in one language. All subjects of a report add to the same facts.

    Attributes:
        columns: The columns of the table, by name.
        roles: What they are for.
        params: What was asked of the report.
        frame: The rows; it calls columns by their keys.
        measures: What is measured, the chosen one first.
        find: Adds facts.
        outcome: What came of each row, where it is yes or no; its three measures are among them.
        scope: Which rows these are, where they are not all.
        grain: How long periods are.
        further: Measures that blocks asked for beside these.
    """

    columns: Mapping[str, TableColumn]
    roles: Roles
    params: ReportParams
    frame: pl.DataFrame
    measures: tuple[Measure, ...]
    find: Finder
    outcome: Outcome | None = None
    scope: Scope = field(default_factory=Scope)
    grain: Grain = "auto"
    further: tuple[Measure, ...] = ()

    @property
    def formats(self) -> Formats:
        return self.find.formats

    @property
    def names(self) -> Names:
        return self.find.names

    @property
    def words(self) -> Mapping[str, str]:
        """Headings and short texts in the language of the report."""
        return HEADINGS[self.params.language]

    @property
    def main(self) -> Measure:
        """The measure that the report is about."""
        return self.measures[0]

    @property
    def second(self) -> Measure | None:
        """The first ratio, or else the first further measure that has a value."""
        known = [m for m in self.measures[1:] if self.total.values[m.id] is not None]
        return next((m for m in known if m.how == "ratio"), known[0] if known else None)

    @cached_property
    def total(self) -> Segment:
        """All rows as one segment."""
        return whole(self.frame, (*self.measures, *self.further))

    @cached_property
    def timeline(self) -> Timeline | None:
        """The periods, or None where no row has a date."""
        time = self.roles.time
        return (
            timeline_of(self.frame, self.key(time), time, self.measures, self.grain, self.params.fiscal_start)
            if time and self.frame.height
            else None
        )

    def periods(self) -> Timeline:
        """Return the periods.

        Raises:
            NotShown: If there are none.
        """
        if self.timeline is None:
            raise self.not_shown("no_time")
        return self.timeline

    def key(self, column: str) -> str:
        """Return what the frame calls a column."""
        return self.columns[column].key

    def measure(self, asked: str = "") -> Measure:
        """Return a measure by the name of its column, by its role such as "@price", or the main one for "".

        Raises:
            NotShown: If there is none.
        """
        if not asked:
            return self.main
        if asked == "@second":
            if self.second is None:
                raise self.not_shown("no_second")
            return self.second
        derived = next((m for m in self.measures if m.derived and m.name == asked.removeprefix("@")), None)
        if derived and asked.startswith("@"):
            return derived
        column = self.column(asked)
        if self.outcome and column == self.outcome.column:
            return self.outcome.rate
        every = (*self.measures, *self.further)
        known = next((m for m in every if not m.derived and m.name == column), None)
        if known is None and self.columns[column].kind != "number":
            raise self.not_shown("no_number", column=self.names.column(column))
        return known or self._measured(measure_of(f"m{self.key(column)}", self.columns[column]))

    def amount(self, asked: str = "") -> Measure:
        """Return a measure as `measure` does; for "" the revenue, where a column is known as that."""
        return self.measure(asked or ("@revenue" if "revenue" in self.roles.named else ""))

    def _measured(self, measure: Measure) -> Measure:
        self.further = (*self.further, measure)
        for computed in ("total", "timeline"):
            self.__dict__.pop(computed, None)
        return measure

    def dimension(self, asked: str = "", place: int = 0) -> str:
        """Return the name of a dimension's column: the one that is named, or an inferred one by its place.

        Raises:
            NotShown: If there is none.
        """
        if asked:
            return self.column(asked)
        if place >= len(self.roles.dimensions):
            raise self.not_shown("no_dimension")
        return self.roles.dimensions[place]

    def column(self, asked: str) -> str:
        """Return the name of a column by its name or its role.

        Raises:
            NotShown: If there is none.
        """
        if not asked.startswith("@"):
            if asked not in self.columns:
                raise self.not_shown("no_column", column=self.names.column(asked))
            return asked
        found = self.roles.named.get(asked[1:])
        if found is None:
            raise self.not_shown("no_role", role=self.words.get(f"role_{asked[1:]}", asked[1:]))
        return found

    def not_shown(self, reason: str, **names: str) -> NotShown:
        """Return why something is not shown, in the language of the report."""
        return NotShown(REASONS[self.params.language][reason].format(**names))

    def by_name(self, column: str) -> pl.DataFrame:
        """Return the rows with a column as names, whatever it holds."""
        found = self.columns[column]
        if self.frame.schema[found.key] == pl.String:
            return self.frame
        return self.frame.with_columns(found.as_names().alias(found.key))

    def segments(self, dimension: str, measures: tuple[Measure, ...]) -> list[Segment]:
        """Return all segments of a dimension, largest in the first measure first."""
        return segments_of(self.by_name(dimension), self.key(dimension), measures)

    def breakdown(self, dimension: str, measures: tuple[Measure, ...], top_n: int = 0) -> Breakdown:
        """Return the largest segments of a dimension in the first measure."""
        most = top_n or self.params.top_n
        return breakdown_of(self.by_name(dimension), self.key(dimension), dimension, measures, most)

    def has_shares(self, measure: Measure) -> bool:
        """Whether segments have a share of a measure: it adds up, and no value is negative."""
        return measure.adds_up and self.lowest(measure) >= 0 and bool(self.value(measure))

    def lowest(self, measure: Measure) -> float:
        """Return the lowest value of a row; 0 for measures that rows do not have."""
        lowest = self.frame.get_column(measure.keys[0]).min() if measure.keys else 0.0
        return lowest if isinstance(lowest, float) else 0.0

    def value(self, measure: Measure) -> float | None:
        """Return the value of a measure over all rows."""
        return self.total.values[measure.id]

    def course(self, measure: Measure) -> tuple[float | None, ...]:
        """Return the values of a measure in the periods; () where there are none."""
        return self.timeline.values[measure.id] if self.timeline else ()

    def where(self, *conditions: Condition) -> Where:
        """Return which rows of the table are those of the subject that meet some conditions."""
        return (*self.scope.where, *conditions)

    def share(self, segment: Segment, measure: Measure) -> float:
        """Return a segment's share of a measure, 0 to 1."""
        return (segment.values[measure.id] or 0.0) / (self.value(measure) or 1.0)

    def title(self, measure: Measure) -> str:
        return self.names.title(self.names.measure(measure))

    def texts(self, key: str) -> str:
        """Return a sentence, or a piece of one, in the language of the report, before it is filled."""
        return SENTENCES[self.params.language][key]

    def draft(self, key: str, **facts: Fact) -> str:
        """Return a sentence with the ids of its facts between braces; it begins with the scope where there is one."""
        sentence = self.texts(key).format(**{name: f"{{{fact.id}}}" for name, fact in facts.items()})
        if not self.scope.key:
            return sentence
        scope = self.find.scope(self.scope)
        return self.texts("scoped").format(scope=f"{{{scope.id}}}", sentence=sentence)

    def narrowed(self, block: Block) -> "Subject":
        """Return what a block is about: the rows that meet its filters, in its periods.

        Raises:
            NotShown: If no row is left.
        """
        grain = self.grain if block.period == "auto" else block.period
        if not block.filters:
            return self if grain == self.grain else replace(self, grain=grain).bound()
        scope = scope_of(self, block.filters)
        frame = self.frame.filter(scope.met)
        if frame.height == 0:
            raise self.not_shown("no_rows", filter=scope.text)
        return replace(self, frame=frame, scope=scope, grain=grain).bound()

    def bound(self) -> "Subject":
        """Return it with what adds facts of its rows."""
        self.find = self.find.of(self)
        return self
