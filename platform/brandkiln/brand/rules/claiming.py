"""Claims: what a brand may say because it can prove it, and until when."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from brandkiln.brand.rules.rule import Finding, Known, TextRule
from brandkiln.brand.rules.terms import pattern_of
from brandkiln.projects.guide import Claim
from generators.claims import claims_in

_SENTENCE_END = re.compile(r"[.!?。！？\n]")


def _unproved(text: str, known: Known) -> Iterator[Finding]:
    """Yield what claims something that neither a claim of the kit nor the piece's facts say in those words."""
    allowed = [claim for claim in known.guide.claims if _holds(claim, known)]
    covered = [
        match.span() for claim in known.guide.claims for match in pattern_of(claim.text).finditer(text)
    ]
    seen: set[tuple[int, int]] = set()
    for kind, match, pattern in claims_in(text):
        if match.span() in seen or any(a <= match.start() and match.end() <= b for a, b in covered):
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
