"""Telltale slips of English: what a small network writes where its next word was not the one that it wanted."""

import re
from itertools import pairwise

from generators.builtin.text_lm.clauses import does, has
from generators.builtin.text_lm.fields import clauses
from generators.builtin.text_lm.lexicon import ADJECTIVES
from generators.claims import claims_in
from generators.metrics.text_words import ngrams, words

_WAITING = r"a|an|the|of|in|on|with|and|or|to|for|at|by|from|is|are|your|its|our|than|as"
_NOT_PLURAL = r"(?<!ss)(?<!us)(?<!is)(?<!ics)(?<!series)(?<!lens)(?<!gas)(?<!canvas)"
_DESCRIBING = "|".join(sorted(ADJECTIVES))
_SLIPS = re.compile(
    rf"""
    \b([^\W\d_]+)\s+\1\b                                    # the same word twice
    | \b(?:a|an|the)\s+(?:a|an|the|in|of|to|and|or|for|with|is|are|has|have|its|your|our|at|on|by)\b
    | \ba\s+one\b
    | \ban?\s+(?:[a-z]+\s)?[a-z]{{2,}}s{_NOT_PLURAL}\b(?=\s*[,.;!?]|\s(?:and|or|with|that|in|for)\b)   # a pockets
    | \b(?:{_WAITING})\s*[,.;!]                             # nothing follows where something has to
    | \ban?\s+(?:[a-z]+\s)?(?:{_DESCRIBING})\s*[,.;!]         # a stylish.
    | \bit's\s+(?:also\s+)?[a-z]+(?<!s)s\b(?<!always)(?<!less) # it's fits
    | '[sS]?\s*[.,;!?]
    | \s[,.;:!?"]
    | ,\s*(?:,|$)
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_MADE = re.compile(r"\bmade (?:of|from) ([^.,;!?]+)", re.IGNORECASE)
REPEATED = 4  # words


def slips(text: str) -> list[str]:
    """Return the stretches of an English text that no careful writer leaves there."""
    made = [match.group() for match in _MADE.finditer(text) if not _names_a_material(match.group(1))]
    return [match.group().strip() for match in _SLIPS.finditer(text)] + made


def mistaken_for(text: str, facts: str) -> list[str]:
    """Return where a text says that a product is what it has, or has what it does, such as "has a folds flat"."""
    known = clauses(facts)
    return [
        match.group()
        for verbs, told in (
            ("is|are|it's", [one for one in known if has(one)]),
            ("has|have|with", [one for one in known if does(one)]),
        )
        if told
        for match in re.finditer(
            rf"\b(?:{verbs})\s+(?:also\s+)?(?:an?\s+|the\s+)?(?:{'|'.join(map(re.escape, told))})\b",
            text,
            re.IGNORECASE,
        )
    ]


def _names_a_material(text: str) -> bool:
    return any(kind == "material" for kind, *_ in claims_in(text))


def says_twice(text: str, name: str) -> bool:
    """Return whether a text holds a run of four words twice, the product's name aside, or a word twice in a row."""
    row = words(re.sub(re.escape(name), " ", text, flags=re.IGNORECASE) if name else text)
    runs = list(ngrams(row, REPEATED))
    return len(set(runs)) < len(runs) or any(
        one == other and one.isalpha() for one, other in pairwise(words(text))
    )
