import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.builtin.text_lm.guard import Guard, numbers
from generators.builtin.text_lm.language_model import LanguageModel

FACTS = "Harbour jacket, 0.5 l, 129 EUR, waterproof 10,000 mm"


def may_follow(guard: Guard, language_model: LanguageModel, text: str, next_text: str) -> bool:
    """Whether a text may go on with another one, token by token."""
    for token in language_model.encode(next_text):
        if guard.penalty(text)[token] != 0:
            return False
        text += language_model.vocabulary.texts[token]
    return True


def test_numbers_are_found_as_written() -> None:
    assert numbers("From 12 to 1,299.50 in 2024. 0.5l, v2") == {"12", "1,299.50", "2024", "0.5", "2"}


@pytest.mark.parametrize(
    ("text", "following", "allowed"),
    [
        ("It costs ", "129", True),
        ("It costs ", "129 EUR", True),
        ("It costs ", "129mm", False),
        ("It holds ", "0.5EUR", False),
        ("It costs ", "139", False),
        ("It costs ", "12 ", False),
        ("It costs 12", "9.", True),
        ("It holds ", "0.5 l", True),
        ("It holds 0", ".6", False),
        ("It holds 0", " l", False),
        ("It holds ", "10,000", True),
        ("It holds 10", ",5", False),
        ("It costs 129", "0", False),
        ("It costs ", "$", False),
        ("Save ", "%", False),
        ("Choose it.", " It", True),
    ],
)
def test_numbers_and_signs_come_from_the_facts(
    language_model: LanguageModel, text: str, following: str, allowed: bool
) -> None:
    assert may_follow(Guard(language_model.vocabulary, FACTS), language_model, text, following) == allowed


def test_signs_of_the_facts_are_allowed(language_model: LanguageModel) -> None:
    assert may_follow(Guard(language_model.vocabulary, "lamp, $49, 100%"), language_model, "Only ", "$49")


@pytest.mark.parametrize(
    ("following", "allowed"),
    [
        ("jacket", True),
        ("Jacket", True),
        ("Harbour", True),
        ("jackets", False),
        ("keeps", True),
        ("pocket", False),
    ],
)
def test_words_are_plain_or_from_the_facts(
    language_model: LanguageModel, following: str, allowed: bool
) -> None:
    guard = Guard(language_model.vocabulary, FACTS, words=["keeps", "it"])
    finished = following + "."
    assert may_follow(guard, language_model, "It", " " + finished) == allowed


def test_a_word_is_not_written_half(language_model: LanguageModel) -> None:
    guard = Guard(language_model.vocabulary, FACTS, words=["it"])
    unfinished = guard.penalty("the jacke")
    assert all(unfinished[token] != 0 for token in language_model.vocabulary.end_ids)


def test_a_reply_keeps_within_its_characters_where_a_word_can_end(language_model: LanguageModel) -> None:
    guard = Guard(language_model.vocabulary, None, max_characters=10)
    allowed = (guard.penalty("It keeps") == 0).nonzero().flatten().tolist()
    assert max(len(language_model.vocabulary.texts[token].replace("\n", "")) for token in allowed) <= 2


def test_a_paragraph_does_not_end_before_it_may(language_model: LanguageModel) -> None:
    penalty = Guard(language_model.vocabulary, None).penalty("It keeps", may_end=False)
    assert all(penalty[token] != 0 for token in language_model.vocabulary.end_ids)
    assert all(penalty[token] != 0 for token in language_model.encode("\n"))


@settings(max_examples=30)
@given(st.text("jacket 0129.,$%\n", max_size=12), st.booleans(), st.booleans())
def test_something_is_always_allowed(
    language_model: LanguageModel, text: str, may_end: bool, with_words: bool
) -> None:
    words = ["it"] if with_words else None
    guard = Guard(language_model.vocabulary, FACTS, words=words, max_characters=8, never="[]")
    assert (guard.penalty(text, may_end=may_end) == 0).any()


def test_control_tokens_and_characters_are_never_allowed(language_model: LanguageModel) -> None:
    penalty = Guard(language_model.vocabulary, None).penalty("It")
    assert penalty[0] != 0
    assert penalty[1] != 0
    texts = language_model.vocabulary.texts
    assert all(
        penalty[token] != 0
        for token, text in enumerate(texts)
        if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    )
