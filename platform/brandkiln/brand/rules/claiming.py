"""Claims: what a brand may say because it can prove it, and until when."""

import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from brandkiln.brand.rules.rule import Finding, Known, TextRule
from brandkiln.projects.guide import Claim
from generators.boasts import boasts_in
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
_PLAIN = re.compile(
    r"in stock|cheap|gift|new arrival|赠品|best (?:before|by|wishes|regards|of luck)", re.IGNORECASE
)
"""Words of an offer that need no proof, and turns of phrase."""
_SOURCE = re.compile(
    r"(?i:made|woven|knit(?:ted)?|spun|sewn|brewed|grown|crafted|built|cast|blown|fired)\b(?: \w+){0,3}"
    r" in (?:the )?[A-Z]\w*$"
)
_COUNTRY = re.compile(
    r"Portugal|Spain|France|Germany|Japan|China|Italy|Sweden|Switzerland|USA|Britain|England"
)
_FURTHER = re.compile(r"^(?:[ -](?:to|for|up to))? (\d+|wool|cotton|silk|linen|leather|wood|paper|steel)\b")
"""What follows a claim and is a part of it: for how much, or of what."""
_NOT = re.compile(r"\b(?:not|no|never|without|n't|isn't|don't|doesn't|cannot)\b|n't\b", re.IGNORECASE)
_FURTHER_CLAIMS = (
    ("superlative", re.compile(r"\bthe ([a-z]{3,}est)\b(?= \w)", re.IGNORECASE)),
    ("superlative", re.compile(r"(?<=\w's )(favou?rite|best-loved|leading)\b", re.IGNORECASE)),
    (
        "superlative",
        re.compile(
            r"(?:won't find|\bnothing|\bno other|\bno one)\b[^.!?]{0,40}?\b(\w{3,}er|better)\b", re.IGNORECASE
        ),
    ),
    ("superlative", re.compile("(最[\u4e00-\u9fff]{1,2}|纯天然|[无零]添加)")),
    (
        "withstands",
        re.compile(
            r"(?:n't|\bnot|\bnever) (crack|shrink|fade|rust|scratch|leak|break|tear|stain|peel)\b",
            re.IGNORECASE,
        ),
    ),
    ("offer", re.compile(r"\b(on us|on the house)\b", re.IGNORECASE)),
    ("environment", re.compile(r"\b(plant(?:s|ed)? (?:\w+ ){0,3}trees)\b", re.IGNORECASE)),
    ("safety and health", re.compile(r"\b(bacteria|germs?|virus(?:es)?)\b", re.IGNORECASE)),
    (
        "origin",
        re.compile(
            r"\b((?:woven|knitted|spun|sewn|brewed|grown|crafted|blown|fired) in (?-i:[A-Z]\w+))",
            re.IGNORECASE,
        ),
    ),
)
_NO_SUPERLATIVE = re.compile(
    "rest|latest|newest|west|forest|guest|chest|nest|test|interest|request|next|honest|longest", re.IGNORECASE
)
KINDS = (
    _("superlative"), _("offer"), _("safety and health"), _("environment"), _("origin"), _("material"), _("feature"),
    _("withstands"),
)  # fmt: skip
"""What a finding calls the claim, for translators."""
_SENTENCE_END = re.compile(r"[.!?。！？\n]")


def _unproved(text: str, known: Known) -> Iterator[Finding]:
    """Yield what claims something that neither a claim of the kit nor the piece's facts say in those words.

    A superlative has to stand in a claim: that a row of data boasts proves nothing.
    """
    plain = text.replace("’", "'")
    allowed = [claim.text for claim in known.guide.claims if _holds(claim, known)]
    covered = [m.span() for claim in known.guide.claims for m in _said(claim.text).finditer(plain)]
    boasts = [match.span() for match in boasts_in(plain)]
    seen: set[tuple[int, int]] = set()
    for kind, start, end, pattern in _assertions(plain):
        if (start, end) in seen or any(a <= start and end <= b for a, b in covered):
            continue
        seen.add((start, end))
        further = {word.lower() for word in _FURTHER.findall(plain[end : end + 24])}
        is_boast = any(first < end and start < last for first, last in boasts)
        grounds = allowed if is_boast else [*allowed, known.facts]
        if not any(pattern.search(said) and further <= _words(said) for said in grounds):
            yield Finding(start, end, _("No claim of the brand covers this (%(kind)s)."), {"kind": kind})


def _assertions(text: str) -> Iterator[tuple[str, int, int, re.Pattern[str]]]:
    """Yield what claims something: of which kind, where, and what finds the same words elsewhere."""
    for kind, match, pattern in claims_in(text):
        asserts = kind in ASSERTIVE and not _PLAIN.match(text[match.start() : match.start() + 20])
        if kind == "origin" and not _SOURCE.search(text[: match.end()]):
            asserts = (
                asserts
                and not _COUNTRY.match(match.group())
                and not match.group().lower().startswith("made in")
            )
        if asserts or (_PERFORMS.match(match.group()) and not _denied(text, match.start(), match.end())):
            yield kind, match.start(), match.end(), pattern
    for kind, pattern in _FURTHER_CLAIMS:
        for match in pattern.finditer(text):
            if not _NO_SUPERLATIVE.fullmatch(match.group(1)):
                yield kind, match.start(1), match.end(1), re.compile(re.escape(match.group(1)), re.IGNORECASE)


def _denied(text: str, start: int, end: int) -> bool:
    """Return whether a text says that it is not so, or answers the question with no."""
    before = _SENTENCE_END.split(text[:start])[-1]
    return bool(_NOT.search(before[-40:])) or bool(re.match(r"[^.!?]*\?\s*No\b", text[end:]))


@lru_cache(maxsize=512)
def _said(claim: str) -> re.Pattern[str]:
    """Return what finds a claim with up to three words more inside it."""
    return re.compile(r"\W+(?:\w+\W+){0,3}?".join(map(re.escape, claim.split())), re.IGNORECASE)


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\w+", text)}


def _expired(text: str, known: Known) -> Iterator[Finding]:
    for claim in known.guide.claims:
        if not _holds(claim, known):
            for match in _said(claim.text).finditer(text):
                why = _("This claim may be made until %(date)s only.")
                yield Finding(match.start(), match.end(), why, {"date": str(claim.expires)})


def _holds(claim: Claim, known: Known) -> bool:
    return claim.expires is None or claim.expires >= known.today


RULES = (
    TextRule("claims", _("Claims"), lambda text, known: known.guide.claims_only, _unproved),
    TextRule(
        "expired_claims",
        _("Claims that expired"),
        lambda text, known: any(claim.expires for claim in known.guide.claims),
        _expired,
    ),
)
