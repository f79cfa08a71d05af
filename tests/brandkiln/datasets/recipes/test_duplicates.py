"""Of what is alike one stays, and a person says which."""

import pytest
from brandkiln.datasets.models import Finding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.brandkiln.datasets.recipes.versions import derive, make_version, names, texts

pytestmark = pytest.mark.django_db


def drop(**params: object) -> dict[str, object]:
    return {"step": "drop_duplicates", **params}


def test_the_first_or_the_last_of_equal_records_stays() -> None:
    for keep, left in (("first", ["row 1", "row 2"]), ("last", ["row 3", "row 4"])):
        parent = make_version("text", [{"text": text} for text in "abab"])
        assert names(derive(parent, drop(keep=keep))) == left


def test_equal_records_with_other_labels_may_stay() -> None:
    parent = make_version("text", [{"text": "a", "label": label} for label in "xyx"])
    assert names(derive(parent, drop(within_label=True))) == ["row 1", "row 2"]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=30))
def test_dropping_duplicates_leaves_each_content_once_in_order(letters: list[str]) -> None:
    parent = make_version("text", [{"text": letter} for letter in letters])
    assert texts(derive(parent, drop())) == list(dict.fromkeys(letters))


def found(parent: object, code: str, *rows: tuple[int, int]) -> None:
    Finding.objects.bulk_create(
        Finding(version=parent, code=code, position=position, group=group) for position, group in rows
    )


def test_one_of_each_group_of_near_duplicates_stays() -> None:
    sizes = [(10, 10), (20, 20), (5, 5), (10, 10), (9, 9)]
    facts = [{"width": width, "height": height, "sharpness": -width} for width, height in sizes]
    parent = make_version("image", [{"sha256": f"{n:064}", "facts": one} for n, one in enumerate(facts)])
    found(parent, "near_duplicate", (0, 1), (1, 1), (2, 1), (3, 2), (4, 2))
    kept = {}
    for keep in ("first", "largest", "sharpest", "newest"):
        version = derive(parent, {"step": "drop_findings", "keep": keep})
        kept[keep] = names(version)
        assert version.recipe[0]["counts"]["dropped"] == 3
    assert kept == {
        "first": ["row 1", "row 4"],
        "largest": ["row 2", "row 4"],
        "sharpest": ["row 3", "row 5"],
        "newest": ["row 3", "row 5"],
    }


def test_what_belongs_to_no_group_is_dropped_alone() -> None:
    parent = make_version("image", [{"sha256": f"{n:064}"} for n in range(4)])
    found(parent, "blurred", (1, 0), (3, 0))
    found(parent, "blank", (0, 0))
    assert names(derive(parent, {"step": "drop_findings", "code": "blurred"})) == ["row 1", "row 3"]


def test_a_group_whose_others_are_gone_keeps_the_one_that_is_left() -> None:
    parent = make_version("text", [{"text": text} for text in ("long text", "b", "c")])
    found(parent, "near_duplicate", (0, 1), (1, 1))
    version = derive(
        parent, {"step": "filter_length", "at_most": 3}, {"step": "drop_findings", "keep": "largest"}
    )
    assert texts(version) == ["b", "c"]


def test_many_findings_and_records_are_matched_page_by_page() -> None:
    count = 2_500
    parent = make_version("text", [{"text": str(number)} for number in range(count)])
    found(parent, "outlier", *((number, 0) for number in range(0, count, 2)))
    version = derive(parent, {"step": "drop_findings", "code": "outlier"})
    assert texts(version) == [str(number) for number in range(1, count, 2)]
