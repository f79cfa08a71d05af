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

    @cached_property
    def ends(self) -> Tensor:
        """Which tokens end a reply or a paragraph, shape (size,)."""
        ends = self.where(lambda text: "\n" in text)
        ends[list(self.end_ids)] = True
        return ends

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
