"""What "empty" means, and that facts and tasks which say nothing are refused wherever they come from."""

from typing import Any

import pytest

from generators.blank import says_a_word, says_something
from generators.builtin.openai_compatible.spec import SampleParams as RemoteParams
from generators.builtin.text_lm.spec import SampleParams
from generators.chat import ChatParams

UNSEEN = [
    "\u3164",
    "\u115f\u1160",
    "\uffa0 \u2800",
    "\u200b\ufeff",
    "\u0301",
    "\u00ad",
    " \n\t",
    "\U0001d159",
]


@pytest.mark.parametrize("text", UNSEEN)
def test_letters_that_show_nothing_say_nothing(text: str) -> None:
    assert not says_something(text)
    assert not says_a_word(text)
    assert ChatParams(prompt=text).is_empty
    with pytest.raises(ValueError, match="hold no letter and no digit"):
        SampleParams(product=text)
    with pytest.raises(ValueError, match=r"task\n"):
        RemoteParams(connection="c", product="A lamp", task=text)


@pytest.mark.parametrize(
    ("text", "is_word"), [("运", True), ("7", True), ("☺", False), ("?!", False), ("ᄒ", True)]
)
def test_what_can_be_seen_says_something(text: str, is_word: bool) -> None:
    assert says_something(text)
    assert says_a_word(text) is is_word


@pytest.mark.parametrize("row", [{"name": "\u3164", "price": ""}, {"name": " "}, {"name": "?", "size": None}])
def test_the_names_of_a_rows_fields_are_no_facts(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="hold no letter and no digit"):
        SampleParams(product=row)
    assert SampleParams(product={"name": "\u3164", "price": 7}).product == "name: \u3164\nprice: 7"
