"""Claims: what a brand may say because it can prove it, and until when."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from brandkiln.brand.rules.rule import Finding, Known, TextRule
from brandkiln.brand.rules.terms import pattern_of
from brandkiln.projects.guide import Claim
from generators.claims import claims_in

ASSERTIVE = frozenset({"superlative", "offer", "safety and health", "environment", "origin"})
"""Kinds of words that claim something wherever they stand; of the others only those below do."""
_PERFORMS = re.compile(
    r"\w+-?proof|(?:water|stain|scratch)[- ]?resist|breathab|insulat|hand ?made|handcrafted|by hand|dishwasher"
    r"|machine wash|anti-?slip|non-?slip|non-?stick|noise[- ]cancel|(?:fast|quick)[- ]charg|lightweight"
    r"|leather|silk|cashmere|merino|gold|silver"
    r"|防水|防风|防摔|防滑|降噪|快充|保温|透气|手工|真皮|皮革|真丝|丝绸|金色",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"in stock|cheap|gift|new arrival|赠品", re.IGNORECASE)
"""Words of an offer that need no proof."""
_SENTENCE_END = re.compile(r"[.!?。！？\n]")


def _unproved(text: str, known: Known) -> Iterator[Finding]:
    """Yield what claims something that neither a claim of the kit nor the piece's facts say in those words."""
    allowed = [claim for claim in known.guide.claims if _holds(claim, known)]
    covered = [
        match.span() for claim in known.guide.claims for match in pattern_of(claim.text).finditer(text)
    ]
    seen: set[tuple[int, int]] = set()
    for kind, match, pattern in claims_in(text.replace("’", "'")):
        said = match.group()
        asserts = (kind in ASSERTIVE and not _PLAIN.match(said)) or _PERFORMS.match(said)
        inside = any(a <= match.start() and match.end() <= b for a, b in covered)
        if not asserts or inside or match.span() in seen:
            continue
        seen.add(match.span())
        if not pattern.search(known.facts) and not any(pattern.search(claim.text) for claim in allowed):
            why = _("No claim of the brand covers this (%(kind)s).")
            yield Finding(match.start(), match.end(), why, {"kind": kind})


def _expired(text: str, known: Known) -> Iterator[Finding]:
    for claim in known.guide.claims:
        if not _holds(claim, known):
            for match in pattern_of(claim.text).finditer(text):
                why = _("This claim may be made until %(date)s only.")
                yield Finding(match.start(), match.end(), why, {"date": str(claim.expires)})


def _holds(claim: Claim, known: Known) -> bool:
    return claim.expires is None or claim.expires >= known.today


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence that a stretch stands in, its closing mark and the blank after it included."""
    begin = max((m.end() for m in _SENTENCE_END.finditer(text, 0, start)), default=0)
    mark = _SENTENCE_END.search(text, max(end - 1, start))
    stop = mark.end() if mark else len(text)
    while stop < len(text) and text[stop] in " .!?。！？":
        stop += 1
    return begin, stop


RULES = (
    TextRule("claims", _("Claims"), lambda text, known: known.guide.claims_only, _unproved),
    TextRule(
        "expired_claims",
        _("Claims that expired"),
        lambda text, known: any(claim.expires for claim in known.guide.claims),
        _expired,
    ),
)
