"""Labels and captions: written only over what their writer saw, counted live, under a set that can be edited."""

from collections.abc import Callable
from typing import Any

import pytest
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.datasets.label_sets import (
    add_labels,
    label_set_of,
    names_of,
    remove_label,
    rename_label,
    set_key,
)
from brandkiln.datasets.labelling import Filter, balance, labelled_page, people_here
from brandkiln.datasets.labels import Change, annotate, clear_annotations
from brandkiln.datasets.models import Annotation, DatasetVersion, LabelSet, Record

from tests.factories import DatasetVersionFactory, UserFactory
from tests.threads import together

pytestmark = pytest.mark.django_db

OWN = ["cup", "cup", "plate", "", "", ""]


def make_version(own: list[str] = OWN, kind: str = "image", **columns: Any) -> DatasetVersion:
    names = sorted({label for label in own if label})
    version = DatasetVersionFactory(
        dataset__kind=kind,
        record_count=len(own),
        labels=names,
        counts={"label": {name: own.count(name) for name in names}, "split": {}},
        **columns,
    )
    Record.objects.bulk_create(
        Record(version=version, position=place, name=f"{place}.png", label=label, split=("train", "test")[place % 2])
        for place, label in enumerate(own)
    )  # fmt: skip
    return version


@pytest.fixture
def version() -> DatasetVersion:
    return make_version()


def shown(version: DatasetVersion, **which: Any) -> list[tuple[int, str]]:
    page = labelled_page(version, label_set_of(version), which=Filter(**which))
    return [(row.record.position, row.label) for row in page.rows]


def test_a_label_is_kept_beside_the_record_which_stays_as_it_came(version: DatasetVersion) -> None:
    ada = UserFactory()
    done = annotate(version=version, changes=[Change(0, "plate"), Change(3, "cup")], actor=ada)
    assert [(one.position, one.label, one.revision, one.by) for one in done.saved] == [
        (0, "plate", 1, ada),
        (3, "cup", 1, ada),
    ]
    assert done.conflicts == []
    assert shown(version) == [(0, "plate"), (1, "cup"), (2, "plate"), (3, "cup"), (4, ""), (5, "")]
    assert list(version.records.values_list("label", flat=True)) == OWN


def test_a_change_that_missed_anothers_comes_back_with_who_and_what(version: DatasetVersion) -> None:
    ada, ben = UserFactory(), UserFactory()
    annotate(version=version, changes=[Change(3, "cup")], actor=ada)
    done = annotate(version=version, changes=[Change(3, "plate"), Change(4, "plate")], actor=ben)
    assert [one.position for one in done.saved] == [4]
    (conflict,) = done.conflicts
    assert (conflict.position, conflict.label, conflict.revision, conflict.by) == (3, "cup", 1, ada)
    assert conflict.at is not None
    assert annotate(version=version, changes=[Change(3, "plate", revision=1)], actor=ben).conflicts == []


def test_label_and_caption_are_changed_apart(version: DatasetVersion) -> None:
    annotate(version=version, changes=[Change(0, "plate")], actor=None)
    annotate(version=version, changes=[Change(0, caption=" A white\r\ncup ", revision=1)], actor=None)
    row = Annotation.objects.get()
    assert (row.label, row.caption, row.revision) == ("plate", "A white\ncup", 2)
    annotate(version=version, changes=[Change(0, label=None, revision=2)], actor=None)
    assert shown(version)[0] == (0, "cup")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(0, "mug"), "There is no label"),
        (Change(6, "cup"), "no record at position 6"),
        (Change(0, "cup", revision=-1), "number from 0"),
        (Change(0, "x" * 121), "at most|may have 120"),
        (Change(0, caption="a\0b"), "printable"),
    ],
)
def test_what_does_not_fit_is_refused_whole(version: DatasetVersion, change: Change, said: str) -> None:
    with pytest.raises(Unprocessable, match=said):
        annotate(version=version, changes=[Change(1, "plate"), change], actor=None)
    assert not Annotation.objects.exists()


def test_a_record_is_named_once_and_at_most_a_thousand_together(version: DatasetVersion) -> None:
    with pytest.raises(Unprocessable, match="twice"):
        annotate(version=version, changes=[Change(1, "cup"), Change(1, "plate")], actor=None)
    with pytest.raises(Unprocessable, match="At most 1000"):
        annotate(version=version, changes=[Change(place) for place in range(1001)], actor=None)


def test_texts_take_no_caption_and_tables_no_labels() -> None:
    with pytest.raises(Unprocessable, match="images and sounds"):
        annotate(version=make_version(kind="text"), changes=[Change(0, caption="x")], actor=None)
    with pytest.raises(Unprocessable, match="from a column"):
        annotate(version=make_version(kind="table"), changes=[Change(0, "cup")], actor=None)


def test_the_balance_and_what_is_left_follow_every_change(version: DatasetVersion) -> None:
    labels = label_set_of(version)
    assert balance(version, labels) == {"cup": 2, "plate": 1, "": 3}
    changes = [Change(0, "plate"), Change(3, "cup"), Change(2, "")]
    annotate(version=version, changes=changes, actor=None)
    assert balance(version, labels) == {"cup": 2, "plate": 1, "": 3}
    assert shown(version, label="") == [(2, ""), (4, ""), (5, "")]
    assert shown(version, label="cup") == [(1, "cup"), (3, "cup")]
    assert shown(version, label="cup", split="test") == [(1, "cup"), (3, "cup")]
    assert shown(version, label="plate", split="test") == []
    assert shown(version, changed=True) == [(0, "plate"), (2, ""), (3, "cup")]


