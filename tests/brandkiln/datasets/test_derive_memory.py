"""Ten times the records need hardly more memory."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.keys import Key
from brandkiln.datasets.manifest import sort_records
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.scratch import BATCH
from brandkiln.datasets.splits import SplitRule

from tests.brandkiln.datasets.recipes.versions import derive, make_version

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FEW, MANY = 600, 6_000
ROOM = 2 * 2**20
"""What may be added: some bytes for each record, not the records."""


def peak_of(version: DatasetVersion, *steps: Any) -> int:
    tracemalloc.start()
    derive(version, *steps)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_a_recipe_over_ten_times_the_records_peaks_at_about_the_same() -> None:
    steps = ["normalise_text", "drop_duplicates", {"step": "filter_length", "at_least": 3}]
    peaks = []
    for count in (FEW, MANY):
        rows = ({"text": f" text number {number} " + "x" * 200} for number in range(count))
        version = make_version("text", rows)
        peaks.append(peak_of(version, *steps))
    assert peaks[1] < peaks[0] + ROOM, peaks


def test_dealing_holds_some_bytes_of_each_record(tmp_path: Path) -> None:
    def keys(count: int) -> Any:
        return (Key(f"{number:064x}", label=str(number % 7)) for number in range(count))

    peaks, few, many = [], BATCH, 4 * BATCH
    for count in (few, many):
        tracemalloc.start()
        sort_records(keys(count), rule=SplitRule(), seed=0, folder=tmp_path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < ROOM + 24 * (many - few), peaks
