"""Records chosen by size, length, quality and label."""

from typing import Any

import pytest
from brandkiln.core.errors import Unprocessable

from tests.brandkiln.datasets.recipes.versions import derive, make_version, names, texts

pytestmark = pytest.mark.django_db


def pictures(*facts: dict[str, Any]) -> Any:
    return make_version("image", [{"sha256": f"{n:064}", "facts": one} for n, one in enumerate(facts)])


def test_pictures_are_chosen_by_their_sides() -> None:
    sizes = [(64, 64), (63, 200), (100, 900), (2000, 2000)]
    parent = pictures(*({"width": width, "height": height} for width, height in sizes), {})
    assert names(derive(parent, "filter_size")) == ["row 1", "row 3", "row 4", "row 5"]
    assert names(derive(parent, {"step": "filter_size", "longest": 1000})) == ["row 1", "row 3", "row 5"]
    assert names(derive(parent, {"step": "filter_size", "ratio": 2})) == ["row 1", "row 4", "row 5"]


def test_pictures_are_chosen_by_what_was_measured() -> None:
    parent = pictures({"sharpness": 99.9}, {"sharpness": 100}, {"sharpness": 500}, {})
    sharp = {"step": "filter_quality", "figure": "sharpness"}
    assert names(derive(parent, sharp | {"at_least": 100})) == ["row 2", "row 3", "row 4"]
    assert names(derive(parent, sharp | {"at_least": 100, "at_most": 400})) == ["row 2", "row 4"]


def test_a_filter_without_a_limit_is_refused() -> None:
    with pytest.raises(Unprocessable, match="smallest or the largest"):
        derive(pictures({}), {"step": "filter_quality"})


def test_texts_are_chosen_by_their_length() -> None:
    parent = make_version("text", [{"text": text} for text in ("a", "a b", "a b c", "abcdef")])
    assert texts(derive(parent, {"step": "filter_length", "at_least": 2})) == ["a b", "a b c", "abcdef"]
    assert texts(derive(parent, {"step": "filter_length", "at_most": 3})) == ["a", "a b"]
    assert texts(derive(parent, {"step": "filter_length", "at_least": 2, "unit": "words"})) == [
        "a b",
        "a b c",
    ]


def labelled() -> Any:
    return make_version(
        "text", [{"text": str(n), "label": label} for n, label in enumerate(["a", "b", "c", ""])]
    )


def labels(version: Any) -> list[str]:
    return list(version.records.order_by("position").values_list("label", flat=True))


def test_labels_are_merged() -> None:
    version = derive(labelled(), {"step": "merge_labels", "labels": ["a", "b"], "into": "ab"})
    assert (labels(version), version.labels) == (["ab", "ab", "c", ""], ["ab", "c"])
    assert version.counts["label"] == {"ab": 2, "c": 1}


def test_labels_are_kept_dropped_or_taken_away() -> None:
    choose = {"step": "filter_labels", "labels": ["a"]}
    assert labels(derive(labelled(), choose)) == ["b", "c", ""]
    assert labels(derive(labelled(), choose | {"action": "keep"})) == ["a"]
    assert labels(derive(labelled(), choose | {"action": "clear"})) == ["", "b", "c", ""]
    assert labels(derive(labelled(), {"step": "filter_labels"})) == ["a", "b", "c"]


def test_a_tables_column_of_labels_says_the_same() -> None:
    rows = [
        {"label": "a", "fields": {"Label": "a", "price": 1}},
        {"label": "b", "fields": {"Label": "b", "price": 2}},
    ]
    parent = make_version("table", rows, columns="Label:text price:whole")
    version = derive(parent, {"step": "merge_labels", "labels": ["a"], "into": "z"})
    assert [(one.label, one.fields["Label"]) for one in version.records.all()] == [("z", "z"), ("b", "b")]


def test_a_label_with_a_line_break_is_none() -> None:
    with pytest.raises(Unprocessable, match="no blanks around it"):
        derive(labelled(), {"step": "merge_labels", "labels": ["a"], "into": "a\nb"})
