"""What the rules of a brand say of a piece: how many were tested, which it breaks and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from brandkiln.brand.rules import claiming, limits, reading, style, terms
from brandkiln.brand.rules.pictures import RULES as PICTURE_RULES
from brandkiln.brand.rules.pictures import Picture
from brandkiln.brand.rules.rule import Finding, Known, TextRule

TEXT_RULES: tuple[TextRule, ...] = (
    *terms.RULES,
    *style.RULES,
    *reading.RULES,
    *claiming.RULES,
    *limits.RULES,
)
TITLES: dict[str, str] = {rule.name: rule.title for rule in TEXT_RULES} | {
    rule.name: rule.title for rule in PICTURE_RULES
}
WISHES: dict[str, str] = {rule.name: rule.wish for rule in TEXT_RULES if rule.wish}


@dataclass(frozen=True, slots=True)
class Tested:
    """A rule that was tested, with what breaks it; none of that means it passed."""

    rule: str
    findings: tuple[Finding, ...]


def judge_text(text: str, known: Known) -> tuple[Tested, ...]:
    """Return the rules that apply to a text, in a fixed order."""
    return tuple(
        Tested(rule.name, _in_order(rule.findings(text, known)))
        for rule in TEXT_RULES
        if rule.applies(text, known)
    )


def judge_picture(picture: Picture, known: Known) -> tuple[Tested, ...]:
    """Return the rules that apply to a picture, in a fixed order."""
    return tuple(
        Tested(rule.name, _in_order(rule.findings(picture, known)))
        for rule in PICTURE_RULES
        if rule.applies(picture, known)
    )


def mended(text: str, findings: Iterable[Finding]) -> str:
    """Return the text with the fixes that are known; of those that overlap the first is taken."""
    pieces, place = [], 0
    for found in _in_order(findings):
        if found.fix is None or found.start < place or found.end <= found.start:
            continue
        pieces += [text[place : found.start], found.fix]
        place = found.end
    return "".join([*pieces, text[place:]])


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda found: (found.start, found.end)))
