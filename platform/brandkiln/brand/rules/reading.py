"""How a text reads: the years of school it asks for, how long its sentences are, and how it addresses its readers."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from brandkiln.brand.rules.rule import Finding, Known, TextRule
from generators.metrics.readability import LATIN, counts_of, grade

_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+|\n|$)")
_ABBREVIATED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|Nr|approx|ca|vs|e\.g|i\.e|z\.B)\.")
"""Points that end no sentence; they become another character of the same width."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
FEWEST_WORDS = 15
"""Below this the grade of a text says little."""

_GERMAN = re.compile(r"\b(?:und|der|die|das|ist|nicht|mit|für|wir|ein|eine|auf|sich)\b", re.IGNORECASE)
_FRENCH = re.compile(r"\b(?:et|le|la|les|est|pas|avec|pour|nous|une|des|dans|sur)\b", re.IGNORECASE)
_FORMS = {
    # language: formal, informal. "Sie" inside a sentence only: at its start it may be "she" or "they".
    "de": (
        re.compile(r"(?<=[\w,;] )(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b"),
        re.compile(r"\b(?:du|dich|dir|dein(?:e[mnrs]?)?|ihr|euch|euer|eure[mnrs]?)\b", re.IGNORECASE),
    ),
    "fr": (
        re.compile(r"\b(?:vous|votre|vos)\b", re.IGNORECASE),
        re.compile(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt['’](?=\w)", re.IGNORECASE),
    ),
    "zh": (re.compile("您"), re.compile("你")),
}


def language_of(text: str) -> str:
    """Return "zh", "de" or "fr" where a text is plainly in one of these, else ""."""
    if len(_WIDE.findall(text)) >= 4:
        return "zh"
    german, french = len(_GERMAN.findall(text)), len(_FRENCH.findall(text))
    if max(german, french) < 2 or german == french:
        return ""
    return "de" if german > french else "fr"


def _too_hard(text: str, known: Known) -> Iterator[Finding]:
    counts, hardest = counts_of(text), known.guide.hardest_grade
    if counts is None or hardest is None:
        return
    found = grade(counts)
    if found > hardest:
        values: dict[str, str | int | float] = {"grade": round(found, 1), "most": hardest}
        yield Finding(0, 0, _("It asks for %(grade)s years of school; at most %(most)s are wanted."), values)


def _too_long(text: str, known: Known) -> Iterator[Finding]:
    longest = known.guide.longest_sentence or 0
    for match in _SENTENCE.finditer(_ABBREVIATED.sub(lambda found: found.group()[:-1] + "\u2024", text)):
        said = match.group()
        length = words_in(said)
        if length > longest:
            start = match.start() + len(said) - len(said.lstrip())
            values: dict[str, str | int | float] = {"words": round(length), "most": longest}
            why = _("The sentence has %(words)s words; at most %(most)s are wanted.")
            yield Finding(start, match.start() + len(said.rstrip()), why, values)


def words_in(text: str) -> float:
    """Return how many words a text has; each Chinese, Japanese or Korean character counts as half a word."""
    wide = len(_WIDE.findall(text))
    return wide / 2 + len(_WORD.findall(_WIDE.sub(" ", text)))


def _can_be_graded(text: str, known: Known) -> bool:
    if known.guide.hardest_grade is None:
        return False
    letters = [c for c in text if c.isalpha()]
    latin = sum(c.isascii() for c in letters) >= LATIN * len(letters)
    return latin and not language_of(text) and words_in(text) >= FEWEST_WORDS


def _addressed(text: str, known: Known) -> Iterator[Finding]:
    language = language_of(text)
    formal, informal = _FORMS[language]
    wants_formal = known.guide.address == "formal"
    why = (
        _("The brand addresses its readers formally.")
        if wants_formal
        else _("The brand addresses its readers informally.")
    )
    for match in (informal if wants_formal else formal).finditer(text):
        fix = {"你": "您", "您": "你"}.get(match.group())
        if wants_formal and fix and text[match.end() : match.end() + 1] == "们":
            fix = None  # 您们 is not said
        yield Finding(match.start(), match.end(), why, {}, fix)


RULES = (
    TextRule("reading_level", _("Reading level"), _can_be_graded, _too_hard, wish="simpler"),
    TextRule(
        "sentence_length",
        _("Length of sentences"),
        lambda text, known: known.guide.longest_sentence is not None,
        _too_long,
        wish="shorter",
    ),
    TextRule(
        "address",
        _("Form of address"),
        lambda text, known: bool(known.guide.address) and bool(language_of(text)),
        _addressed,
    ),
)
