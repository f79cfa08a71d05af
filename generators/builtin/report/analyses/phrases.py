"""The words and phrases of texts, English and Chinese, without a model."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))+")
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
STOP_WORDS: Final = """
a about after again all also am an and any are aren't as at be because been before being below between both but
by can can't cannot could couldn't did didn't do does doesn't doing don't down during each else ever every few
for from further get gets getting go goes going got had hadn't has hasn't have haven't having he her here hers
him his how i i'd i'll i'm i've if in into is isn't it it's its itself just let like made make many may me might
more most much must my myself no nor not now of off on once one only or other our ours out over own per quite
rather really s same she should shouldn't so some still such t than that that's the their theirs them themselves
then there there's these they they're this those though through to too under until up upon us very was wasn't we
were weren't what when where which while who whom why will with won't would wouldn't yes yet you you'd you'll
you're your yours br even well back since two three first something anything nothing thing things way lot bit
around away another always never
"""
STOP: Final = frozenset(STOP_WORDS.split())
STOP_HAN: Final = re.compile(
    "但是|因为|所以|而且|如果|虽然|不过|还是|或者|以及|这个|那个|这些|那些|什么|怎么|没有|我们|你们|他们|它们|自己|"
    "已经|可以|非常|比较|一个|一些|一下|一点|有点|时候|感觉|觉得|真的|就是|都是|也是|不是|"
    "[的了是在我有和就人都也很到说要去你会着看好自这那他她它们把被让给对与及或而但又再还太更最吧吗呢啊呀哦嗯个么没不上下中里从为以于之其]"
)
LONGEST_HAN = 4
MOST_TERMS = 400


def terms_of(text: str) -> list[str]:
    """Return the words of a text in lower case and its pairs of neighbouring words, without words that say nothing.

    Chinese is written without gaps: runs between such words are taken whole where they have two to four characters,
    else each two neighbouring characters.
    """
    found: list[str] = []
    lowered = text.lower().replace("’", "'")
    for piece in re.split(r"[.!?;:,()\[\]\"\n]+", lowered):
        before = ""
        for match in WORD.finditer(piece):
            word = match.group()
            if HAN.search(word):
                before = ""
                continue
            if word in STOP or len(word) < 3:
                before = ""
                continue
            found.append(word)
            if before:
                found.append(f"{before} {word}")
            before = word
    found.extend(_han_terms(lowered))
    return found


def vocabulary(texts: Sequence[Sequence[str]], *, most: int = MOST_TERMS) -> list[str]:
    """Return the terms that tell texts apart: in at least three of them and at most in half, most frequent first.

    Args:
        texts: The terms of each text.
        most: How many terms at most.
    """
    counts = Counter(term for terms in texts for term in dict.fromkeys(terms))
    least = max(3, math.ceil(0.003 * len(texts)))
    kept = [(term, n) for term, n in counts.items() if least <= n <= max(least, 0.5 * len(texts))]
    kept.sort(key=lambda pair: (-pair[1], pair[0]))
    return [term for term, _ in kept[:most]]


def without_parts(terms: Iterable[str]) -> list[str]:
    """Return terms without those that share a word, or a piece of Chinese, with one before them."""
    kept: list[str] = []
    for term in terms:
        stems = {_stem(word) for word in term.split()}
        if not any(
            stems & {_stem(word) for word in other.split()}
            or (HAN.search(term) and (term in other or other in term))
            for other in kept
        ):
            kept.append(term)
    return kept


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "s", "y"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)]
    return word


def _han_terms(text: str) -> Iterator[str]:
    for run in HAN.findall(text):
        for piece in STOP_HAN.split(run):
            if 2 <= len(piece) <= LONGEST_HAN:
                yield piece
            elif len(piece) > LONGEST_HAN:
                yield from (piece[at : at + 2] for at in range(len(piece) - 1))
