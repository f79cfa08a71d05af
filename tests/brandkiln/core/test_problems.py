"""What does not fit is said in the words of the forms, in the reader's language."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from brandkiln.core.problems import by_place
from django.utils.translation import override
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field("a", min_length=1, max_length=5)
    code: str = Field("abc", min_length=3)
    count: int = Field(1, ge=1, le=64)
    share: float = Field(0.5, gt=0, lt=1)
    tone: Literal["dry", "warm"] = "dry"
    terms: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)] = ("a",)
    key: UUID | None = None
    day: date | None = None
    at: datetime | None = None
    on: bool = True
    facts: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> "Asked":
        if self.name == "bad":
            raise ValueError("The name is bad. Choose another one.")
        return self


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "abcdef"}, "name", "Give at most 5 characters."),
        ({"name": 3}, "name", "Give a text."),
        ({"code": "a"}, "code", "Give at least 3 characters."),
        ({"count": 0}, "count", "Ensure this value is greater than or equal to 1."),
        ({"count": 65}, "count", "Ensure this value is less than or equal to 64."),
        ({"count": "x"}, "count", "Enter a whole number."),
        ({"count": 1.5}, "count", "Enter a whole number."),
        ({"share": "x"}, "share", "Enter a number."),
        ({"share": 0}, "share", "Ensure this value is greater than 0.0."),
        ({"share": 1}, "share", "Ensure this value is less than 1.0."),
        ({"tone": "loud"}, "tone", "Choose one of: dry or warm."),
        ({"terms": []}, "terms", "Give at least 1 of them."),
        ({"terms": ["a"] * 3}, "terms", "Give at most 2 of them."),
        ({"terms": "a"}, "terms", "Enter a list of values."),
        ({"key": "x"}, "key", "Enter a valid UUID."),
        ({"day": "x"}, "day", "Enter a valid date."),
        ({"at": "x"}, "at", "Enter a valid date/time."),
        ({"on": "x"}, "on", "Give true or false."),
        ({"facts": "x"}, "facts", "Give an object with names and values."),
        ({"colour": "red"}, "colour", "There is no input of this name. Leave it out."),
        ({"name": "bad"}, "", "The name is bad. Choose another one."),
    ],
)
def test_each_kind_of_misfit_has_a_sentence(given: dict[str, Any], place: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate(given)
    with override("en"):
        assert by_place(refused.value) == {place: words}
        assert by_place(refused.value, at="params") == {".".join(filter(None, ["params", place])): words}


def test_the_sentences_are_in_the_readers_language() -> None:
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate({"name": "", "count": 65})
    with override("zh-hans"):
        said = by_place(refused.value)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in words) for words in said.values())
