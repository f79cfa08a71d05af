"""The texts of a dataset version as tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.blank import says_something
from generators.data import TrainingData
from generators.errors import BadData, DatasetTooSmall
from generators.run import Run
from generators.spec import Spec
from generators.texts.params import TextTrainParams
from generators.texts.synonyms import read_synonyms
from generators.texts.tokens import Tokens
from generators.training.randomness import generator_for

TOKENIZER_CHARACTERS = 4_000_000
"""Of the training texts, from which the tokenizer is learnt; more hardly change it."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Training texts and held-out ones.

    Attributes:
        tokens: The tokenizer.
        texts: The tokens of each training text, int32.
        held_out: Those of validation texts, in an order by chance.
    """

    tokens: Tokens
    texts: list[Tensor]
    held_out: list[list[int]]

    def stream(self) -> Tensor:
        """Return all training texts in one row, int32, shape (T,), the end token before each and after the last."""
        end = torch.tensor([self.tokens.end], dtype=torch.int32)
        return torch.cat([part for text in self.texts for part in (end, text)] + [end])


def texts_of(data: TrainingData, split: str) -> list[str]:
    """Return the texts of a split that are not blank."""
    return [record.text for record in data.records(split) if record.text and says_something(record.text)]


def read_corpus(
    spec: Spec,
    data: TrainingData,
    run: Run,
    params: TextTrainParams,
    *,
    pieces: Callable[[list[str]], list[str]] = lambda texts: texts,
) -> Corpus:
    """Return the training texts, with their changed copies, as tokens of a tokenizer that is learnt from them.

    Args:
        params: Of the training; they say how large the tokenizer is and which words may stand for each other.
        pieces: Cuts texts up.

    Raises:
        DatasetTooSmall: If fewer of the records than the generator needs hold a text.
        BadParams: If the synonyms are no groups of words.
    """
    texts, least = texts_of(data, "train"), spec.needs.minimum_records
    if len(texts) < least:
        raise DatasetTooSmall(
            f"{spec.name} needs at least {least} texts to learn from; {data.name!r} has {len(texts)}. "
            f"Add {least - len(texts)}."
        )
    if params.synonym_copies and (synonyms := read_synonyms(params.synonyms, params.synonym_share)):
        copies = synonyms.copies(texts, params.synonym_copies, params.seed)
        run.log(f"{len(copies):,} copies of training texts say words of the list otherwise.")
        texts = texts + copies
    texts, others = pieces(texts), pieces(texts_of(data, "validation"))
    run.report(0, 1, "Learning the tokens")
    tokens = Tokens.learn(_some(texts), size=params.vocabulary_size)
    run.report(0, 1, f"Reading {len(texts):,} texts")
    order = torch.randperm(len(others), generator=generator_for(params.seed, "held out"))
    held_out = tokens.encode([others[place] for place in order.tolist()])
    return Corpus(tokens, [torch.tensor(ids, dtype=torch.int32) for ids in tokens.encode(texts)], held_out)


def held_out_texts(data: TrainingData, split: str) -> list[str]:
    """Return the texts of the split to measure on.

    Raises:
        BadData: If there are none.
    """
    texts = texts_of(data, split)
    if not texts:
        raise BadData(f'The {split} split of "{data.name}" holds no text. Choose a version with texts in it.')
    return texts


def _some(texts: list[str]) -> list[str]:
    """Return every n-th text, such that together they have about as many characters as the tokenizer needs."""
    step = max(1, round(sum(map(len, texts)) / TOKENIZER_CHARACTERS))
    return texts[::step]
