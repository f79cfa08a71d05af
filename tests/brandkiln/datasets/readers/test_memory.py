"""The memory of a reader does not grow with its file."""

import io
import json
import random
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import polars
import pytest
import xlsxwriter
from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.readers.sources import open_sources

from tests.brandkiln.datasets.files import zip_bytes
from tests.brandkiln.datasets.readers.sound_samples import chunk

ALLOWED_KIB = 16 * 1024
"""Caches may fill and the interpreter may take a page more; ten times the rows would take far more than this."""
READ = """
import sys, tempfile
from pathlib import Path
sys.modules["numpy"] = None
from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.readers.read import read_files
with tempfile.TemporaryDirectory() as folder:
    seen = read_files([(Path(sys.argv[1]), sys.argv[2])], kind=sys.argv[3], folder=Path(folder), limits=Limits(),
                      options={}, progress=lambda done, total: None)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(seen["accepted"], peak.split()[1])
"""


def csv(rows: int) -> bytes:
    return ("id,name,price\n" + "".join(f"{n},Product {n} of many,{n / 3}\n" for n in range(rows))).encode()


def jsonl(rows: int) -> bytes:
    return "".join(json.dumps({"text": f"A text about product {n}" * 3}) + "\n" for n in range(rows)).encode()


def workbook(rows: int) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for n in range(rows):
            page.write_row(n, 0, ["name", "price"] if n == 0 else [f"Product {n}", n / 3])
    return target.getvalue()


def parquet(rows: int) -> bytes:
    target = io.BytesIO()
    chance = random.Random(0)
    names = [f"Product {n} with a long name {chance.random()}" for n in range(rows)]
    polars.DataFrame({"name": names, "n": range(rows)}).write_parquet(target)
    return target.getvalue()


def sound(rows: int) -> bytes:
    head = struct.pack("<HHIIHH", 1, 1, 8000, 16_000, 2, 16)
    body = b"WAVE" + chunk(b"fmt ", head) + chunk(b"data", random.Random(1).randbytes(rows * 100))
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "name", "kind", "rows"),
    [
        (csv, "a.csv", "table", 6_000),
        (jsonl, "a.jsonl", "text", 5_000),
        (workbook, "a.xlsx", "table", 1_500),
        (parquet, "a.parquet", "table", 6_000),
        (sound, "a.wav", "audio", 12_000),
    ],
)
def test_ten_times_the_rows_take_the_same_memory(
    make: Callable[[int], bytes], name: str, kind: str, rows: int, tmp_path: Path
) -> None:
    peaks = []
    for count in (rows, 10 * rows):
        path = tmp_path / "source"
        path.write_bytes(make(count))
        command = [sys.executable, "-c", READ, str(path), name, kind]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env={"PYTHONPATH": "platform:."}
        )
        peaks.append(int(done.stdout.split()[1]))
    assert peaks[1] - peaks[0] < ALLOWED_KIB, peaks


def test_files_of_an_archive_are_not_held(tmp_path: Path) -> None:
    def held(count: int) -> int:
        path = tmp_path / f"{count}.zip"
        path.write_bytes(zip_bytes({f"folder/{number:06}.png": b"x" for number in range(count)}))
        tracemalloc.start()
        with open_sources([(path, path.name)], Limits()) as sources:
            assert sources.files[count - 1].name == f"folder/{count - 1:06}.png"
            assert sum(len(one.load(10)) for one in sources.files) == count
            here = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return here

    few, many = held(3_000), held(6_000)  # so many that the interpreter's spare tuples are the same
    assert many - few < 40 * 3_000
