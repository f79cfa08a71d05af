"""Labels and captions that people gave become a version."""

from typing import Any

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.label_sets import add_labels, rename_label
from brandkiln.datasets.labels import Change, annotate
from brandkiln.datasets.models import DatasetVersion
from PIL import Image

from tests.brandkiln.datasets.recipes.versions import derive, make_version

pytestmark = pytest.mark.django_db


def pictures(*shades: int, **values: Any) -> DatasetVersion:
    rows = [{"image": Image.new("L", (8, 8), shade), "name": f"{shade}.png"} for shade in shades]
    return make_version("image", rows, **values)


def said(version: DatasetVersion) -> list[tuple[str, str]]:
    return list(version.records.order_by("position").values_list("label", "text"))


def test_what_people_said_is_in_the_next_version_and_the_parent_stays() -> None:
    parent = pictures(1, 2, 3, 4)
    add_labels(version=parent, names=["cup", "plate"], actor=None)
    changes = [Change(0, "cup", "A white cup"), Change(2, "plate"), Change(3, caption="A saucer")]
    annotate(version=parent, changes=changes, actor=None)
    version = derive(parent, "labels", rule={"by": "keep"}, origin=DatasetVersion.Origin.LABELS)
    assert said(version) == [("cup", "A white cup"), ("", ""), ("plate", ""), ("", "A saucer")]
    assert said(parent) == [("", "")] * 4
    assert (version.labels, version.counts["label"]) == (["cup", "plate"], {"cup": 1, "plate": 1})
    assert (version.parent, version.origin) == (parent, "labels")
    assert version.recipe[0]["counts"]["given"] == 3


def test_a_caption_alone_makes_another_version() -> None:
    parent = pictures(1, 2)
    annotate(version=parent, changes=[Change(0, caption="A white cup")], actor=None)
    version = derive(parent, "labels", rule={"by": "keep"})
    assert version != parent
    assert version.sha256 != parent.sha256
    assert derive(version, "labels", rule={"by": "keep"}) == version


def test_a_new_name_reaches_the_records_that_nobody_touched() -> None:
    rows = [{"text": "a", "label": "cup"}, {"text": "b", "label": "cup"}, {"text": "c", "label": ""}]
    parent = make_version("text", rows, labels=["cup"])
    rename_label(version=parent, name="cup", to="Mug", actor=None)
    annotate(version=parent, changes=[Change(1, ""), Change(2, "Mug")], actor=None)
    assert said(derive(parent, "labels")) == [("Mug", "a"), ("", "b"), ("Mug", "c")]


def test_on_another_version_records_are_known_by_their_content() -> None:
    labelled = pictures(1, 2, 3)
    add_labels(version=labelled, names=["cup"], actor=None)
    annotate(version=labelled, changes=[Change(0, "cup"), Change(2, "cup")], actor=None)
    later = pictures(3, 9, 1, dataset=labelled.dataset, number=2)
    version = derive(later, {"step": "labels", "of": str(labelled.pk)})
    assert [label for label, _ in said(version)] == ["cup", "", "cup"]


def test_labels_of_another_data_set_are_not_to_be_had() -> None:
    strangers = pictures(1)
    with pytest.raises(Unprocessable, match="no longer there"):
        derive(pictures(1), {"step": "labels", "of": str(strangers.pk)})
