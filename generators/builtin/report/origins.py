"""Where printed numbers come from: how they were computed, and from which rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generators.builtin.report.facts import Fact
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Where


@dataclass(frozen=True, slots=True)
class Origin:
    """An entry of the appendix: a printed number or a figure, and where it comes from.

    Attributes:
        anchor: Where links to it lead.
        printed: The number as it is printed, or the name of the figure.
        about: Measure, segment and periods in words.
        query: How it was computed.
        rows: From how many rows.
        where: Which rows they are.
    """

    anchor: str
    printed: str
    about: str
    query: str
    rows: str
    where: Where = ()


def origins_of_numbers(
    printed: Iterable[Fact], anchors: Mapping[str, str], subject: Subject
) -> Iterator[Origin]:
    """Yield where each number comes from."""
    named = {
        (fact.role, key): fact.text
        for fact in subject.find.facts
        for key in (fact.measure, fact.segment, fact.period, fact.scope)
        if key and not fact.is_number
    }
    for fact in printed:
        keys = (
            ("scope", fact.scope),
            ("measure", fact.measure),
            ("segment", fact.segment),
            ("period", fact.period),
            ("period", fact.against),
        )
        about = " · ".join(named[key] for key in keys if key in named)
        yield Origin(
            anchors[fact.id], fact.text, about, fact.query, subject.formats.count(fact.rows), fact.where
        )


def origins_of_figures(shown: Sequence[tuple[str, str, str, str]], rows: str) -> Iterator[Origin]:
    """Yield where figures and tables come from, given the key, name, title and query of each."""
    for key, name, title, query in shown:
        yield Origin(f"q-{key}", name, title, query, rows)