def test_pages_go_on_where_the_last_one_ended(version: DatasetVersion) -> None:
    labels, after, seen = label_set_of(version), -1, []
    while True:
        page = labelled_page(version, labels, which=Filter(), after=after, limit=4)
        seen += [row.record.position for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert seen == [0, 1, 2, 3, 4, 5]


def test_the_latest_to_label_are_here(version: DatasetVersion) -> None:
    ada, ben = UserFactory(), UserFactory()
    annotate(version=version, changes=[Change(0, "cup"), Change(1, "cup")], actor=ada)
    annotate(version=version, changes=[Change(2, "cup")], actor=ben)
    assert [(one.person, one.records) for one in people_here(version)] == [(ben, 1), (ada, 2)]
    Annotation.objects.filter(by=ben).update(at="2020-01-01T00:00:00Z")
    assert [one.person for one in people_here(version)] == [ada]


def test_everything_said_can_be_taken_back(version: DatasetVersion) -> None:
    annotate(version=version, changes=[Change(0, "plate"), Change(3, "cup")], actor=None)
    rename_label(version=version, name="cup", to="mug", actor=None)
    assert clear_annotations(version=version, actor=None) == 2
    assert [label for _, label in shown(version)] == OWN
    assert annotate(version=version, changes=[Change(3, "plate")], actor=None).conflicts != []


def test_the_first_labels_are_those_of_the_records_with_digits_as_keys(version: DatasetVersion) -> None:
    assert label_set_of(version).labels == [{"name": "cup", "key": "1"}, {"name": "plate", "key": "2"}]
    assert not LabelSet.objects.exists()
    labels = add_labels(version=version, names=["  bowl ", "cup", "bowl"], actor=None)
    assert labels.labels[2:] == [{"name": "bowl", "key": "3"}]


def test_a_later_version_goes_on_with_the_labels_and_keys_of_its_parent(version: DatasetVersion) -> None:
    set_key(version=version, name="plate", key="M", actor=None)
    child = make_version(["bowl"], parent=version)
    assert label_set_of(child).labels == [
        {"name": "cup", "key": "1"},
        {"name": "plate", "key": "m"},
        {"name": "bowl", "key": "2"},
    ]


def test_a_label_is_renamed_for_all_records_without_touching_them(version: DatasetVersion) -> None:
    annotate(version=version, changes=[Change(3, "cup")], actor=None)
    rename_label(version=version, name="cup", to="Mug", actor=None)
    assert shown(version, label="Mug") == [(0, "Mug"), (1, "Mug"), (3, "Mug")]
    assert balance(version, label_set_of(version)) == {"Mug": 3, "plate": 1, "": 2}
    add_labels(version=version, names=["cup"], actor=None)
    annotate(version=version, changes=[Change(4, "cup")], actor=None)
    assert shown(version, label="cup") == [(4, "cup")]
    rename_label(version=version, name="Mug", to="Beaker", actor=None)
    assert LabelSet.objects.get().renamed == {"cup": "Beaker"}


def test_two_labels_become_one_only_if_that_is_meant(version: DatasetVersion) -> None:
    with pytest.raises(Conflict, match="already"):
        rename_label(version=version, name="cup", to="plate", actor=None)
    rename_label(version=version, name="cup", to="plate", actor=None, merge=True)
    assert balance(version, label_set_of(version)) == {"plate": 3, "": 3}
    assert names_of(label_set_of(version)) == ["plate"]


def test_only_a_label_that_nothing_has_can_be_removed(version: DatasetVersion) -> None:
    add_labels(version=version, names=["bowl"], actor=None)
    remove_label(version=version, name="bowl", actor=None)
    with pytest.raises(Conflict, match="Merge it"):
        remove_label(version=version, name="cup", actor=None)


def test_a_key_belongs_to_one_label_and_to_no_command(version: DatasetVersion) -> None:
    labels = set_key(version=version, name="plate", key="1", actor=None)
    assert [one["key"] for one in labels.labels] == ["", "1"]
    for key in ("u", "12", "?"):
        with pytest.raises(Unprocessable, match="can be no key"):
            set_key(version=version, name="cup", key=key, actor=None)


@pytest.mark.django_db(transaction=True)
def test_of_people_who_label_one_record_at_once_one_wins_and_the_others_are_told() -> None:
    people = [UserFactory() for _ in range(4)]
    version = make_version([""] * 40)
    add_labels(version=version, names=["cup", "plate", "bowl", "jug"], actor=None)
    told: list[Any] = []

    def label(place: int) -> Callable[[], None]:
        changes = [Change(position, ["cup", "plate", "bowl", "jug"][place]) for position in range(40)]
        return lambda: told.append(
            (people[place], annotate(version=version, changes=changes, actor=people[place]))
        )

    together(*(label(place) for place in range(4)))
    assert sum(len(done.saved) for _, done in told) == 40
    for person, done in told:
        assert all(one.by == person for one in done.saved)
        assert all(one.by != person for one in done.conflicts)
        assert len(done.saved) + len(done.conflicts) == 40
    assert set(Annotation.objects.values_list("revision", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_rename_and_labels_set_at_the_same_moment_agree() -> None:
    version = make_version(["cup"] * 3)
    for name in ("mug", "beaker", "glass"):
        old = names_of(label_set_of(version))[0]
        refused: list[Unprocessable] = []

        def label(old: str = old) -> None:
            seen = {row.position: row.revision for row in Annotation.objects.filter(version=version)}
            try:
                annotate(version=version, changes=[Change(0, old, revision=seen.get(0, 0))], actor=None)
            except Unprocessable as error:
                refused.append(error)  # noqa: B023

        together(lambda: rename_label(version=version, name=old, to=name, actor=None) and None, label)  # type: ignore[func-returns-value]  # noqa: B023
        assert set(Annotation.objects.values_list("label", flat=True)) <= {name}
