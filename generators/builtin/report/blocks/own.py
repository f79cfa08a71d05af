"""Facts of one block: numbers and names that no other kind of block has, with where they come from."""

from datetime import date

from generators.builtin.report.blocks.params import Block
from generators.builtin.report.facts import Fact, Rank, Role
from generators.builtin.report.findings import period_key
from generators.builtin.report.measures import Measure
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Where
from generators.builtin.report.wording_metrics import METRICS

LEVEL = 0.95


class Own:
    """Adds the facts of a block. Their ids begin with the id of the block, and hold nothing of the data."""

    def __init__(self, block: Block, subject: Subject) -> None:
        self._id, self._subject = block.id, subject

    def metric(self, key: str, **names: str) -> Fact:
        """Return the name of something that only this kind of block measures, such as retention."""
        text = METRICS[self._subject.params.language][key].format(**names)
        return self._add(Fact(f"{self._id}.k.{key}", "measure", text, measure=f"{self._id}.{key}"))

    def number(
        self,
        id: str,
        text: str,
        value: float,
        query: str,
        *,
        of: Fact | None = None,
        segment: str = "",
        period: date | str = "",
        rows: int = 0,
        where: Where = (),
        role: Role = "value",
        against: date | str = "",
    ) -> Fact:
        """Return a number.

        Args:
            id: Names it within the block.
            text: How it is printed.
            value: The number.
            query: How it was computed.
            of: The name of the measure that it is a number of.
            segment: The key of the segment that it is about.
            period: The first day, or the key, of the period that it is about.
            rows: From how many rows it was computed; 0 for all of the subject.
            where: Which rows of the subject they are.
            role: What kind of a number it is; a count needs no names before it.
            against: The period that a change goes from.
        """
        subject = self._subject
        return self._add(
            Fact(f"{self._id}.{id}", role, text, value, query, rows or subject.frame.height,
                 of.measure if of else "", segment, self._period(period), self._period(against),
                 scope=subject.scope.key, where=subject.where(*where))
        )  # fmt: skip

    def count(self, id: str, number: int, query: str, *, where: Where = ()) -> Fact:
        """Return a number of customers, orders, texts or periods."""
        return self.number(id, self._subject.formats.count(number), number, query, where=where, role="count")

    def share(self, id: str, share: float, query: str, *, places: int = 1) -> Fact:
        """Return a share that is about no segment or period, such as a level of confidence."""
        text = self._subject.formats.percent(share, places=places)
        return self.number(id, text, share, query, role="count")

    def level(self, level: float = LEVEL) -> Fact:
        """Return how often an interval is meant to hold the true value."""
        return self.share(f"level{level:g}", level, "chosen", places=0)

    def amount(self, id: str, value: float, measure: Measure, query: str) -> Fact:
        """Return a number in the unit of a measure that is about no segment or period, such as an error."""
        text = self._subject.formats.value(value, measure, compact=True)
        return self.number(id, text, value, query, role="count")

    def name(
        self, column: str, name: str, number: Fact | None = None, rank: Rank = "", text: str = ""
    ) -> Fact:
        """Return the name of a segment, of the data or with a text of ours; `number` is what it ranks by."""
        key = self.key(column, name)
        shown = text or self._subject.names.segment(name)
        id = f"{self._id}.{rank or 'name'}.{number.id if number else key}"
        ranks = number.id if number and rank else ""
        return self._add(Fact(id, "segment", shown, segment=key, rank=rank, ranks=ranks))

    def words(self, id: str, text: str) -> Fact:
        """Return a text that is not made of our sentences, such as a quote."""
        return self._add(Fact(f"{self._id}.w.{id}", "dimension", text))

    def key(self, column: str, name: str) -> str:
        """Return the key of a segment."""
        return self._subject.find.key(column, name)

    def _period(self, period: date | str) -> str:
        return period if isinstance(period, str) else period_key(period, self._subject.periods().grain)

    def _add(self, fact: Fact) -> Fact:
        return self._subject.find.facts.add(fact)
