"""Facts: every number, name and period that a report may print, and where it comes from."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from generators.builtin.report.where import Where

Role = Literal["value", "change", "count", "measure", "dimension", "segment", "period", "scope"]
Rank = Literal["", "highest", "lowest"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One computed cell, or one name from the data.

    Attributes:
        id: What a sentence calls it by, such as "revenue.latest".
        role: A value, a change, a count; or the name of a measure, a dimension, a segment, a period or a scope.
        value: The number itself; None for names.
        text: How it is printed. The size of a change is printed without its sign: the sentence gives the direction.
        query: How it was computed.
        rows: The number of rows it was computed from.
        measure, segment, period, against: Keys of what the number is about, or of what the name names. A change goes
            from `against` to `period`. A fact about all segments leaves `segment` empty.
        rank: For a name: whether a number of it is the "highest" or the "lowest" of all.
        ranks: The id of that number.
        scope: The key of the filter that leaves rows out of it, or that the name names; "" for all rows.
        where: Which rows a number was computed from.
    """

    id: str
    role: Role
    text: str
    value: float | None = None
    query: str = ""
    rows: int = 0
    measure: str = ""
    segment: str = ""
    period: str = ""
    against: str = ""
    rank: Rank = ""
    ranks: str = ""
    scope: str = ""
    where: Where = ()

    @property
    def is_number(self) -> bool:
        return self.role in ("value", "change", "count")

    @property
    def direction(self) -> Literal["up", "down", "flat"]:
        """The direction of a change as it is printed: what rounds to nothing is flat."""
        if not self.value or not any(digit in self.text for digit in "123456789"):
            return "flat"
        return "up" if self.value > 0 else "down"


def _same(known: Fact, fact: Fact) -> bool:
    """Return whether two facts differ only as sums of the same numbers do that were added up in another order."""
    if known.value is None or fact.value is None:
        return False
    return math.isclose(known.value, fact.value, rel_tol=1e-9) and known == replace(fact, value=known.value)


@dataclass(slots=True)
class Facts:
    """The facts of one report by id, in the order in which they were found."""

    _by_id: dict[str, Fact] = field(default_factory=dict)

    def add(self, fact: Fact) -> Fact:
        """Keep a fact. The same id with another content is a contradiction.

        Raises:
            ValueError: If the id already stands for something else.
        """
        known = self._by_id.setdefault(fact.id, fact)
        if known != fact and not _same(known, fact):
            raise ValueError(
                f"The fact {fact.id!r} is already {known.text!r}; it cannot also be {fact.text!r}."
            )
        return known

    def __getitem__(self, id: str) -> Fact:
        return self._by_id[id]

    def get(self, id: str) -> Fact | None:
        return self._by_id.get(id)

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)


def literals(facts: Iterable[Fact]) -> set[str]:
    """Return the names that sentences may print only through a placeholder."""
    return {fact.text for fact in facts if not fact.is_number and len(fact.text) > 1}
