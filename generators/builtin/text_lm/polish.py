"""What is done to a finished reply, and what a text has to be to stand as a headline."""

import re
from collections.abc import Sequence

_QUOTES = "\"'“”‘’`«»"
_SENTENCES = re.compile(r".*(?:(?<!\d)[.!?。！？]|[.!?](?=\s))")
_SMALL_WORDS = "a an the and or but for of in on at to by with from as than"
_EXPECTANT_WORDS = """
this that these those its your our their nor without into then so is are was be can will you it we they every any all
just very not no make makes get gets keep keeps let lets give gives bring brings take takes has have
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_UNFINISHED = _SMALL.union(_EXPECTANT_WORDS.split())


def polish(text: str, *, cuts: Sequence[int] = ()) -> str:
    """Return a reply as it is shown.

    A line that broke off (`cuts` says where in the text) is taken back to its last full sentence or, where it
    has none, to its last whole word. Runs of spaces become one, white space at the ends of lines and quotation marks
    around the whole go, and each line starts with a capital letter.
    """
    for cut in sorted(cuts, reverse=True):
        start = text.rfind("\n", 0, cut) + 1
        text = text[:start] + _without_unfinished(text[start:cut]) + text[cut:]
    polished = "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in text.strip().splitlines())
    if len(polished) > 1 and polished[0] in _QUOTES and polished[-1] in _QUOTES:
        polished = polished[1:-1].strip()
    return re.sub(r"^[^\W\d_]", lambda letter: letter.group().upper(), polished, flags=re.MULTILINE)


def _without_unfinished(line: str) -> str:
    if sentences := _SENTENCES.match(line):
        return sentences.group()
    words = line.split(" ")[:-1]
    while words and words[-1].lower().strip(",;:-") in _UNFINISHED:
        words.pop()
    return " ".join(words).rstrip(",;- ")


def polish_headline(text: str) -> str:
    """Return a headline without words that wait for another at its end, with capitals at all but small words."""
    words = polish(text).rstrip(" -–—&/").split()
    while words and (words[-1].lower() in _UNFINISHED or words[-1].isdigit()):
        words.pop()
    return " ".join(
        word if index and word in _SMALL else word[:1].upper() + word[1:] for index, word in enumerate(words)
    )


def is_headline(text: str, max_characters: int) -> bool:
    """Return whether a text can stand as a headline: short enough, two words or more, complete, none said twice."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())
    said = [word for word in words if word not in _SMALL]
    return (
        len(text) <= max_characters
        and (len(words) > 1 or not text.isascii())
        and len(said) == len(set(said))
        and bool(words)
        and words[-1] not in _UNFINISHED
    )
