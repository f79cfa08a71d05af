"""What a network learns from a dataset version: tokens, of which it is to predict those of the texts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from generators.blank import says_something
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.prompt import encode_chat, request_alone
from generators.builtin.text_lm.vocabulary import WORD
from generators.data import Record, TrainingData
from generators.errors import BadData
from generators.params import facts_text
from generators.training.randomness import batch_indices

TEXTS = "texts"
HOUSE_WORDS = 300
HOUSE_SHARE = 0.05  # of the texts, and 3 at least: such a word says little about a single product


class Lesson(NamedTuple):
    """A stretch of tokens; the first `given` of them are read but not learnt."""

    ids: list[int]
    given: int

    @property
    def learnt(self) -> int:
        """How many of its tokens are to be predicted."""
        return len(self.ids) - self.given


class Pack(NamedTuple):
    """Lessons in one row, each with positions of its own: attention keeps to them, so no token is padding.

    Attributes:
        ids: Shape (1, T).
        positions: Of each token in its lesson, shape (1, T).
        predicting: Places whose next token is to be predicted, shape (K,).
        targets: Those next tokens, shape (K,).
    """

    ids: Tensor
    positions: Tensor
    predicting: Tensor
    targets: Tensor


def facts_of(record: Record) -> str:
    """Return what a record says beside its text, as lines of "name: value"; "" where there is nothing."""
    fields = {name: value for name, value in record.fields.items() if value != record.text}
    if record.label and record.label not in fields.values():
        fields["label"] = record.label
    return str(facts_text(fields))


def lessons_of(
    language_model: LanguageModel, data: TrainingData, split: str, *, learn: str, context_length: int
) -> list[Lesson]:
    """Return the lessons of a split; long texts are cut into several, and none is longer than `context_length`.

    Args:
        learn: "texts", or the format that the texts are in: then a record's facts are given and its text is learnt.

    Raises:
        BadData: If texts are to be learnt from facts and there are none, or all are too long.
    """
    records = [record for record in data.records(split) if says_something(record.text or "")]
    if learn == TEXTS:
        return [
            lesson for record in records for lesson in _windows(language_model, record.text, context_length)
        ]
    replies = [
        reply for record in records if (reply := _reply(language_model, record, learn, context_length))
    ]
    if records and not replies:
        raise BadData(
            f'No text of "{data.name}" ({split}) can be learnt as a {learn.replace("_", " ")}: a record needs fields '
            f"or a label that the text is written from, {context_length} tokens at most with them. "
            'Choose learn "texts", add columns, or raise context_length.'
        )
    return replies


def _windows(language_model: LanguageModel, text: str | None, context_length: int) -> Iterator[Lesson]:
    """Yield a text in stretches, each after the token that starts a text; the last one ends with the end token."""
    ids = [*language_model.encode(text or ""), language_model.end_id]
    for start in range(0, len(ids), context_length):
        yield Lesson([language_model.start_id, *ids[start : start + context_length]], 1)


def _reply(language_model: LanguageModel, record: Record, learn: str, context_length: int) -> Lesson | None:
    facts = facts_of(record)
    if not facts:
        return None
    prompt = encode_chat(language_model, request_alone(FORMATS[learn], facts))
    reply = [*language_model.encode((record.text or "").strip()), language_model.end_id]
    fits = len(prompt) + len(reply) <= context_length + 1
    return Lesson(prompt + reply, len(prompt)) if fits else None


def pack(lessons: Sequence[Lesson], device: torch.device) -> Pack:
    """Return lessons as one row."""
    ids: list[int] = []
    positions: list[int] = []
    predicting: list[int] = []
    targets: list[int] = []
    for lesson in lessons:
        begin = len(ids) - 1
        predicting += range(begin + lesson.given, begin + len(lesson.ids))
        targets += lesson.ids[lesson.given :]
        ids += lesson.ids[:-1]
        positions += range(len(lesson.ids) - 1)
    whole = (torch.tensor(numbers, device=device) for numbers in (ids, positions, predicting, targets))
    row, places, predicting_places, next_tokens = whole
    return Pack(row[None], places[None], predicting_places, next_tokens)


def rows(lessons: Sequence[Lesson], context_length: int) -> Iterator[list[Lesson]]:
    """Yield lessons in order, as many in a row as fit."""
    row: list[Lesson] = []
    room = context_length
    for lesson in lessons:
        if row and len(lesson.ids) - 1 > room:
            yield row
            row, room = [], context_length
        row.append(lesson)
        room -= len(lesson.ids) - 1
    if row:
        yield row


def next_lessons(lessons: Sequence[Lesson], position: int, *, tokens: int, seed: int) -> list[Lesson]:
    """Return the lessons of one step: from a place in the endless shuffled row, at least so many tokens.

    Args:
        position: How many lessons were taken before.
        tokens: How many tokens a step reads at least.
        seed: Names the order; each pass through the lessons has another one.
    """
    chosen: list[Lesson] = []
    read = 0
    while read < tokens:
        index = batch_indices(position + len(chosen), count=len(lessons), batch_size=1, seed=seed)
        chosen.append(lessons[int(index)])
        read += len(chosen[-1].ids) - 1
    return chosen


def house_words(data: TrainingData) -> list[str]:
    """Return the words that many of the training texts share, the most frequent first: how this house speaks."""
    records = data.records("train")
    holding: Counter[str] = Counter()
    for record in records:
        holding.update({word for word in WORD.findall(record.text or "") if word.isalpha()})
    least = max(3, round(HOUSE_SHARE * len(records)))
    words = sorted(
        (word for word, count in holding.items() if count >= least), key=lambda w: (-holding[w], w)
    )
    return words[:HOUSE_WORDS]
