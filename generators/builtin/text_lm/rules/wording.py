"""What words and numbers a text may use, as regular expressions of sentences and lines."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from generators.builtin.text_lm.facts import product_name
from generators.builtin.text_lm.lexicon import ENGLISH, UNFINISHED, VERBS
from generators.builtin.text_lm.rules.expressions import either, escaped

_FIELD_NAME = re.compile(r"^\s*(?:name|title|product|details?|for)\s*:", re.IGNORECASE | re.MULTILINE)
_OWN = re.compile(r"[^\W\d_]+(?:['’&/-][^\W\d_]+)*")
_SIGNS = "$€£¥₹"
_SHARES = "%‰"
_QUANTITY = re.compile(
    rf"[{_SIGNS}]?\s?[^\W\d_]*-?\d\w*(?:[.,]\d+)*\w*(?:\s?(?:[x×–/-]|to)\s?\d\w*(?:[.,]\d+)*)*"
    rf"(?:\s?[{_SHARES}°]|[ -]?[^\W\d_]+)?"
)
_SILENT = (
    r"\x00-\x1f\x7f-\x9f\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{fffd}\x{e000}-\x{f8ff}"
)
_START = r"[\p{L}¿¡]"
_LETTERS = r"\p{L}"
_MONEY = re.compile(r"\b(?:EUR|USD|GBP|CHF|CNY|RMB|JPY)\b")
_NO_MEASURE = frozenset(
    {"name", "title", "product", "details", "detail", "description", "features", "material"}
)
_SILENT_FIELDS = re.compile(
    r"^\s*(?:price|features?|descriptions?|details?|category|sub ?category|brand|sku|article|id|currency)\s*:",
    re.IGNORECASE | re.MULTILINE,
)  # their names are no words for a text
_INCHES = re.compile(r"(?<=\d)\s?[\"”″](?!\w)")
_BEFORE_NUMBER = re.compile(r"([A-Z][^\W_]*)[®™]? (?=\d)")
_CLAUSE = 5  # words beside a number in its clause; a longer clause is a sentence that may be said otherwise
_WIDE_LANGUAGES = frozenset({"zh", "ja"})

Kind = Literal["sentence", "rest", "line"]


def quantities(facts: str) -> list[str]:
    """Return the numbers of the facts with sign and unit, such as "$49" and "10,000 mm"."""
    return sorted({match.group().strip() for match in _QUANTITY.finditer(facts)})


def number_phrases(facts: str) -> list[str]:
    """Return the numbers of the facts among words that keep their meaning, such as "for $49" and "capacity of 0.9 l".

    A number keeps the words around it in its clause, lest 10,000 mm of water column become the length of a journey. One
    that stands alone takes the name of its field, and a price "for" or "at".
    """
    found: set[str] = set()
    for line in facts.splitlines():
        name, _, value = line.rpartition(": ")
        for clause in re.split(r",(?!\d)|[;:()]|\.(?!\d)", value):
            if match := _QUANTITY.search(clause := " ".join(clause.split())):
                found |= _phrased(name.strip().lower(), clause, match)
    return sorted(found)


def _phrased(field: str, clause: str, match: re.Match[str]) -> set[str]:
    number = match.group().strip()
    return _with_verb(clause, match, number) | _with_field(field, clause, match, number)


def _with_verb(clause: str, match: re.Match[str], number: str) -> set[str]:
    """Return a number with the verb right before it, such as "costs 79 EUR": as sentences of the facts say it."""
    before = clause[: match.start()].split()[-1:]
    return {f"{before[0]} {number}"} if before and before[0] in VERBS else set()


def _with_field(field: str, clause: str, match: re.Match[str], number: str) -> set[str]:
    beside = len(clause[: match.start()].split()) + len(clause[match.end() :].split())
    if any(sign in number for sign in _SIGNS) or _MONEY.search(number) or field == "price":
        return {f"for {number}", f"at {number}"}
    if 0 < beside <= _CLAUSE:
        return {clause}
    if field and field not in _NO_MEASURE:
        return {f"{field} of {number}", f"{field} is {number}"}
    return {f"with {number}", f"of {number}", f"the {number}"}


def _bound(facts: str) -> set[str]:
    """Return the names that stand only before a number, such as the RTX of RTX 4070: alone they say nothing true."""
    before = Counter(match.group(1) for match in _BEFORE_NUMBER.finditer(facts))
    found = Counter(_OWN.findall(facts))
    return {name for name, count in before.items() if found[name] == count and name.lower() not in ENGLISH}


@dataclass(frozen=True, slots=True)
class Wording:
    """Expressions of what a text may consist of.

    Attributes:
        sentence: A whole sentence but for its end.
        rest: What follows an opening, but for the end.
        line: A line without an end.
        before_term: What may stand before a required term in a sentence, after an opening and in a line.
        between_terms: What may stand between two of them.
        after_term: What may follow the last one.
        ends: What ends a sentence where a part does not say.
        gap: What stands between two sentences.
        whole: Words that are begun as whole tokens; empty where words are free.
        own: Words of the facts, which may be begun by any token.
        numbers: The numbers of the facts, each of which is said once.
    """

    sentence: str
    rest: str
    line: str
    before_term: tuple[str, str, str]
    between_terms: tuple[str, str, str]
    after_term: tuple[str, str, str]
    ends: str
    gap: str
    whole: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()

    @classmethod
    def plain(
        cls, facts: str, words: Iterable[str], *, phrases: Iterable[str] = (), banned: Iterable[str] = ()
    ) -> "Wording":
        """Return a wording of listed English words and of the facts' words and numbers.

        Args:
            words: Plain words that claim nothing.
            phrases: Terms that have to be said and are allowed for that.
            banned: Words that are not used.
        """
        said = _INCHES.sub("-inch", _FIELD_NAME.sub("", facts))
        free = _SILENT_FIELDS.sub("", said)
        own = {word.strip("'’") for word in _OWN.findall(_QUANTITY.sub(" ", free))} | set(phrases)
        own -= _bound(free)
        own |= {
            f"{word}'s" for word in own if len(word) > 2 and word[-1] != "s" and word.lower() not in ENGLISH
        }
        own |= {word.lower() for word in own if word[1:].islower()}
        if name := product_name(facts):
            own.add(name)
        never = {word.lower() for word in banned}
        numbers = number_phrases(said)
        own = {word for word in own if word.lower() not in never}
        low = {word for word in own.union(words) if word.lower() not in never}
        capital = {word[:1].upper() + word[1:] for word in low}
        closing = {word for word in low if word.lower() not in UNFINISHED}
        gap = "(?:,? )"
        large_numbers = {number[:1].upper() + number[1:] for number in numbers}
        small, large = either(low | set(numbers)), either(capital | large_numbers)
        last, any_last = (
            either(closing | set(numbers)),
            either(closing | {word[:1].upper() + word[1:] for word in closing} | set(numbers)),
        )
        any_word = either(low | capital | large_numbers | set(numbers))
        line_gap = "(?: |, | & |: )"
        follows = f"(?:(?:{gap}{small})*{gap}{last})?"
        return cls(
            sentence=f"{large}{gap}(?:{small}{gap}){{2,}}{last}",
            rest=f"(?:{small}{gap}){{2,}}{last}",
            line=f"(?:{any_word}{line_gap}){{1,}}{any_last}",
            before_term=(
                f"(?:{large}{gap}(?:{small}{gap})*)?",
                f"(?:{small}{gap})*",
                f"(?:{any_word}{line_gap})*",
            ),
            between_terms=(f"{gap}(?:{small}{gap})*",) * 2 + (f"{line_gap}(?:{any_word}{line_gap})*",),
            after_term=(follows, follows, f"(?:(?:{line_gap}{any_word})*{line_gap}{any_last})?"),
            ends=".!?",
            gap=" ",
            whole=frozenset(low | capital),
            own=frozenset(
                part
                for word in own.union(numbers)
                for piece in (word, *word.split())
                for part in (piece, piece[:1].upper() + piece[1:])
            ),
            numbers=tuple(quantities(said)),
        )

    @classmethod
    def free(cls, facts: str | None, language: str, *, never: str) -> "Wording":
        """Return a wording of any words, whose numbers and signs are those of the facts.

        Args:
            facts: Where numbers come from; None leaves them free too.
            never: Characters that do not occur.
        """
        wide = language in _WIDE_LANGUAGES
        barred = escaped(never + "。！？.!?…") + _SILENT
        least = 4 if wide else 12
        numbers = quantities(facts or "")
        if facts is None:
            prose = f"(?:[^{barred}]|[.,][0-9])"
        else:
            signs = "".join(sign for sign in _SIGNS + _SHARES if sign not in facts)
            barred += r"\p{N}" + escaped(signs)
            prose = f"[^{barred}]"
        some, last, first = "", f"{prose}{{{least},}}", _START
        if numbers and facts is not None:
            between = f"[^{barred}{'' if wide else _LETTERS}]"
            number = f"(?:{prose}*{between})?{either(numbers)}"
            some = f"(?:{number}{between})*"
            last = f"(?:{last}|{number})"
            first = f"(?:{_START}|{either(numbers)}{between})"
        run = f"{some}{prose}*"
        return cls(
            sentence=f"{first}{some}{last}",
            rest=f"{some}{last}",
            line=f"{first}{some}{last.replace(f'{{{least},}}', '+')}",
            before_term=(f"(?:{first}{run})?", run, f"(?:{first}{run})?"),
            between_terms=(run,) * 3,
            after_term=(run,) * 3,
            ends="。！？" if wide else ".!?",
            gap="" if wide else " ",
        )

    def saying(self, kind: Kind, terms: Sequence[str]) -> str:
        """Return the expression of a sentence, the rest of one or a line that says the terms in their order."""
        place = ("sentence", "rest", "line").index(kind)
        if not terms:
            return (self.sentence, self.rest, self.line)[place]
        said = self.between_terms[place].join(either((term, term[:1].upper() + term[1:])) for term in terms)
        return f"{self.before_term[place]}{said}{self.after_term[place]}"
