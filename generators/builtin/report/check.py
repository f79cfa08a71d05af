"""A narrative that cannot lie: every draft is held against the facts before it is printed."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from generators.builtin.report.claims import (
    AMOUNTS,
    BASES,
    CLAUSE_END,
    DENIALS,
    DIRECTIONS,
    INTERVALS,
    NUMBER_WORDS,
    RANKS,
    TOUCHING,
    UNITS,
)
from generators.builtin.report.facts import Fact, Facts, literals
from generators.builtin.report.sentence import PLACEHOLDER

Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a draft may not be printed."""

    draft: str
    reason: str


@dataclass(slots=True)
class _Context:
    """What a sentence has named so far, from left to right: a number belongs to the names nearest before it."""

    measure: str = ""
    segment: str = ""
    period: str = ""
    scope: str = ""
    periods: set[str] = field(default_factory=set)

    def name(self, fact: Fact) -> None:
        match fact.role:
            case "measure":
                self.measure = fact.measure
            case "segment":
                self.segment = fact.segment
            case "period":
                self.period = fact.period
            case "scope":
                self.scope = fact.scope


def check_narrative(drafts: Iterable[str], facts: Facts, *, names: bool = True) -> list[Problem]:
    """Return what is wrong with drafts; an empty list means that they say what the facts say.

    A draft is one sentence with facts as {placeholders}. It may hold no digit, number word, unit or name of its own;
    each number must follow the measure, segment and period that it is about; words of direction and rank must agree.

    Args:
        drafts: The sentences.
        facts: All facts of the report.
        names: Whether to look for names outside placeholders, and for counts that stand as the number of a measure.
            Fixed wording needs no such check, and would fail it where a segment has a common word for its name.
    """
    forbidden = literals(facts) if names else set()
    return [
        Problem(draft, reason)
        for draft in drafts
        for reason in _problems(draft, facts, forbidden, ours=not names)
    ]


def unbound_digits(text: str, facts: Iterable[Fact]) -> list[str]:
    """Return the sequences of digits in a printed text that no fact printed; capitals do not matter."""
    text = text.casefold()
    for printed in sorted({fact.text.casefold() for fact in facts}, key=len, reverse=True):
        text = text.replace(printed, " ")
    return re.findall(r"\d+", text)


def _problems(draft: str, facts: Facts, forbidden: set[str], *, ours: bool) -> Iterator[str]:
    ids = PLACEHOLDER.findall(draft)
    unknown = [id for id in ids if id not in facts]
    if unknown or "{" in PLACEHOLDER.sub("", draft) or "}" in PLACEHOLDER.sub("", draft):
        yield f"{', '.join(unknown) or 'a lone brace'} is not the id of a fact"
        return
    yield from _literal_problems(draft, forbidden)
    yield from _binding_problems([facts[id] for id in ids], ours=ours)
    yield from _comparison_problems(draft, facts)
    yield from _interval_problems(draft, facts)
    yield from _amount_problems(draft, facts)
    for clause in CLAUSE_END.split(draft):
        yield from _denial_problems(clause, facts)
        yield from _direction_problems(clause, facts)
        yield from _rank_problems(clause, facts)


def _literal_problems(draft: str, forbidden: set[str]) -> Iterator[str]:
    text = PLACEHOLDER.sub("\x00", draft)
    digits = [c for c in text if unicodedata.category(c) in ("Nd", "Nl", "No")]
    if digits:
        yield f"it writes the number {''.join(digits)} itself"
    if touching := TOUCHING.search(text):
        yield f"it writes {touching.group().strip(chr(0))!r} next to a fact, as if that were a part of it"
    for what, pattern in (("the number word", NUMBER_WORDS), ("the unit", UNITS)):
        if found := pattern.search(text):
            yield f"it writes {what} {found.group()!r} itself"
    folded = text.casefold()
    for name in sorted(forbidden):
        if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", folded, re.ASCII):
            yield f"it writes the name {name!r} itself"


def _binding_problems(parts: Sequence[Fact], *, ours: bool) -> Iterator[str]:
    told = ""  # the measure whose number was told last
    context = _Context(periods={fact.period for fact in parts if fact.role == "period"})
    for fact in parts:
        context.name(fact)
        if not fact.is_number:
            continue
        if fact.role == "count" and context.measure != told and not ours:
            yield f"{fact.id} is no number of the measure named before it"
        told = context.measure
        if fact.scope != context.scope:
            yield f"{fact.id} is about other rows than the sentence names"
        if fact.measure and fact.measure != context.measure:
            yield f"{fact.id} is about another measure than the one named before it"
        if fact.segment != context.segment and fact.role != "count":
            yield f"{fact.id} is about another segment than the one named before it"
        if fact.role == "change" and not {fact.period, fact.against} <= context.periods:
            yield f"{fact.id} compares other periods than the sentence names"
        if (
            fact.role == "value"
            and fact.period != context.period
            and (fact.period != "all" or context.period)
        ):
            yield f"{fact.id} is about another period than the one named before it"


