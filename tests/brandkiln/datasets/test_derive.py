"""A version becomes the next one: once, whole, and the same for the same request."""

from pathlib import Path
from typing import Any

import pytest
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.datasets import derive as module
from brandkiln.datasets.models import DatasetVersion, Record

from tests.brandkiln.datasets.recipes.versions import derive, make_version, names, texts

pytestmark = pytest.mark.django_db


def letters(text: str = "abcabd") -> DatasetVersion:
    return make_version("text", [{"text": letter} for letter in text])


def test_the_steps_make_a_numbered_version_and_say_what_they_did() -> None:
    parent = letters()
    version = derive(parent, "drop_duplicates")
    assert (version.number, version.parent, version.origin) == (2, parent, "recipe")
    assert texts(version) == ["a", "b", "c", "d"]
    assert names(version) == ["row 1", "row 2", "row 3", "row 6"]
    assert version.recipe == [
        {
            "step": "drop_duplicates",
            "keep": "first",
            "within_label": False,
            "counts": {"in": 6, "out": 4, "changed": 0, "dropped": 2},
        }
    ]
    assert (version.report["accepted"], version.report["duplicates"]) == (4, 0)
    assert version.report["characters"] == {"min": 1, "median": 1, "max": 1}
    assert sum(version.counts["split"].values()) == version.record_count == 4


def test_the_parent_stays_as_it_is() -> None:
    parent = letters()
    before = list(parent.records.values())
    derive(parent, "drop_duplicates")
    assert list(parent.records.values()) == before


def test_the_same_recipe_gives_the_same_hash_and_another_seed_another_one() -> None:
    text = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 60))
    one = derive(letters(text), "drop_duplicates")
    assert derive(letters(text), "drop_duplicates").sha256 == one.sha256
    assert derive(letters(text), "drop_duplicates", seed=1).sha256 != one.sha256


def test_a_request_that_is_made_again_makes_no_second_version() -> None:
    parent = letters()
    first = derive(parent, "drop_duplicates", key="a job")
    newer = derive(parent, key="another job")
    assert newer.number == 3
    assert derive(parent, "drop_duplicates", key="a job") == first
    assert DatasetVersion.objects.count() == 3


def test_content_that_equals_the_newest_makes_no_version() -> None:
    parent = letters()
    said: list[str] = []
    first = derive(parent, "drop_duplicates")
    again = derive(parent, "drop_duplicates", report_progress=lambda done, total, text: said.append(text))
    assert again == first
    assert said[-1] == "The content is the same as version 2, so no new version was made."


def test_going_back_makes_the_content_of_an_old_version_the_newest() -> None:
    parent = letters()
    cleaned = derive(parent, "drop_duplicates")
    back = derive(parent, rule={"by": "keep"})
    assert (back.number, back.parent) == (3, parent)
    assert texts(back) == texts(parent)
    assert texts(cleaned) == ["a", "b", "c", "d"]
    kept = parent.records.order_by("position").values_list("split", flat=True)
    assert list(back.records.order_by("position").values_list("split", flat=True)) == list(kept)


def test_a_recipe_that_leaves_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = make_version("text", [])
    with pytest.raises(Unprocessable, match="leaves no record of 0"):
        derive(parent)
    assert DatasetVersion.objects.count() == 1


def test_a_person_who_cancels_leaves_nothing_behind(settings: Any) -> None:
    class Stop(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stop

    parent = letters()
    with pytest.raises(Stop):
        derive(parent, "drop_duplicates", report_progress=stop)
    assert list(Path(settings.SCRATCH).iterdir()) == []
    assert Record.objects.count() == 6


def test_a_parent_that_changed_meanwhile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = letters()

    def erase(*_: object, **__: object) -> Any:
        DatasetVersion.objects.filter(pk=parent.pk).update(record_count=5)
        return genuine(*_, **__)

    genuine = module.sort_records
    monkeypatch.setattr(module, "sort_records", erase)
    with pytest.raises(Conflict, match="was changed while"):
        derive(parent, "drop_duplicates")
    assert DatasetVersion.objects.count() == 1
