"""The longest stretch of words that a text has from the texts that its generator learned from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from generators.metrics.text_words import words


class Span(NamedTuple):
    """A stretch that was copied.

    Attributes:
        length: In words.
        text: Its words.
        source: The number of a text that holds it, or -1 where nothing was copied.
    """

    length: int
    text: str
    source: int


class SuffixAutomaton:
    """All stretches of some rows of words, found in one pass over other texts.

    Source: Blumer et al., The smallest automaton recognizing the subwords of a text, 1985.
    https://doi.org/10.1016/0304-3975(85)90157-4
    """

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self.next: list[dict[str, int]] = [{}]
        self.link = [-1]
        self.length = [0]
        for row in rows:
            last = 0
            for word in row:
                last = self._extend(last, word)

    def _extend(self, last: int, word: str) -> int:
        known = self.next[last].get(word)
        if known is not None and self.length[known] == self.length[last] + 1:
            return known  # a row before began so, too
        new = self._state({}, self.length[last] + 1)
        place = last
        while place >= 0 and word not in self.next[place]:
            self.next[place][word] = new
            place = self.link[place]
        if place < 0:
            self.link[new] = 0
            return new
        target = self.next[place][word]
        if self.length[target] == self.length[place] + 1:
            self.link[new] = target
            return new
        clone = self._state(dict(self.next[target]), self.length[place] + 1)
        self.link[clone] = self.link[target]
        while place >= 0 and self.next[place].get(word) == target:
            self.next[place][word] = clone
            place = self.link[place]
        self.link[target] = clone
        if self.length[new] == self.length[clone]:  # the new state would hold what the copy holds
            self.link[new] = self.link[clone]
            return clone
        self.link[new] = clone
        return new

    def _state(self, following: dict[str, int], length: int) -> int:
        self.next.append(following)
        self.link.append(-1)
        self.length.append(length)
        return len(self.next) - 1


def longest_copies(texts: Sequence[str], learned: Iterable[str]) -> list[Span]:
    """Return the longest stretch of each text that occurs in one of the learned texts, case and punctuation aside.

    The automaton is that of the few texts; the many learned ones are read once, in time in proportion to their words.
    """
    rows = [words(text) for text in texts]
    automaton = SuffixAutomaton(rows)
    reached, source = [0] * len(automaton.next), [-1] * len(automaton.next)
    for number, other in enumerate(learned):
        state = matched = 0
        for word in words(other):
            while state and word not in automaton.next[state]:
                state = automaton.link[state]
                matched = automaton.length[state]
            state = automaton.next[state].get(word, 0)
            matched = matched + 1 if state else 0
            if matched > reached[state]:
                reached[state], source[state] = matched, number
    _hand_down(automaton, reached, source)
    return [_longest(row, automaton, reached, source) for row in rows]


def _hand_down(automaton: SuffixAutomaton, reached: list[int], source: list[int]) -> None:
    """Let each state know what was reached with the longer stretches that end with its own, then with shorter ones."""
    order = sorted(range(1, len(reached)), key=automaton.length.__getitem__)
    for state in reversed(order):
        shorter = automaton.link[state]
        if shorter > 0 and reached[state] and reached[shorter] < automaton.length[shorter]:
            reached[shorter], source[shorter] = automaton.length[shorter], source[state]
    for state in order:
        shorter = automaton.link[state]
        if shorter > 0 and reached[shorter] > reached[state]:
            reached[state], source[state] = reached[shorter], source[shorter]


def _longest(
    row: Sequence[str], automaton: SuffixAutomaton, reached: Sequence[int], source: Sequence[int]
) -> Span:
    best, state = Span(0, "", -1), 0
    for place, word in enumerate(row, start=1):
        state = automaton.next[state][word]
        if reached[state] > best.length:
            length = min(reached[state], place)
            best = Span(length, " ".join(row[place - length : place]), source[state])
    return best
