"""Texts cut into passages at sentences, and into the words by which they are found."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from generators.blank import says_a_word

ROOM = 480
"""How much a passage holds, in Latin characters: about as many tokens as MiniLM reads well at once. A Chinese or
Japanese character counts for WIDE."""
WIDE = 4
LONGEST_TERM = 64
_CLOSING = "\"'”’)\\]」』"
_SENTENCE = re.compile(
    rf"(?:[^.!?。！？\n]|[.!?](?![.!?{_CLOSING}]*(?:\s|$)))*(?:[.!?]+[{_CLOSING}]*|[。！？]+[{_CLOSING}]*|\n|$)"
)
_WORD = re.compile(r"[㐀-鿿ぁ-ヿ가-힯]+|[^\W_]+(?:['’][^\W_]+)*")
_COMMON = """
a about an and any are as at be been but by can could did do does for from had has have he her his how i if in into is
it its me my no not of on or our out she so than that the their them then there these they this to up was we were what
when where which who whom why will with would you your
"""
_STOP = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text and where it stands in it."""

    start: int
    end: int
    text: str


def passages(text: str, room: int = ROOM) -> list[Span]:
    """Return the text's passages in order: whole sentences, as many as there is room for.

    A sentence that is longer than a passage is cut at a space, or anywhere where it has none.
    """
    found: list[Span] = []
    start = end = -1
    for sentence in sentences(text):
        for piece in _pieces(sentence, room):
            if start >= 0 and _size(text[start : piece.end]) > room:
                found.append(Span(start, end, text[start:end]))
                start = -1
            start = piece.start if start < 0 else start
            end = piece.end
    if start >= 0:
        found.append(Span(start, end, text[start:end]))
    return found


def sentences(text: str) -> Iterator[Span]:
    """Yield the sentences of a text without the white space around them."""
    for match in _SENTENCE.finditer(text):
        said = match.group().strip()
        if says_a_word(said):
            start = match.start() + match.group().index(said)
            yield Span(start, start + len(said), said)


def terms(text: str) -> list[str]:
    """Return the words of a text as they are looked up: folded, without plurals and the most common words.

    Texts without spaces between words are cut into pairs of characters.
    """
    found = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text).casefold()):
        word = match.group()
        if ord(word[0]) >= 0x3040:
            found += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        elif word not in _STOP:
            found.append(_singular(word.partition("'")[0].partition("’")[0])[:LONGEST_TERM])
    return found


def _singular(word: str) -> str:
    """Return an English word without the ending of a plural.

    Source: Harman, How effective is suffixing?, 1991 (the "S" stemmer). https://doi.org/10.1002/(SICI)1097-4571(199101)42:1<7::AID-ASI2>3.0.CO;2-P
    """
    if len(word) > 3 and word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    if len(word) > 2 and word.endswith("s") and word[-2] not in "us":
        return word[:-1]
    return word


def _size(text: str) -> int:
    return sum(WIDE if ord(character) >= 0x2E80 else 1 for character in text)


def _pieces(sentence: Span, room: int) -> Iterator[Span]:
    start, rest = sentence.start, sentence.text
    while _size(rest) > room:
        cut = len(rest)
        while _size(rest[:cut]) > room:
            cut = cut * 3 // 4
        cut = rest.rfind(" ", cut // 2, cut) + 1 or cut
        yield Span(start, start + cut, rest[:cut])
        start, rest = start + cut, rest[cut:]
    yield Span(start, start + len(rest), rest)
