"""Where printed numbers come from: how they were computed, and from which rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generators.builtin.report.facts import Fact
from generators.builtin.report.formats import Language
from generators.builtin.report.query_words import in_words
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
    printed: Iterable[Fact], anchors: Mapping[str, str], subject: Subject, places: Mapping[str, str]
) -> Iterator[Origin]:
    """Yield where each number comes from; one that is about nothing by name is about what it stands beside.

    Args:
        printed: The numbers.
        anchors: Where links to them lead, by their ids.
        subject: What is reported on.
        places: What each number stands beside, by its id.
    """
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
        about = " · ".join(named[key] for key in keys if key in named) or places.get(fact.id, "")
        query = in_words(fact.query, subject.params.language)
        yield Origin(anchors[fact.id], fact.text, about, query, subject.formats.count(fact.rows), fact.where)


def origins_of_figures(
    shown: Sequence[tuple[str, str, str, str]], rows: str, language: Language
) -> Iterator[Origin]:
    """Yield where figures and tables come from, given the key, name, title and query of each."""
    for key, name, title, query in shown:
        yield Origin(f"q-{key}", name, title, in_words(query, language), rows)
