"""MinHash keeps what its papers promise: unbiased, as precise as its minima, and the S-curve of its bands."""

import math
import random
from pathlib import Path

import pytest
from brandkiln.datasets.checks.groups import Groups
from brandkiln.datasets.checks.minhash import (
    BANDS,
    PERMUTATIONS,
    RESEMBLANCE,
    ROWS,
    Signatures,
    resemblance,
    shingles,
    signature,
)  # fmt: skip

from tests.brandkiln.datasets.checks.versions import text


def groups(texts: list[str], folder: Path) -> list[list[int]]:
    signatures = Signatures(folder / "signatures")
    for one in texts:
        signatures.add(one)
    joined = Groups()
    joined.join(signatures.links())
    signatures.close()
    assert list(folder.iterdir()) == []
    return list(joined)


def edited(said: str, changes: int, seed: int = 1) -> str:
    words = said.split()
    for at in random.Random(seed).sample(range(len(words)), changes):
        words[at] = f"changed{at}"
    return " ".join(words)


def test_the_share_of_common_minima_estimates_the_jaccard_index() -> None:
    errors = []
    for seed in range(60):
        one = text(seed, 200)
        other = edited(one, 4 + seed % 30, seed)
        mine, theirs = shingles(one), shingles(other)
        true = len(mine & theirs) / len(mine | theirs)
        errors.append(
            (
                resemblance(signature(one), signature(other)) - true,
                math.sqrt(true * (1 - true) / PERMUTATIONS),
            )
        )
    mean = sum(error for error, _ in errors) / len(errors)
    assert abs(mean) < 4 * max(deviation for _, deviation in errors) / math.sqrt(len(errors))
    assert all(abs(error) < 5 * deviation for error, deviation in errors)


def test_equal_texts_have_equal_signatures_whatever_their_case_and_punctuation() -> None:
    assert signature("The kiln, at dawn!") == signature("the KILN at dawn")
    assert resemblance(signature(text(1)), signature(text(1))) == 1.0
    assert resemblance(signature(text(1)), signature(text(2))) < 0.05


def test_bands_meet_as_the_curve_says() -> None:
    def meets(resembling: float) -> float:
        return 1 - (1 - resembling**ROWS) ** BANDS

    assert meets(RESEMBLANCE) > 0.9999
    assert meets(0.2) < 0.051
    assert BANDS * ROWS == PERMUTATIONS


def test_words_of_scripts_without_blanks_are_letters() -> None:
    assert shingles("陶器と釉薬") == {"陶 器 と", "器 と 釉", "と 釉 薬"}
    assert shingles("one two") == {"one two"}
    assert shingles("...") == set()


def test_edited_texts_are_found_and_different_ones_are_not(tmp_path: Path) -> None:
    originals = [text(seed) for seed in range(300)]
    copies = [edited(one, 3, number) for number, one in enumerate(originals[:40])]
    assert groups(originals + copies, tmp_path) == [[number, 300 + number] for number in range(40)]


def test_texts_without_a_word_are_not_taken_for_each_other(tmp_path: Path) -> None:
    assert groups(["", "...", "!!", text(3)], tmp_path) == []


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_texts_have_no_pairs(count: int, tmp_path: Path) -> None:
    assert groups([text(1)] * count, tmp_path) == []
