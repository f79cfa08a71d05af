from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.lessons import (
    Lesson,
    facts_of,
    house_words,
    lessons_of,
    next_lessons,
    pack,
    rows,
)
from generators.data import Record, TrainingData
from generators.errors import BadData
from generators.testing import write_data

LENGTHS = st.lists(st.integers(2, 30), min_size=1, max_size=20)


def made(folder: Path, *records: Record) -> TrainingData:
    folder.mkdir(exist_ok=True)
    return write_data(folder, "text", records, labels=("lamp",))


def lessons(lengths: list[int]) -> list[Lesson]:
    return [Lesson([5 + index] * length, 1) for index, length in enumerate(lengths)]


@torch.inference_mode()
def test_packed_lessons_are_predicted_as_each_alone(language_model: LanguageModel) -> None:
    texts = ["The Harbour rain jacket keeps you dry.", "Meet the desk lamp.", "Hello and welcome."]
    alone = [Lesson([1, *language_model.encode(text), 2], 1) for text in texts]
    nats = [surprise(language_model, [lesson]) for lesson in alone]
    assert surprise(language_model, alone) == pytest.approx(sum(nats), rel=1e-5)


def surprise(language_model: LanguageModel, row: list[Lesson]) -> float:
    packed = pack(row, language_model.device)
    answer = language_model.network(
        packed.ids, position_ids=packed.positions, use_cache=False, logits_to_keep=packed.predicting
    )
    return float(cross_entropy(answer.logits[0].float(), packed.targets, reduction="sum"))


def test_only_what_follows_the_given_tokens_is_to_be_predicted() -> None:
    packed = pack([Lesson([7, 8, 9, 10], 3), Lesson([1, 5, 6], 1)], torch.device("cpu"))
    assert packed.ids.tolist() == [[7, 8, 9, 1, 5]]
    assert packed.positions.tolist() == [[0, 1, 2, 0, 1]]
    assert packed.predicting.tolist() == [2, 3, 4]
    assert packed.targets.tolist() == [10, 5, 6]


@given(LENGTHS, st.integers(29, 60))
def test_rows_hold_every_lesson_once_and_no_row_is_too_long(lengths: list[int], room: int) -> None:
    given_lessons = lessons(lengths)
    found = list(rows(given_lessons, room))
    assert [lesson for row in found for lesson in row] == given_lessons
    assert all(sum(len(lesson.ids) - 1 for lesson in row) <= room for row in found)


@given(LENGTHS, st.integers(1, 50), st.integers(0, 1000))
def test_an_epoch_reads_every_lesson_once_whatever_the_step(
    lengths: list[int], tokens: int, seed: int
) -> None:
    given_lessons = lessons(lengths)
    read: list[Lesson] = []
    while len(read) < len(given_lessons):
        read += next_lessons(given_lessons, len(read), tokens=tokens, seed=seed)
    assert sorted(read[: len(given_lessons)]) == sorted(given_lessons)


def test_a_long_text_is_cut_and_only_its_last_part_ends(
    language_model: LanguageModel, tmp_path: Path
) -> None:
    text = "The Harbour rain jacket keeps you dry. " * 20
    data = made(tmp_path, Record(id="1", split="train", text=text))
    found = lessons_of(language_model, data, "train", learn="texts", context_length=32)
    assert all(lesson.ids[0] == language_model.start_id and len(lesson.ids) <= 33 for lesson in found)
    assert [lesson.ids[-1] == language_model.end_id for lesson in found] == [False] * (len(found) - 1) + [
        True
    ]
    said = [token for lesson in found for token in lesson.ids[1:]]
    assert said == [*language_model.encode(text), language_model.end_id]


def test_a_format_is_learnt_from_the_facts_of_each_record(
    language_model: LanguageModel, tmp_path: Path
) -> None:
    record = Record(
        id="1", split="train", text="A lamp for you.", label="lamp", fields={"colour": "red", "n": None}
    )
    data = made(tmp_path, record, Record(id="2", split="train", text="No facts at all."))
    (lesson,) = lessons_of(language_model, data, "train", learn="social_post", context_length=512)
    given_text = language_model.tokenizer.decode(lesson.ids[: lesson.given])
    assert "colour: red\nlabel: lamp\n\nWrite the social media post." in given_text
    assert lesson.ids[lesson.given :] == [*language_model.encode("A lamp for you."), language_model.end_id]


def test_texts_without_facts_cannot_be_learnt_as_a_format(
    language_model: LanguageModel, tmp_path: Path
) -> None:
    data = made(tmp_path, Record(id="1", split="train", text="No facts at all."))
    with pytest.raises(BadData, match=r'can be learnt as a social post.*Choose learn "texts"'):
        lessons_of(language_model, data, "train", learn="social_post", context_length=512)


def test_the_facts_of_a_record_are_its_columns_and_label_but_not_its_text() -> None:
    record = Record(id="1", split="train", text="Copy.", label="mug", fields={"copy": "Copy.", "kind": "mug"})
    assert facts_of(record) == "kind: mug"


def test_house_words_are_those_that_many_texts_share(tmp_path: Path) -> None:
    records = [Record(id=str(n), split="train", text=f"Dear friend {'abcdefghij'[n]}x") for n in range(10)]
    assert house_words(made(tmp_path, *records)) == ["Dear", "friend"]
