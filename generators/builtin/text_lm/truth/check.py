"""The check of a text against its facts: what it says that they do not support, with its place."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from generators.boasts import boasts_in
from generators.builtin.text_lm.facts import hashtag, product_name
from generators.builtin.text_lm.lexicon import ENGLISH
from generators.builtin.text_lm.truth.quantities import Quantity, quantities_in, supported
from generators.claims import claims_in

Kind = Literal["number", "name", "claim", "unproven", "language", "banned", "required"]

_NAME = re.compile(r"(?<![^\W_])[^\W\d_A-Z]*[A-Z][^\W\d_]*(?:[-'’][^\W\d_]+)*(?:\s(?:[A-Z][^\W_]*|\d+))*")
"""Words with a capital, which need not be their first letter: iMac, eShop."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+|\n\s*|[-–]\s+)$")
_WORD = re.compile(r"[^\W\d_]+")
_PART = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])")  # of a hashtag
_TITLES_FROM = (
    0.6  # share of capitalised words from which on a line is a headline, where capitals name nothing
)
_CAPITAL_NOUNS = frozenset({"de"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a text says and its facts do not, or that the brand's terms forbid or miss.

    Attributes:
        kind: "number", "name", "claim", "banned" or "required"; "unproven" where the facts say it and only a proof
            would support it; "language" where the text is in another one than was asked for.
        text: What is said, or the term that is missing.
        start: Where it stands in the text; 0 for a missing term.
        end: Where it ends.
        why: A word on its nature, such as "material"; empty where the kind says all.
    """

    kind: Kind
    text: str
    start: int
    end: int
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """What texts may draw on: read once, asked for every candidate.

    Attributes:
        text: The facts as given.
        quantities: The numbers that they say, with their units.
        words: The words that are known, also those that support no claim, such as the brand voice's.
        language: The language of the texts.
        proven: What the brand can prove, which supports superlatives too.
        name: The product's name; what it holds is no claim.
    """

    text: str
    quantities: list[Quantity]
    words: frozenset[str]
    language: str = "en"
    proven: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def of(cls, text: str, *, also: str = "", language: str = "en", proven: Sequence[str] = ()) -> "Facts":
        """Return the facts of a product."""
        known = "\n".join((text, *proven))
        words = frozenset(_stem(word) for word in _WORD.findall(f"{known} {also}"))
        return cls(text, quantities_in(known), words, language, tuple(proven), product_name(text))

    @property
    def unproven(self) -> tuple[str, ...]:
        """The superlatives that the facts say and nothing proves."""
        return tuple(match.group() for match in boasts_in(self.text, name=self.name, proven=self.proven))

    def findings(
        self, text: str, *, banned: Sequence[str] = (), required: Sequence[str] = ()
    ) -> list[Finding]:
        """Return what a text says without support, in the order of its places."""
        found = [
            Finding("number", one.text, one.start, one.end)
            for one in quantities_in(text)
            if not supported(one, self.quantities)
        ]
        found += [
            Finding("claim", match.group(), match.start(), match.end(), kind)
            for kind, match, pattern in claims_in(text)
            if not any(pattern.search(ground) for ground in (self.text, *self.proven))
        ]
        taken = {place for one in found for place in range(one.start, one.end)}
        found += [
            Finding("unproven", match.group(), match.start(), match.end(), "superlative")
            for match in boasts_in(text, name=self.name, proven=self.proven)
            if match.start() not in taken
        ]
        if self.language not in _CAPITAL_NOUNS:
            found += self._names(text, {place for one in found for place in range(one.start, one.end)})
        found += [
            Finding("banned", match.group(), match.start(), match.end())
            for term in banned
            for match in said(term).finditer(text)
        ]
        found += [Finding("required", term, 0, 0) for term in required if not said(term).search(text)]
        return sorted(found, key=lambda one: (one.start, one.end))

    def _names(self, text: str, taken: set[int]) -> list[Finding]:
        found = []
        for match in _NAME.finditer(text):
            line = text[text.rfind("\n", 0, match.start()) + 1 :].partition("\n")[0]
            if match.start() in taken or _is_title(line):
                continue
            is_tag = text[: match.start()].endswith("#")
            if is_tag and hashtag(self.name).startswith(f"#{match.group()}"):
                continue
            said = _PART.findall(match.group()) if is_tag else _WORD.findall(match.group())
            words = [word for word in said if len(word) > 1]  # not the s of a possessive
            if _SENTENCE_START.search(text[: match.start()]):
                words = words[1:] if len(words) > 1 and words[0].lower() in ENGLISH else words
                if len(words) == 1 and " " not in match.group():
                    continue  # any word may begin a sentence
            if any(_stem(word) not in self.words and word.lower() not in ENGLISH for word in words):
                found.append(Finding("name", match.group(), match.start(), match.end()))
        return found


def said(term: str) -> re.Pattern[str]:
    """Return the pattern of a term said as words of their own; Chinese and Japanese have no spaces between words."""
    body = re.escape(term)
    return re.compile(rf"(?<!\w){body}(?!\w)" if term.isascii() else body, re.IGNORECASE)


def _is_title(line: str) -> bool:
    if line.rstrip()[-1:] in ".!?":
        return False
    words = [word for word in _WORD.findall(line.partition(": ")[2] or line) if len(word) > 3]
    return len(words) > 1 and sum(word[0].isupper() for word in words) >= _TITLES_FROM * len(words)


def _stem(word: str) -> str:
    low = word.lower()
    return low[:-1] if low.endswith("s") and len(low) > 3 else low
