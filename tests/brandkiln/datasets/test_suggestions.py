"""A vote among neighbours, against what it has to be."""

import pytest
from brandkiln.datasets.suggestions import vote


def test_nobody_speaks_for_nothing() -> None:
    assert vote([]) is None
    assert vote([("cup", 0.0), ("cup", -0.5)]) is None


@pytest.mark.parametrize("number", [1, 3, 10])
def test_neighbours_that_agree_are_believed_the_more_the_more_they_are(number: int) -> None:
    found = vote([("cup", 0.7)] * number)
    assert found is not None
    assert (found.label, found.confidence) == ("cup", pytest.approx(number / (number + 1)))


def test_the_nearer_neighbour_weighs_more() -> None:
    found = vote([("cup", 0.9), ("plate", 0.3)])
    assert found is not None
    assert (found.label, found.confidence) == ("cup", pytest.approx(0.75 * 2 / 3))


def test_of_equals_the_first_by_name_is_suggested() -> None:
    found = vote([("plate", 0.5), ("cup", 0.5)])
    assert found is not None
    assert found.label == "cup"
