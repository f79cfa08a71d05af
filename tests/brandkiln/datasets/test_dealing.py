"""Splits keep together what belongs together, come close to their shares, and depend on the seed alone."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.keys import Key
from brandkiln.datasets.manifest import Sorted, sort_records
from brandkiln.datasets.models import Finding, QualityReport, Split
from brandkiln.datasets.moments import moment_key
from brandkiln.datasets.splits import SplitRule, parse_rule
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.brandkiln.datasets.recipes.versions import derive, make_version

TRAIN, VALIDATION, TEST = Split.TRAIN, Split.VALIDATION, Split.TEST


def deal(keys: Iterable[Key], seed: int = 0, **rule: Any) -> Sorted:
    with tempfile.TemporaryDirectory() as folder:
        return sort_records(keys, rule=SplitRule(**rule), seed=seed, folder=Path(folder))


def key(number: int, **values: str) -> Key:
    return Key(sha256(str(number).encode()).hexdigest(), **values)


def shares(train: int, validation: int, test: int) -> dict[str, int]:
    return {"train": train, "validation": validation, "test": test}


grouped = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from("xyz"), st.integers(0, 12)), min_size=1, max_size=80
)


@settings(max_examples=80, deadline=None)
@given(grouped, st.integers(0, 5))
def test_groups_and_equal_contents_never_span_splits(records: list[tuple[int, str, int]], seed: int) -> None:
    keys = [key(content, label=label, group=str(group or "")) for content, label, group in records]
    found = deal(keys, seed)
    assert found.leaks == {"content": 0, "group": 0}
    seen: dict[str, Split] = {}
    for one, split in zip(keys, found.dealt, strict=True):
        for name in filter(None, (one.content, one.group and f"group {one.group}")):
            assert seen.setdefault(name, split) == split


@settings(max_examples=60, deadline=None)
@given(grouped, st.integers(0, 5))
def test_the_same_seed_deals_the_same(records: list[tuple[int, str, int]], seed: int) -> None:
    keys = [key(content, label=label, group=str(group or "")) for content, label, group in records]
    assert list(deal(keys, seed).dealt) == list(deal(keys, seed).dealt)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(30, 400),
    st.sampled_from([(80, 10, 10), (70, 20, 10), (34, 33, 33), (98, 1, 1), (50, 50, 0), (0, 0, 100)]),
    st.integers(1, 3),
)
def test_shares_come_out_within_rounding(count: int, wanted: tuple[int, int, int], labels: int) -> None:
    keys = [key(number, label=str(number % labels)) for number in range(count)]
    counts = deal(keys, **shares(*wanted)).dealt.counts()
    for split, share in zip(Split, wanted, strict=True):
        assert abs(counts[split] - count * share / 100) <= 1.5
        assert share or not counts[split]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 8), min_size=40, max_size=80), st.integers(0, 3))
def test_shares_of_groups_come_out_within_the_largest_group(sizes: list[int], seed: int) -> None:
    keys = [
        key(100 * group + one, group=f"p{group}") for group, size in enumerate(sizes) for one in range(size)
    ]
    counts = deal(keys, seed).dealt.counts()
    for split, share in zip((VALIDATION, TEST), (0.1, 0.1), strict=True):
        assert abs(counts[split] - share * len(keys)) <= max(sizes)


def test_each_label_gets_the_shares_where_they_are_stratified() -> None:
    labels = ["common"] * 900 + ["rare"] * 100
    keys = [key(number, label=label) for number, label in enumerate(labels)]
    rare = Counter(split for one, split in zip(keys, deal(keys).dealt, strict=True) if one.label == "rare")
    assert rare == {TRAIN: 80, VALIDATION: 10, TEST: 10}


def test_a_label_with_one_record_is_learned_from() -> None:
    keys = [key(number, label="many") for number in range(50)] + [key(99, label="single")]
    assert list(deal(keys).dealt)[-1] == TRAIN


def test_by_time_the_newest_are_for_the_test_and_days_stay_whole() -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 11) for _ in range(10)]
    keys = [key(number, moment=moment_key(day)) for number, day in enumerate(reversed(days))]
    found = deal(keys, by="time", time_column="day")
    by_day = dict(zip(reversed(days), found.dealt, strict=True))
    assert [by_day[f"2024-01-{day:02}"] for day in (1, 8, 9, 10)] == [TRAIN, TRAIN, VALIDATION, TEST]
    assert found.dealt.counts() == {"train": 80, "validation": 10, "test": 10}


def test_by_time_what_has_no_date_is_learned_from_and_leaks_are_counted() -> None:
    keys = [key(1, moment=moment_key("2024-01-01")), key(1, moment=moment_key("2024-02-01")), key(2)]
    found = deal(keys, by="time", time_column="day", **shares(50, 0, 50))
    assert list(found.dealt) == [TRAIN, TEST, TRAIN]
    assert found.leaks["content"] == 1


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2024-01-01", "2024-01-02"),
        ("2024-01-01", "2024-01-01T00:00:01"),
        ("2024-01-01T10:00:00+02:00", "2024-01-01T09:00:00"),
        ("2024-01-01T00:00:00", "2024-01-01T00:00:00.5"),
        (None, "1000-01-01"),
        ("soon", "1000-01-01"),
    ],
)
def test_moments_sort_by_time(earlier: str, later: str) -> None:
    assert moment_key(earlier) < moment_key(later)


def test_what_has_a_split_keeps_it_and_new_records_even_out_the_shares() -> None:
    old = [key(number, kept="train") for number in range(80)]
    new = [key(number) for number in range(80, 100)]
    found = deal([*old, *new], by="keep")
    assert list(found.dealt)[:80] == [TRAIN] * 80
    assert found.dealt.counts() == {"train": 80, "validation": 10, "test": 10}


def test_a_new_record_joins_what_it_belongs_to() -> None:
    old = [key(number, kept="test" if number < 5 else "train", group=str(number)) for number in range(50)]
    new = [key(100 + number, group=str(number)) for number in range(50)]
    found = list(deal([*old, *new], by="keep").dealt)
    assert found[50:] == found[:50]


def test_kept_splits_that_leak_are_left_and_counted() -> None:
    found = deal([key(1, kept="train"), key(1, kept="test"), key(2, kept="train")], by="keep")
    assert list(found.dealt) == [TRAIN, TEST, TRAIN]
    assert found.leaks["content"] == 1


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"train": 90}, "add up to 110"),
        ({"together": "column"}, "Name the column whose values"),
        ({"by": "time"}, "Name the column with the date"),
        ({"by": "time", "time_column": "day", "together": "near_duplicate"}, "follows the date alone"),
        ({"by": "size"}, "by: Choose one of: random, time or keep"),
        ({"holdout": 3}, "holdout: There is no input of this name"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(rule: dict[str, Any], said: str) -> None:
    with pytest.raises(Unprocessable, match=said):
        parse_rule(rule)


@pytest.mark.django_db
def test_a_version_is_split_by_the_values_of_a_column() -> None:
    rows = [{"fields": {"person": f"p{number % 20}", "n": number}} for number in range(200)]
    parent = make_version("table", rows, columns="person:text n:whole")
    version = derive(parent, rule={"together": "column", "column": "person"})
    splits: dict[str, set[str]] = {}
    for record in version.records.all():
        splits.setdefault(record.fields["person"], set()).add(record.split)
    assert {len(one) for one in splits.values()} == {1}
    assert version.counts["split"] == {"train": 160, "validation": 20, "test": 20}
    assert version.split_rule["column"] == "person"


@pytest.mark.django_db
def test_near_duplicates_stay_together_once_they_were_looked_for() -> None:
    parent = make_version("text", [{"text": str(number)} for number in range(100)])
    rule = {"together": "near_duplicate"}
    with pytest.raises(Unprocessable, match="has not been checked for near duplicates"):
        derive(parent, rule=rule)
    QualityReport.objects.create(workspace=parent.workspace, version=parent)
    Finding.objects.bulk_create(
        Finding(version=parent, code="near_duplicate", position=number, group=1 + number // 5)
        for number in range(100)
    )
    parent.refresh_from_db()
    version = derive(parent, rule=rule)
    splits = list(version.records.order_by("position").values_list("split", flat=True))
    assert all(len(set(splits[start : start + 5])) == 1 for start in range(0, 100, 5))
    assert version.counts["split"] == {"train": 80, "validation": 10, "test": 10}


@pytest.mark.django_db
def test_a_column_that_is_not_there_is_refused() -> None:
    parent = make_version("table", [{"fields": {"day": "2024-01-01"}}], columns="day:date")
    with pytest.raises(Unprocessable, match='names the column "date"'):
        derive(parent, rule={"by": "time", "time_column": "date"})
