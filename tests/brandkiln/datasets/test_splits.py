"""The split is fair to each label, drawn by seed, and never lets the test see a training example."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from brandkiln.datasets.dealing import Deal
from brandkiln.datasets.keys import Key
from brandkiln.datasets.models import Split
from brandkiln.datasets.splits import SplitRule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def assign(contents: Sequence[str], labels: Sequence[str], seed: int) -> list[Split]:
    with tempfile.TemporaryDirectory() as folder, Deal(Path(folder), seed) as deal:
        deal.add(Key(content, label) for content, label in zip(contents, labels, strict=True))
        return list(deal.by_chance(SplitRule().shares))


def contents(count: int) -> list[str]:
    return [sha256(str(number).encode()).hexdigest() for number in range(count)]


def test_each_label_is_split_eighty_ten_ten() -> None:
    labels = ["a"] * 1000 + ["b"] * 200 + [""] * 50
    splits = assign(contents(1250), labels, seed=7)
    counts = Counter(zip(labels, splits, strict=True))
    assert [counts[label, split] for label in ("a", "b", "") for split in Split] == [
        800, 100, 100, 160, 20, 20, 40, 5, 5,
    ]  # fmt: skip


def test_the_seed_decides_and_nothing_else() -> None:
    labels = [""] * 100
    assert assign(contents(100), labels, 1) == assign(contents(100), labels, 1)
    assert assign(contents(100), labels, 1) != assign(contents(100), labels, 2)


def test_many_small_labels_add_up_to_a_test_set() -> None:
    labels = [str(number // 4) for number in range(400)]
    counts = Counter(assign(contents(400), labels, 0))
    assert (counts[Split.TEST], counts[Split.VALIDATION]) == (40, 40)


def test_three_records_leave_no_split_empty() -> None:
    assert set(assign(contents(3), ["a", "b", "c"], 0)) == set(Split)


def test_one_record_is_for_training() -> None:
    assert assign(contents(1), [""], 0) == [Split.TRAIN]


def test_most_records_keep_their_split_when_others_are_added() -> None:
    before = assign(contents(1000), [""] * 1000, 3)
    after = assign(contents(1100), [""] * 1100, 3)[:1000]
    assert sum(one != other for one, other in zip(before, after, strict=True)) < 30


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(contents(10)), st.sampled_from(["", "x", "y"])), max_size=60),
    st.integers(0, 9),
)
def test_equal_contents_share_a_split_whatever_their_labels(
    records: list[tuple[str, str]], seed: int
) -> None:
    splits = assign([content for content, _ in records], [label for _, label in records], seed)
    assert len(splits) == len(records)
    assert len({(content, split) for (content, _), split in zip(records, splits, strict=True)}) == len(
        {content for content, _ in records}
    )
