"""Words of a text, as the figures of texts count them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
"""A run of letters and digits, or one letter of a script that puts no blanks between words."""


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation."""
    return _WORD.findall(text.casefold())


def ngrams(items: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    """Yield the runs of n words in order."""
    return (tuple(items[at : at + n]) for at in range(len(items) - n + 1))
