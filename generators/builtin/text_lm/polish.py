"""What is done to a finished text before it is shown."""

import re

from generators.builtin.text_lm.lexicon import SMALL, UNFINISHED

_QUOTES = "\"'“”‘’`«»"


def polish(text: str) -> str:
    """Return a text as it is shown.

    Runs of spaces become one, white space at the ends of lines and quotation marks around the whole go, and each line
    starts with a capital letter.
    """
    polished = "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in text.strip().splitlines())
    if len(polished) > 1 and polished[0] in _QUOTES and polished[-1] in _QUOTES:
        polished = polished[1:-1].strip()
    return re.sub(r"^[^\W\d_]", lambda letter: _capital(letter.group()), polished, flags=re.MULTILINE)


def _capital(letter: str) -> str:
    """Return the capital letter, unless it takes more room than the small one, as that of ß does."""
    capital = letter.upper()
    return capital if len(capital) == len(letter) else letter


def _is_unit(before: str, word: str) -> bool:
    """Return whether a word is the unit of the number before it: "2.6 kg", "90 x 70 cm"."""
    return before[-1:].isdigit() and len(word.rstrip(",")) < 3 and word.islower()


def polish_headline(text: str) -> str:
    """Return a headline without words that wait for another at its end, with capitals at all but small words."""
    words = polish(text).rstrip(" -–—&/:,").split()
    while words and words[-1].lower() in UNFINISHED:
        words.pop()
    return " ".join(
        word
        if index and (word in SMALL or _is_unit(words[index - 1], word))
        else _capital(word[:1]) + word[1:]
        for index, word in enumerate(words)
    )
