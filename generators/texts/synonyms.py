"""Training texts said in other words of the team's own list; those held out are never touched. Torch-free."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.errors import BadParams
from generators.texts.capitals import like

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Words that may stand for each other.

    Attributes:
        groups: Each word in lower case, with all words of its line in their order.
        longest: The most words that one of them consists of.
        share: The probability with which such a word is replaced.
    """

    groups: dict[str, tuple[str, ...]]
    longest: int
    share: float

    def varied(self, text: str, seed: str) -> str:
        """Return the text with some of its words replaced; the same seed gives the same text."""
        chance = random.Random(seed)  # noqa: S311 - not for secrets
        pieces, place = [], 0
        for start, end, said in self._known(text):
            others = [word for word in self.groups[said.lower()] if word.lower() != said.lower()]
            if others and chance.random() < self.share:
                pieces += [text[place:start], like(said, chance.choice(others))]
                place = end
        return "".join([*pieces, text[place:]])

    def copies(self, texts: Sequence[str], count: int, seed: int) -> list[str]:
        """Return changed copies of the texts, at most so many of each; those that stayed the same are left out."""
        made = []
        for number, text in enumerate(texts):
            seen = {text}
            for copy in range(count):
                varied = self.varied(text, f"{seed}/{number}/{copy}")
                if varied not in seen:
                    seen.add(varied)
                    made.append(varied)
        return made

    def _known(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield the longest listed words of the text in order, with where they stand."""
        words = list(_WORD.finditer(text))
        place = 0
        while place < len(words):
            for count in range(min(self.longest, len(words) - place), 0, -1):
                start, end = words[place].start(), words[place + count - 1].end()
                if text[start:end].lower() in self.groups:
                    yield start, end, text[start:end]
                    break
            else:
                count = 1
            place += count


def read_synonyms(lines: Sequence[str], share: float) -> Synonyms | None:
    """Return what lines such as "warm, cosy, snug" list; None where there are none.

    Raises:
        BadParams: If a line has fewer than two words, or a word stands on two lines.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for line in filter(str.strip, lines):
        words = tuple(dict.fromkeys(word.strip() for word in re.split(r"[,，、;；=]", line) if word.strip()))
        if len(words) < 2:
            raise BadParams(
                f'"{line.strip()}" lists one word alone. Write words that may stand for each other: warm, cosy.'
            )
        for word in words:
            if word.lower() in groups:
                raise BadParams(f'"{word}" stands on two lines of synonyms. Put the words of both on one.')
            groups[word.lower()] = words
    if not groups:
        return None
    return Synonyms(groups, max(len(_WORD.findall(word)) for word in groups) or 1, share)
