"""Megabytes per second into and out of an artifact store: encrypted beside plain, in one run on the same machine.

Random content of two kinds: one large file, and many small ones as of a picture data set. Contenders take turns;
medians of processor seconds are compared, since the machine may be shared. All lies in a temporary folder, so files
are read from the page cache. The record is kept in bench/results/artifacts.json.
"""

import hashlib
import io
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULT = Path(__file__).parent / "results" / "artifacts.json"
ROUNDS = 5
LARGE_MB = 128
SMALL, SMALL_BYTES = 1_000, 8_192
MB = 10**6


def main() -> None:
    """Measure, keep the record and print it as the last line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandkiln.settings")
    import cryptography

    folder = Path(tempfile.mkdtemp(prefix="bench-artifacts-"))
    try:
        found = measured(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    record: dict[str, Any] = {
        "bench": "artifacts",
        "machine": {
            "processor": platform.machine(),
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
            "cryptography": cryptography.__version__,
        },
        "unit": "MB per processor second",
        "ours": found["encrypted"],
        "peers": {"plain": found["plain"]},
        "ratios": {name: round(rate / found["plain"][name], 2) for name, rate in found["encrypted"].items()},
    }
    RESULT.write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record))


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """Return the median rate of each kind of work, plain and encrypted."""
    from brandkiln.artifacts.keys import Key, Keys
    from django.conf import settings
    from django.core.files.storage import storages

    settings.STORAGES["artifacts"]["OPTIONS"]["location"] = str(folder)
    storages._storages.clear()  # type: ignore[attr-defined]
    kinds = {"plain": Keys([]), "encrypted": Keys([Key.of(os.urandom(32))])}
    rates: dict[str, dict[str, list[float]]] = {kind: {} for kind in kinds}
    for round_number in range(ROUNDS):
        contents = {
            "one large file": [os.urandom(LARGE_MB * MB)],
            "small files": [os.urandom(SMALL_BYTES) for _ in range(SMALL)],
        }
        for kind, keys in kinds.items():
            for size, pieces in contents.items():
                named = [(f"{kind}/{round_number}/{hashlib.sha256(p).hexdigest()}", p) for p in pieces]
                total = sum(map(len, pieces)) / MB
                for verb, work in (("write", _write), ("read", _read)):
                    seconds = _timed(lambda: work(named, keys))  # noqa: B023
                    rates[kind].setdefault(f"{verb} {size}", []).append(total / seconds)
        shutil.rmtree(folder)
    return {
        kind: {name: round(statistics.median(found), 1) for name, found in by_name.items()}
        for kind, by_name in rates.items()
    }


def _write(named: list[tuple[str, bytes]], keys: Any) -> None:
    from brandkiln.artifacts.places import write_content

    for name, content in named:
        write_content(name, name.rpartition("/")[2], io.BytesIO(content), keys=keys, is_lasting=False)


def _read(named: list[tuple[str, bytes]], keys: Any) -> None:
    from brandkiln.artifacts.places import CHUNK, open_content

    for name, content in named:
        with open_content(name, len(content), keys=keys) as source:
            while source.read(CHUNK):
                pass


def _timed(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
