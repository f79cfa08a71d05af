"""Two versions side by side: what was added, removed, changed, relabelled, and dealt to another split."""

import pytest
from brandkiln.datasets.comparing import Comparison, compare
from brandkiln.datasets.models import DatasetVersion

from tests.brandkiln.datasets.recipes.versions import Row, derive, make_version

pytestmark = pytest.mark.django_db


def two(before: list[Row], after: list[Row], kind: str = "text") -> Comparison:
    first = make_version(kind, before)
    return compare(before=first, after=make_version(kind, after, dataset=first.dataset, number=2))


def said(found: Comparison, name: str) -> list[tuple[str | None, str | None]]:
    rows, _following = found.page(name)
    return [(row.before and row.before.text, row.after and row.after.text) for row in rows]


def test_equal_content_is_the_same_wherever_it_stands() -> None:
    found = two([{"text": "a"}, {"text": "b"}], [{"text": "b"}, {"text": "a"}])
    assert found.counts == {"added": 0, "removed": 0, "changed": 0, "relabelled": 0, "moved": 0, "same": 2}


def test_what_is_left_over_is_matched_by_name() -> None:
    before = [{"text": "a", "name": "1"}, {"text": "b", "name": "2"}, {"text": "c", "name": "3"}]
    after = [{"text": "a", "name": "1"}, {"text": "B", "name": "2"}, {"text": "d", "name": "4"}]
    found = two(before, after)
    assert (said(found, "changed"), said(found, "removed"), said(found, "added")) == (
        [("b", "B")],
        [("c", None)],
        [(None, "d")],
    )
    assert found.counts["same"] == 1


def test_a_dropped_duplicate_is_removed_once() -> None:
    found = two([{"text": "a"}, {"text": "a"}, {"text": "a"}], [{"text": "a"}, {"text": "a"}])
    assert found.counts["removed"] == 1
    assert found.counts["added"] == 0


def test_labels_and_splits_are_compared_of_equal_content() -> None:
    before = [{"text": "a", "label": "x", "split": "train"}, {"text": "b", "label": "x", "split": "test"}]
    after = [{"text": "a", "label": "y", "split": "train"}, {"text": "b", "label": "x", "split": "train"}]
    found = two(before, after)
    assert (said(found, "relabelled"), said(found, "moved")) == ([("a", "a")], [("b", "b")])


def test_another_caption_is_a_change_of_a_picture() -> None:
    before = [{"sha256": "0" * 64, "text": "a boot"}]
    found = two(before, [{"sha256": "0" * 64, "text": "a shoe"}], kind="image")
    assert said(found, "changed") == [("a boot", "a shoe")]
    assert found.counts["same"] == 0


def test_a_derived_version_shows_what_its_steps_did() -> None:
    parent = make_version("text", [{"text": text} for text in (" a ", "b", "b")])
    found = compare(before=parent, after=derive(parent, "normalise_text", "drop_duplicates"))
    assert (said(found, "changed"), said(found, "removed")) == ([(" a ", "a")], [("b", None)])


def test_a_list_pages_by_cursor() -> None:
    found = two([], [{"text": str(number)} for number in range(50)])
    seen: list[str] = []
    after: int | None = -1
    while after is not None:
        rows, after = found.page("added", after=after, limit=20)
        seen += [row.after.text for row in rows if row.after]
    assert seen == [str(number) for number in range(50)]


def test_a_version_that_an_erasure_changed_is_compared_anew() -> None:
    parent = make_version("text", [{"text": "a"}, {"text": "b"}])
    other = make_version("text", [{"text": "a"}], dataset=parent.dataset, number=2)
    assert compare(before=parent, after=other).counts["removed"] == 1
    parent.records.get(position=1).delete()
    DatasetVersion.objects.filter(pk=parent.pk).update(record_count=1)
    parent.refresh_from_db()
    assert compare(before=parent, after=other).counts == {
        "added": 0, "removed": 0, "changed": 0, "relabelled": 0, "moved": 0, "same": 1,
    }  # fmt: skip