def _comparison_problems(draft: str, facts: Facts) -> Iterator[str]:
    """Give a reason for each change whose two periods change places."""
    named = _placed(draft, facts, lambda fact: fact.role == "period")
    bases = [
        (BASES.search(PLACEHOLDER.sub("\x00", draft[:start])) is not None, fact.period)
        for start, _, fact in named
    ]
    for _, _, change in _placed(draft, facts, lambda fact: fact.role == "change"):
        if (False, change.against) in bases or (True, change.period) in bases:
            yield f"{change.id} goes from {change.against} to {change.period}, and the sentence says the reverse"


def _interval_problems(draft: str, facts: Facts) -> Iterator[str]:
    for ends in INTERVALS.findall(draft):
        low, high = (facts[id].value for id in ends)
        if low is not None and high is not None and low > high:
            yield f"{ends[0]} is above {ends[1]}, and the sentence says the reverse"


def _amount_problems(draft: str, facts: Facts) -> Iterator[str]:
    """Give a reason for each level that stands where a change belongs."""
    for either in AMOUNTS.findall(draft):
        fact = facts["".join(either)]
        if fact.role == "value":
            yield f"{fact.id} is no change, and the sentence says by how much something changed"


def _denial_problems(clause: str, facts: Facts) -> Iterator[str]:
    text = PLACEHOLDER.sub("\x00", clause)
    claims = any(word.search(text) for word in (*DIRECTIONS.values(), *RANKS.values()))
    numbers = _placed(clause, facts, lambda fact: fact.is_number and fact.role != "count")
    if (claims or numbers) and (denial := DENIALS.search(text)):
        yield f"{denial.group()!r} denies what the facts say"


def _direction_problems(clause: str, facts: Facts) -> Iterator[str]:
    changes = _placed(clause, facts, lambda fact: fact.role == "change")
    bound: set[str] = set()
    for direction, start, end, word in _words(clause, DIRECTIONS):
        nearest = _nearest(changes, start, end)
        if nearest is None:
            yield f"{word!r} stands by no change"
            continue
        bound.add(nearest.id)
        if nearest.direction != direction:
            yield f"{word!r} contradicts {nearest.id}, which went {nearest.direction}"
    for _, _, fact in changes:
        if fact.id not in bound:
            yield f"{fact.id} is a change, and no word says in which direction"


def _rank_problems(clause: str, facts: Facts) -> Iterator[str]:
    ranked = _placed(clause, facts, lambda fact: bool(fact.rank))
    present = set(PLACEHOLDER.findall(clause))
    for rank, start, end, word in _words(clause, RANKS):
        nearest = _nearest(ranked, start, end)
        if nearest is None:
            yield f"{word!r} stands by no segment or period that is ranked"
        elif nearest.rank != rank:
            yield f"{word!r} contradicts {nearest.id}, which is the {nearest.rank}"
        elif nearest.ranks not in present:
            yield f"{word!r} is true of {nearest.ranks}, which the clause does not print"


def _placed(clause: str, facts: Facts, wanted: Callable[[Fact], bool]) -> list[tuple[int, int, Fact]]:
    found = [(m.start(), m.end(), facts[m.group(1)]) for m in PLACEHOLDER.finditer(clause)]
    return [(start, end, fact) for start, end, fact in found if wanted(fact)]


def _words(clause: str, patterns: Mapping[Word, re.Pattern[str]]) -> Iterator[tuple[Word, int, int, str]]:
    text = PLACEHOLDER.sub(lambda m: "\x00" * len(m.group()), clause)
    for kind, pattern in patterns.items():
        for found in pattern.finditer(text):
            yield kind, found.start(), found.end(), found.group()


def _nearest(placed: Sequence[tuple[int, int, Fact]], start: int, end: int) -> Fact | None:
    def distance(place: tuple[int, int, Fact]) -> int:
        return place[0] - end if place[0] >= end else start - place[1]

    return min(placed, key=distance)[2] if placed else None
