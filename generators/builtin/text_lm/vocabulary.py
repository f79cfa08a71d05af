"""What the tokens of a tokenizer say, worked out once and used at every step of every reply."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

WORD = re.compile(r"(?:[^\W\d_]|['’])+")
"""A word: letters and apostrophes."""


class Vocabulary:
    """The text of every token, sorted by what it can do inside a text.

    Attributes:
        size: The number of logits; at least the number of tokens.
        texts: The text of each token; empty for control tokens.
        end_ids: The control tokens that end a reply.
    """

    def __init__(self, tokenizer: Any, size: int, end_ids: frozenset[int]) -> None:
        self.size = size
        self.end_ids = end_ids
        self.texts: list[str] = tokenizer.batch_decode(
            [[token] for token in range(len(tokenizer))],
            skip_special_tokens=True,
            clean_up_tokenization_spaces=False,
        )

    def holding(self, characters: str) -> list[int]:
        """Return the tokens whose text holds any of the characters."""
        wanted = set(characters)
        return [token for token, text in enumerate(self.texts) if not wanted.isdisjoint(text)]

    @cached_property
    def lengths(self) -> Tensor:
        """How many characters each token adds, shape (size,)."""
        known = [0 if "\n" in text else len(text) for text in self.texts]
        return torch.tensor(known + [0] * (self.size - len(known)))

    @cached_property
    def control(self) -> list[int]:
        """Control tokens, control characters and logits without a token: nothing that a reply can hold."""
        silent = [
            token
            for token, text in enumerate(self.texts)
            if token not in self.end_ids
            and (not text or any((ord(c) < 32 and c != "\n") or c == "\x7f" for c in text))
        ]
        return silent + list(range(len(self.texts), self.size))

    @cached_property
    def ends(self) -> Tensor:
        """Which tokens end a reply or a paragraph, shape (size,)."""
        ends = self.where(lambda text: "\n" in text)
        ends[list(self.end_ids)] = True
        return ends

    @cached_property
    def starts_with_space(self) -> Tensor:
        """Which tokens begin with white space, shape (size,)."""
        return self.where(lambda text: text[:1].isspace())

    @cached_property
    def starts_with_word(self) -> Tensor:
        """Which tokens begin with a letter, after a space or not, shape (size,)."""
        return self.where(lambda text: text.lstrip()[:1].isalpha())

    def where(self, holds: Callable[[str], bool]) -> Tensor:
        """Return which tokens have a text with a property, shape (size,)."""
        known = [holds(text) for text in self.texts]
        return torch.tensor(known + [False] * (self.size - len(known)))

    @cached_property
    def numeric(self) -> list[tuple[int, str]]:
        """Tokens that can begin or continue a number, with their text."""
        return [
            (i, t) for i, t in enumerate(self.texts) if t[:1] in {".", ","} or any(c.isdigit() for c in t)
        ]

    @cached_property
    def within_word(self) -> dict[str, list[int]]:
        """Tokens that are nothing but letters and apostrophes, by their text."""
        tokens: dict[str, list[int]] = defaultdict(list)
        for token, text in enumerate(self.texts):
            if WORD.fullmatch(text):
                tokens[text].append(token)
        return tokens

    @cached_property
    def after_word(self) -> list[tuple[int, str, list[str], str]]:
        """Tokens that end the word before them: id, other characters, whole words, and the word they begin."""
        found = []
        for token, text in enumerate(self.texts):
            if text and not WORD.match(text):
                words = WORD.findall(text)
                begun = words.pop() if words and WORD.match(text[-1]) else ""
                found.append((token, WORD.sub("", text), words, begun))
        return found
