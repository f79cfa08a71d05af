"""Texts written for requests, beside transformers' own greedy search and under rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.decoding.writing import write, write_each
from generators.builtin.text_lm.language_model import LanguageModel


@dataclass
class Only:
    """Allows some tokens only, after some that are forced, and ends the text after so many."""

    tokens: Sequence[int]
    most: int
    first: list[int] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)

    def forced(self) -> Sequence[int]:
        return self.first[len(self.taken) :]

    def allow(self, logits: Tensor) -> None:
        kept = logits[list(self.tokens)].clone()
        logits.fill_(-torch.inf)
        logits[list(self.tokens)] = kept

    def accept(self, token: int) -> None:
        self.taken.append(token)

    @property
    def finished(self) -> bool:
        return len(self.taken) >= self.most


def request(language_model: LanguageModel, text: str = "The lamp", **changes: Any) -> Request:
    plain = Request(prompt=language_model.encode(text), max_tokens=12)
    return replace(plain, **changes)


def test_a_rule_decides_what_comes_and_when_it_ends(language_model: LanguageModel) -> None:
    first, allowed = language_model.encode("Subject:"), [300, 301, 302]
    rule = Only(allowed, most=len(first) + 4, first=first)
    (found,) = write(language_model, [request(language_model, constraint=rule, temperature=1.0)])
    assert found.ids[: len(first)] == tuple(first)
    assert set(found.ids[len(first) :]) <= set(allowed)
    assert len(found.ids) == len(first) + 4
    assert found.finish == "stop"
    assert tuple(rule.taken) == found.ids


def test_what_a_check_raises_passes_through(language_model: LanguageModel) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(language_model, [request(language_model)], check=stop)


def test_the_pieces_are_the_text(language_model: LanguageModel) -> None:
    pieces: list[str] = []
    asked = request(language_model, temperature=1.5, on_text=pieces.append)
    found: dict[int, Completion] = dict(write_each(language_model, [asked]))
    assert "".join(pieces) == found[0].text
