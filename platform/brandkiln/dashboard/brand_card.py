"""The card that says how well a piece fits its brand: what fails, where, why, and what can be done."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.brand.models import Overrule
from brandkiln.brand.rules.rule import Finding
from brandkiln.brand.services import findings_of, prose_of, stretches_of, verdict_of
from brandkiln.brand.verdict import TITLES, WISHES, Tested
from brandkiln.library.models import Asset
from brandkiln.library.revisions import number_of, parts_of

MOST_SHOWN = 8
LONGEST_QUOTE = 160


@dataclass(frozen=True)
class Passage:
    """A stretch that breaks a rule, with the reason in a sentence."""

    quote: str
    why: str
    fix: str | None
    region: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class RuleLine:
    """A rule on the card.

    Attributes:
        passages: What breaks it, at most MOST_SHOWN; `more` counts the others.
        is_mendable: Whether a fix is known for one of them.
        wish: What a rewriting would be asked for; "" for nothing.
        part: The number of the part that the first passage stands in.
        overruled: Who let it pass, and why.
    """

    name: str
    title: str
    passages: tuple[Passage, ...]
    more: int
    is_mendable: bool
    wish: str
    part: int
    overruled: Overrule | None

    @property
    def fails(self) -> bool:
        return bool(self.passages) and self.overruled is None


@dataclass(frozen=True)
class BrandCard:
    """What the card shows."""

    tested: int
    passed: int
    failing: tuple[RuleLine, ...]
    overruled: tuple[RuleLine, ...]
    passing: tuple[str, ...]
    wording: int
    size: tuple[int, int]
    in_parts: list[list[dict[str, Any]]]
    """For each part of a text, or for the whole, what breaks the rules there, as the parts' own findings are kept."""

    @property
    def is_mendable(self) -> bool:
        """Whether more than one rule has a known fix, so that all can be mended at once."""
        return sum(line.is_mendable for line in self.failing) > 1

    @property
    def regions(self) -> list[tuple[float, ...]]:
        """Where a picture breaks rules: left, top, width and height, in its pixels."""
        wide, high = self.size
        boxes = [p.region for line in self.failing for p in line.passages if p.region]
        return [
            (left * wide, top * high, (right - left) * wide, (bottom - top) * high)
            for left, top, right, bottom in boxes
        ]


def card_of(asset: Asset) -> BrandCard | None:
    """Return the card of an asset, or None where its brand has no rules for it."""
    verdict = verdict_of(asset)
    if verdict is None:
        return None
    overruled = {row.rule: row for row in asset.overrules.filter(undone_at=None).select_related("decided_by")}
    prose, stretches, tested = prose_of(asset), stretches_of(asset), findings_of(verdict)
    lines = [_line(one, prose, stretches, overruled.get(one.rule)) for one in tested]
    return BrandCard(
        tested=verdict.tested,
        passed=verdict.passed,
        failing=tuple(line for line in lines if line.fails),
        overruled=tuple(line for line in lines if line.passages and line.overruled),
        passing=tuple(line.title for line in lines if not line.passages),
        wording=number_of(asset),
        size=(asset.width or 100, asset.height or 100),
        in_parts=_in_parts(
            [one for one in tested if one.rule not in overruled], stretches or [("", 0, len(prose))]
        ),
    )


def editable(asset: Asset) -> list[tuple[str, str]]:
    """Return the title and the wording of each part that a person can edit; nothing where it is no text."""
    if not asset.media_type.startswith("text/plain"):
        return []
    return [(part["title"], part["text"]) for part in parts_of(asset)] or [("", asset.text)]


def said(found: Finding) -> str:
    """Return why a stretch breaks a rule, in the reader's language."""
    values = {name: _(str(value)) if name == "kind" else value for name, value in found.values.items()}
    return _(found.why) % values


def _line(
    one: Tested, prose: str, stretches: list[tuple[str, int, int]], overruled: Overrule | None
) -> RuleLine:
    passages = tuple(
        Passage(_shortened(prose[found.start : found.end]), said(found), found.fix, found.region)
        for found in one.findings[:MOST_SHOWN]
    )
    return RuleLine(
        name=one.rule,
        title=_(TITLES.get(one.rule, one.rule)),
        passages=passages,
        more=max(0, len(one.findings) - MOST_SHOWN),
        is_mendable=any(found.fix is not None for found in one.findings),
        wish=WISHES.get(one.rule, "") if stretches else "",
        part=_part_at(stretches, one.findings[0]) if one.findings else 0,
        overruled=overruled,
    )


def _in_parts(tested: list[Tested], stretches: list[tuple[str, int, int]]) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = [[] for _stretch in stretches]
    for found in (found for one in tested for found in one.findings if found.end > found.start):
        place = _part_at(stretches, found)
        start = stretches[place][1]
        rows[place].append({"why": said(found), "start": found.start - start, "end": found.end - start})
    return rows


def _part_at(stretches: list[tuple[str, int, int]], found: Finding) -> int:
    return next((n for n, (_name, start, end) in enumerate(stretches) if start <= found.start <= end), 0)


def _shortened(quote: str) -> str:
    return quote if len(quote) <= LONGEST_QUOTE else quote[: LONGEST_QUOTE - 1] + "…"
