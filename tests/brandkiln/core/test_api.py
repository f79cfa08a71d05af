"""What every API route shares: the parser that trusts nobody, and pages by cursor."""

import json
from typing import Any

import pytest
from brandkiln.core.api import BadRequest, StrictParser, TooLarge, page
from brandkiln.core.errors import Unprocessable
from brandkiln.jobs.models import Job
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.factories import JobFactory, ProjectFactory

WORDS = some.text("abcdefgh", min_size=1, max_size=8)
PLAIN = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(some.characters(blacklist_categories=("Cs",), blacklist_characters="\0")),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def parse(body: bytes) -> Any:
    return StrictParser().parse_body(RequestFactory().post("/", body, content_type="application/json"))


quick = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine draws slowly."""


@quick
@given(some.dictionaries(WORDS, PLAIN, max_size=4))
def test_plain_json_is_read_as_it_was_written(value: dict[str, Any]) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@quick
@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = parse(body)
    except BadRequest as error:
        value = error.body()
    assert isinstance(value, dict)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": Infinity}', "Infinity is not a number"),
        (b'{"a": "\\u0000"}', "character NUL or half"),
        (b'{"a": "\\ud800"}', "half of a surrogate pair"),
        (b'{"\\ud800": 1}', "half of a surrogate pair"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "nested deeper than 32"),
        (b"[" * 100_000, "nested deeper than 32"),
        (b'{"a": "\xff"}', "can't decode"),
        (b"[1]", "has to be a JSON object"),
        (b'{"a": 1} x', "Extra data"),
    ],
)
def test_what_would_hurt_later_is_refused_at_once(body: bytes, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        parse(body)


def test_brackets_inside_texts_are_not_depth() -> None:
    assert parse(json.dumps({"a": '[[{"' * 50}).encode()) == {"a": '[[{"' * 50}


def test_a_body_over_the_limit_is_not_read() -> None:
    with pytest.raises(TooLarge, match="at most 1048576"):
        parse(b'{"a": "' + b"x" * 1_100_000 + b'"}')
    with pytest.raises(TooLarge, match="larger than"):
        parse(b'{"a": "' + b"x" * 3_000_000 + b'"}')


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_pages_show_every_row_once_while_rows_are_added(size: int) -> None:
    project = ProjectFactory()
    expected = {JobFactory(project=project).pk for _ in range(7)}
    seen: list[Any] = []
    cursor = None
    while True:
        rows, cursor = page(Job.objects.all(), cursor=cursor, limit=size)
        seen += [row.pk for row in rows]
        JobFactory(project=project)  # newer than all that is still to come
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert expected <= set(seen)


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "????", "MjAyNg", "MjAyNi0wMS0wMXxhYmM", "é"])
def test_a_cursor_from_elsewhere_is_refused(cursor: str) -> None:
    with pytest.raises(Unprocessable, match="start again without it"):
        page(Job.objects.all(), cursor=cursor, limit=5)
