"""What a reply may not contain, enforced token by token while it is written."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from generators.builtin.text_lm.vocabulary import WORD, Vocabulary

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_UNFINISHED_NUMBER = re.compile(r"\d[\d.,]*$")
_UNFINISHED_WORD = re.compile(WORD.pattern + "$")
_FOLLOWER = re.compile(r"[ -]?(?:[^\W\d_]+|[%‰°])")
_FIELD_NAME = re.compile(r"^\s*(?:name|title|product|details?|for)\s*:", re.IGNORECASE | re.MULTILINE)
_CURRENCY_AND_SHARES = "$€£¥₹%‰"
_PUNCTUATION = " \n.,!?:;0123456789"


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text as written, such as 12, 1,299 and 0.5."""
    return frozenset(NUMBER.findall(text))


def followers(text: str) -> dict[str, list[str]]:
    """Return the numbers of a text, each with what follows it there: a unit, a word, or "" where there is none."""
    found: dict[str, list[str]] = {}
    for match in NUMBER.finditer(text):
        follower = _FOLLOWER.match(text, match.end())
        found.setdefault(match.group(), []).append(follower.group() if follower else "")
    return found


class _Place(NamedTuple):
    """All that matters of a text for the token after it."""

    number: str
    word: str
    may_end: bool
    after_space: bool
    starts_paragraph: bool
    room: int | None


