"""The cache: what was used longest ago goes first, and what is in use stays."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts.cache import mark_used, trim_cache

NOW = time.time()
HOUR = 3600.0


@pytest.fixture
def cache(tmp_path: Path, settings: Any) -> Path:
    settings.CACHE = tmp_path
    settings.CACHE_LIMIT = 1000
    return tmp_path


def kept(path: Path, *, size: int, used_hours_ago: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (NOW - used_hours_ago * HOUR, NOW - 100 * HOUR))
    return path


def test_what_was_used_longest_ago_goes_until_the_cache_is_within_its_limit(cache: Path) -> None:
    version = kept(cache / "datasets/one/dataset.json", size=400, used_hours_ago=30).parent
    old = kept(cache / "pictures/two.safetensors", size=300, used_hours_ago=40)
    new = kept(cache / "pictures/three.safetensors", size=300, used_hours_ago=5)
    copy = kept(cache / "artifacts/workspace/ab/abcd", size=300, used_hours_ago=20)
    assert trim_cache(spare_since=NOW) == 700
    assert [path.exists() for path in (old, version, copy, new)] == [False, False, True, True]
    assert trim_cache(spare_since=NOW) == 0


def test_what_was_used_since_a_moment_stays_whatever_the_size(cache: Path) -> None:
    used = kept(cache / "checkpoints/one/weights", size=5000, used_hours_ago=1)
    unused = kept(cache / "checkpoints/two/weights", size=50, used_hours_ago=9)
    assert trim_cache(spare_since=NOW - 2 * HOUR) == 50
    assert used.exists()
    assert not unused.parent.exists()


def test_a_use_is_noted_without_changing_when_the_file_was_made(cache: Path) -> None:
    path = kept(cache / "artifacts/workspace/ab/abcd", size=10, used_hours_ago=50)
    made = path.stat().st_mtime
    assert mark_used(path)
    assert path.stat().st_mtime == made
    assert path.stat().st_atime > NOW - HOUR
    assert not mark_used(cache / "nothing")


def test_a_file_outside_the_cache_keeps_its_times(
    cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = kept(tmp_path_factory.mktemp("store") / "file", size=1, used_hours_ago=50)
    before = path.stat()
    assert mark_used(path)
    assert path.stat().st_atime == before.st_atime


def test_what_is_being_written_and_what_is_no_ones_stays(cache: Path, settings: Any) -> None:
    growing = kept(cache / "datasets/.writing-1/records.jsonl", size=5000, used_hours_ago=90)
    network = kept(cache / "text-lm/abc/model.safetensors", size=5000, used_hours_ago=90)
    assert trim_cache(spare_since=NOW) == 0
    kept(cache / "pictures/one", size=5000, used_hours_ago=90)
    settings.CACHE_LIMIT = 0
    assert trim_cache(spare_since=NOW) == 0
    assert growing.exists()
    assert network.exists()
