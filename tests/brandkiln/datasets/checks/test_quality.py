"""A check finds what was planted, all of it and nothing else, and clean data gives no finding at all."""

from typing import Any

import pytest
from brandkiln.datasets.checks.quality import check_version, keep_check
from brandkiln.datasets.models import DatasetVersion, Finding, QualityReport
from PIL import Image

from generators.errors import Cancelled
from tests.brandkiln.datasets.checks.versions import (
    blurred,
    image_line,
    picture,
    row_line,
    text,
    text_line,
    version_of,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def check(version: DatasetVersion) -> dict[str, list[tuple[int, int]]]:
    """Check a version, keep what was found, and return (position, group) by code."""
    keep_check(version, check_version(version, lambda done, total, message: None))
    found: dict[str, list[tuple[int, int]]] = {}
    for code, position, group in Finding.objects.filter(version=version).values_list(
        "code", "position", "group"
    ):
        found.setdefault(code, []).append((position, group))
    return {code: sorted(rows) for code, rows in found.items()}


def test_planted_faults_of_pictures_are_found_and_nothing_else() -> None:
    lines = [image_line(picture(seed), label="ab"[seed % 2]) for seed in range(200)]
    lines.append(image_line(picture(3), label="b"))  # 200: exact duplicate of 3, same label
    lines.append(
        image_line(picture(4), label="b", split="test")
    )  # 201: duplicate of 4, other label, other split
    lines.append(
        image_line(picture(7).resize((150, 150)), label="b", split="validation")
    )  # 202: near duplicate of 7
    lines += [image_line(blurred(picture(300 + number)), label="a") for number in range(5)]  # 203-207
    lines += [
        image_line(Image.new("RGB", (96, 96), (40 * number, 9, 9)), label="a") for number in range(3)
    ]  # 208-210
    lines += [image_line(picture(400 + number, side=24), label="a") for number in range(4)]  # 211-214
    found = check(version_of("image", lines))
    assert found == {
        "exact_duplicate": [(3, 1), (4, 2), (200, 1), (201, 2)],
        "label_conflict": [(4, 1), (201, 1)],
        "near_duplicate": [(7, 1), (202, 1)],
        "split_leak": [(4, 2), (7, 1), (201, 2), (202, 1)],
        "blurred": [(number, 0) for number in range(203, 208)],
        "blank": [(number, 0) for number in range(208, 211)],
        "tiny": [(number, 0) for number in range(211, 215)],
    }


def test_clean_pictures_give_no_finding() -> None:
    version = version_of("image", [image_line(picture(seed), label="a") for seed in range(300)])
    assert check(version) == {}
    summary = version.quality.summary
    assert (summary["codes"], summary["records"], summary["unmeasured"]) == ({}, 300, 0)
    assert summary["histograms"]["width"] == [[96.0, 97.0, 300]]


def test_pictures_that_are_all_soft_or_all_small_are_not_faults_of_their_own() -> None:
    assert check(version_of("image", [image_line(blurred(picture(seed))) for seed in range(30)])) == {}
    assert check(version_of("image", [image_line(picture(seed, side=28)) for seed in range(30)])) == {}


def test_near_duplicates_bring_their_exact_copies_into_their_group() -> None:
    lines = [image_line(picture(1)), image_line(picture(1)), image_line(picture(1).resize((150, 150)))]
    lines += [image_line(picture(seed)) for seed in range(10, 20)]
    found = check(version_of("image", lines))
    assert found["exact_duplicate"] == [(0, 1), (1, 1)]
    assert found["near_duplicate"] == [(0, 1), (1, 1), (2, 1)]


def test_planted_faults_of_texts_are_found_and_nothing_else() -> None:
    english = [
        f"The potter number {number} in the little town {text(number, 6)} makes bowls and cups for every kitchen"
        for number in range(100)
    ]
    lines = [text_line(one, split="train") for one in english]
    long = text(1000, 200)
    lines.append(text_line(long))  # 100
    lines.append(text_line(long.replace("word", "word", 1) + " at the end", split="test"))  # 101
    lines.append(text_line(english[5]))  # 102
    lines.append(
        text_line("Die Töpferin brennt ihre Schalen im Ofen, bevor sie am Morgen zum Markt fährt.")
    )  # 103
    found = check(version_of("text", lines))
    assert found == {
        "exact_duplicate": [(5, 1), (102, 1)],
        "near_duplicate": [(100, 1), (101, 1)],
        "split_leak": [(100, 1), (101, 1)],
        "language:de": [(103, 0)],
    }


def test_equal_rows_of_a_table_are_found_and_its_numbers_are_spread() -> None:
    columns: list[dict[str, Any]] = [{"name": "price", "type": "decimal"}, {"name": "town", "type": "text"}]
    lines = [row_line(price=number / 4, town="Delft") for number in range(50)]
    lines.append(row_line(price=0.0, town="Delft"))
    version = version_of("table", lines, report={"columns": columns})
    assert check(version) == {"exact_duplicate": [(0, 1), (50, 1)]}
    histograms = version.quality.summary["histograms"]
    assert list(histograms) == ["price"]
    assert sum(count for _, _, count in histograms["price"]) == 51


def test_silence_is_blank() -> None:
    lines = [
        {"sha256": f"{number:064x}", "facts": {"seconds": 1.5, "rms": rms, "sample_rate": 16000}}
        for number, rms in enumerate([0.2, 0.0, 0.3])
    ]
    assert check(version_of("audio", lines)) == {"blank": [(1, 0)]}


def test_labels_are_summed_up() -> None:
    lines = [
        row_line(number=number) | {"label": label} for number, label in enumerate(["a"] * 20 + ["b", ""])
    ]
    version = version_of("table", lines)
    check(version)
    assert version.quality.summary["labels"] == {
        "unlabelled": 1, "classes": 2, "largest": ["a", 20], "smallest": ["b", 1], "uneven": True,
    }  # fmt: skip


def test_a_second_check_replaces_the_first_and_leaves_outliers_alone() -> None:
    version = version_of("image", [image_line(picture(1)), image_line(picture(1))])
    Finding.objects.create(version=version, code="outlier", position=1, score=3.0)
    first, second = check(version), check(version)
    assert first == second == {"exact_duplicate": [(0, 1), (1, 1)], "outlier": [(1, 0)]}
    assert QualityReport.objects.filter(version=version).count() == 1


def test_a_check_that_is_stopped_leaves_everything_as_it_was() -> None:
    version = version_of("image", [image_line(picture(1)), image_line(picture(1))])
    before = check(version)

    def stop(done: int, total: int, message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        check_version(version, stop)
    assert Finding.objects.filter(version=version).count() == sum(map(len, before.values()))


def test_pictures_that_were_never_measured_are_counted_and_not_guessed_at() -> None:
    version = version_of("image", [{"sha256": f"{number:064x}"} for number in range(5)])
    assert check(version) == {}
    assert version.quality.summary["unmeasured"] == 5