class Guard:
    """Adds minus infinity to the logits of tokens that would break a rule.

    Every number of the reply is a number of the facts, digit for digit and with its unit; currency and per cent signs
    need one in the facts. Where `words` is given, each word is one of them or of the facts. Without facts (None) these
    rules are off.

    Args:
        vocabulary: The tokens.
        facts: What the reply may draw on.
        never: Characters that do not occur.
        max_characters: Tokens that would make the reply longer are avoided while a word can still be finished.
        words: Words that a reply may use beside those of the facts.
        device: Where the penalties are needed.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        facts: str | None,
        *,
        never: str = "",
        max_characters: int | None = None,
        words: Iterable[str] | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        self._vocabulary = vocabulary
        self._numbers = None if facts is None else followers(facts)
        self._words = None if facts is None or words is None else PlainWords(vocabulary, facts, words)
        signs = "" if facts is None else "".join(sign for sign in _CURRENCY_AND_SHARES if sign not in facts)
        self._always = torch.ones(vocabulary.size, dtype=torch.bool)
        self._always[vocabulary.control + vocabulary.holding(never + signs)] = False
        self._max_characters = max_characters
        self._device = device
        self._known: dict[_Place, Tensor] = {}

    def penalty(self, text: str, *, may_end: bool = True) -> Tensor:
        """Return what to add to the logits of the token after `text`: 0 or minus infinity, shape (vocabulary,).

        Args:
            text: The reply so far.
            may_end: Whether the paragraph may end here.
        """
        number = _UNFINISHED_NUMBER.search(text)
        word = _UNFINISHED_WORD.search(text)
        key = _Place(
            number=number.group() if number else "",
            word=word.group() if word else "",
            may_end=may_end,
            after_space=not text or text[-1].isspace(),
            starts_paragraph=not text or text[-1] == "\n",
            room=None if self._max_characters is None else self._max_characters - len(text),
        )
        if key not in self._known:
            self._known[key] = torch.where(self._allowed(key), 0.0, -torch.inf).to(self._device)
        return self._known[key]

    def _allowed(self, place: "_Place") -> Tensor:
        rules = [self._always]
        if not place.may_end:
            rules.append(~self._vocabulary.ends)
        if place.after_space:
            rules.append(~self._vocabulary.starts_with_space)
        if self._numbers is not None:
            rules.append(self._allowed_after_number(place.number, self._numbers))
        if self._words is not None:
            rules.append(self._words.allowed_after(place.word))
            if place.starts_paragraph:
                rules.append(self._vocabulary.starts_with_word)
        if place.room is not None:
            rules.append(self._vocabulary.lengths <= place.room)
        allowed = rules[0]
        for rule in rules[1:]:
            if (narrowed := allowed & rule).any():  # where rules leave nothing, the later ones give way
                allowed = narrowed
        return allowed

    def _allowed_after_number(self, unfinished: str, supported: dict[str, list[str]]) -> Tensor:
        allowed = self._mask_after_finished_number(unfinished, supported)
        for token, text in self._vocabulary.numeric:
            written = unfinished + text
            last = _UNFINISHED_NUMBER.search(written)
            finished = written[: last.start()] if last else written
            allowed[token] = numbers(finished) <= supported.keys() and (
                last is None
                or last.group().rstrip(".,") in supported
                or any(number.startswith(last.group()) for number in supported)
            )
        return allowed

    def _mask_after_finished_number(self, unfinished: str, supported: dict[str, list[str]]) -> Tensor:
        """Return which tokens may end a number: those that go on as the facts do after it, if they say a unit.

        Only the token right after the number is checked; with a tokenizer whose space is a token of its own, the
        unit itself is free.
        """
        if not unfinished:
            return torch.ones(self._vocabulary.size, dtype=torch.bool)
        following = supported.get(unfinished.rstrip(".,"), [])
        if "" in following or (following and unfinished[-1] in ".,"):
            return torch.ones(self._vocabulary.size, dtype=torch.bool)
        return self._vocabulary.where(
            lambda text: (
                bool(text) and any(unit.startswith(text) or text.startswith(unit) for unit in following)
            )
        )


class PlainWords:
    """The words a reply may use: those of a list, and those of the facts as they are written there."""

    def __init__(self, vocabulary: Vocabulary, facts: str, words: Iterable[str]) -> None:
        own = {word.strip("'’") for word in WORD.findall(_FIELD_NAME.sub("", facts))}
        own |= {f"{word}'s" for word in own if not word.endswith("s")} | {word.lower() for word in own}
        punctuation = frozenset(_PUNCTUATION + re.sub(r"[\w\s]", "", facts))
        self._vocabulary = vocabulary
        self._known: dict[str, Tensor] = {}
        self._forms = {form for word in own.union(words) for form in (word, word[:1].upper() + word[1:])}
        capitalised = {word[:1].upper() + word[1:] for word in own}
        self._beginnings = {form[:end] for form in own | capitalised for end in range(1, len(form) + 1)}
        self._after_word = self._mask(
            token
            for token, others, whole, begun in vocabulary.after_word
            if punctuation.issuperset(others)
            and len(others.strip()) <= 1
            and self._forms.issuperset(whole)
            and self._may_begin(begun)
        )
        self._after_word[list(vocabulary.end_ids)] = True

    def allowed_after(self, unfinished: str) -> Tensor:
        """Return which tokens may follow an unfinished word ("" between words), shape (vocabulary,)."""
        if unfinished not in self._known:
            self._known[unfinished] = self._allowed_after(unfinished) if unfinished else self._between_words()
        return self._known[unfinished]

    def _between_words(self) -> Tensor:
        starts = [ids for text, ids in self._vocabulary.within_word.items() if self._may_begin(text)]
        return self._after_word | self._mask(token for ids in starts for token in ids)

    def _allowed_after(self, unfinished: str) -> Tensor:
        endings = {form[len(unfinished) :] for form in self._forms if form.startswith(unfinished)}
        pieces = {ending[:end] for ending in endings for end in range(1, len(ending) + 1)}
        allowed = self._mask(
            token for piece in pieces for token in self._vocabulary.within_word.get(piece, ())
        )
        return allowed | self._after_word if unfinished in self._forms else allowed

    def _may_begin(self, word: str) -> bool:
        """Words of the list begin whole, lest half a word force its other half; words of the facts in pieces."""
        return not word or word in self._forms or word in self._beginnings

    def _mask(self, tokens: Iterable[int]) -> Tensor:
        mask = torch.zeros(self._vocabulary.size, dtype=torch.bool)
        mask[list(tokens)] = True
        return mask
