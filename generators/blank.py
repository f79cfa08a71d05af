"""What "empty" means: the one place that says of a text whether anything in it can be seen."""

from unicodedata import category

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159\U00013441\U00013442")
"""Letters and symbols of Unicode that show nothing: fillers of Hangul, the empty pattern of Braille, a note without a
head, and blanks of hieroglyphs."""


def says_something(text: str) -> bool:
    """Return whether anything of a text can be seen: blanks, marks without a letter and zero-width characters can't."""
    return any(category(letter)[0] in "LNPS" and letter not in BLANK for letter in text)


def says_a_word(text: str) -> bool:
    """Return whether a text holds a letter or a digit that can be seen."""
    return any(letter.isalnum() and letter not in BLANK for letter in text)
