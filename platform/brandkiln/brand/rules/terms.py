"""Terms: those that a brand does not use, those it wants to read, and how it spells."""

import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from brandkiln.brand.rules.rule import Finding, Known, TextRule
from generators.texts.capitals import like


@lru_cache(maxsize=512)
def pattern_of(term: str, *, exact_case: bool = False, plural: bool = False) -> re.Pattern[str]:
    """Return what finds a term as a whole word; blanks and hyphens in it are alike, and so are their numbers.

    Words in scripts without blanks between them are found wherever they stand.

    Args:
        plural: Whether an English s may stand at its end; it is group 1.
    """
    body = r"[\s\-\u2010\u2011]+".join(re.escape(word) for word in re.split(r"[\s\-]+", term) if word)
    before = r"(?<!\w)" if _has_blanks(term[:1]) else ""
    many = "(s?)" if plural and term[-1:].isalpha() and not term.endswith("s") else "()"
    after = rf"{many}(?!\w)" if _has_blanks(term[-1:]) else "()"
    return re.compile(before + body + after, 0 if exact_case else re.IGNORECASE)


def _has_blanks(letter: str) -> bool:
    """Return whether the letter is of a script whose words stand apart."""
    return letter.isalnum() and ord(letter) < 0x2E80


def _banned(text: str, known: Known) -> Iterator[Finding]:
    better = {spelling.wrong.casefold(): spelling.right for spelling in known.guide.spellings}
    for term in known.banned:
        for match in pattern_of(term, plural=True).finditer(text):
            fix = better.get(match.group().casefold())
            yield Finding(
                match.start(),
                match.end(),
                _('The brand does not say "%(term)s".'),
                {"term": term},
                fix and like(match.group(), fix),
            )


def _required(text: str, known: Known) -> Iterator[Finding]:
    for term in known.required:
        if not pattern_of(term).search(text):
            yield Finding(0, 0, _('"%(term)s" is missing.'), {"term": term})


def _spellings(text: str, known: Known) -> Iterator[Finding]:
    banned = {term.casefold() for term in known.banned}
    for spelling in known.guide.spellings:
        if spelling.wrong.casefold() in banned:
            continue
        same_letters = spelling.wrong.casefold() == spelling.right.casefold()
        for match in pattern_of(spelling.wrong, exact_case=same_letters, plural=True).finditer(text):
            if not same_letters and _within(text, match, spelling.right):
                continue
            fix = (spelling.right if same_letters else like(match.group(), spelling.right)) + match.group(1)
            yield Finding(
                match.start(), match.end(), _('The brand writes "%(right)s".'), {"right": spelling.right}, fix
            )


def _within(text: str, match: re.Match[str], right: str) -> bool:
    """Return whether the match is a part of the right spelling, as "mail" is of "e-mail"."""
    return any(
        found.start() <= match.start() and match.end() <= found.end()
        for found in pattern_of(right).finditer(text)
    )


RULES = (
    TextRule("banned_terms", _("Words to avoid"), lambda text, known: bool(known.banned), _banned),
    TextRule("required_terms", _("Words to use"), lambda text, known: bool(known.required), _required),
    TextRule("spelling", _("Spelling"), lambda text, known: bool(known.guide.spellings), _spellings),
)
