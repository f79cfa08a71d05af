"""The reading process is confined: whatever happens to it, the parent gets a sentence."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from brandkiln.datasets.readers.limits import Limits, ReaderFailed, Refused
from brandkiln.datasets.readers.process import read_in_child
from PIL import Image

from tests.brandkiln.datasets.files import grey, image_bytes, labelled_zip, zip_bytes


def read(
    folder: Path, data: bytes, filename: str = "a.zip", kind: str = "image", **limits: Any
) -> dict[str, Any]:
    path = folder / "source"
    path.write_bytes(data)
    records = folder / "records"
    records.mkdir()
    return read_in_child(
        [(path, filename)],
        kind=kind,
        folder=records,
        limits=replace(Limits(), **limits),
        options={},
        progress=lambda done, total: None,
    )


def test_one_image_that_takes_too_much_memory_does_not_sink_the_others(tmp_path: Path) -> None:
    large = image_bytes(Image.new("RGB", (7000, 7000)))
    seen = read(
        tmp_path,
        zip_bytes({"a.png": grey(1), "large.png": large, "z.png": grey(2)}),
        memory_bytes=200 * 2**20,
    )
    assert seen["accepted"] == 2
    assert [fault["code"] for fault in seen["faults"]] == ["image_too_large"]


def test_a_reader_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="took more than"):
        read(tmp_path, labelled_zip(2000), wall_seconds=0.01)


def test_a_reader_that_burns_its_processor_time_is_ended(tmp_path: Path) -> None:
    lines = b"a,b,c\n" + b"x,1.5,2024-01-31\n" * 400_000
    with pytest.raises(Refused) as refusal:
        read(tmp_path, lines, "a.csv", "table", cpu_seconds=1)
    assert refusal.value.code == "reader_crashed"
    assert "ended unexpectedly (code -" in refusal.value.message


def test_a_disk_without_room_is_not_the_fault_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ReaderFailed, match="File too large"):
        read(tmp_path, b"a,b\n" + b"x,1\n" * 5000, "a.csv", "table", written_bytes=1000)


def test_the_reader_knows_neither_django_nor_its_settings() -> None:
    code = (
        "import sys, brandkiln.datasets.readers.child\n"
        "bad = [name for name in sys.modules if name.split('.')[0] in {'django', 'torch', 'numpy'}]\n"
        "sys.exit(' '.join(bad) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "platform:."})


def test_the_reader_is_given_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_SECRET_KEY", "secret")
    started: list[dict[str, str]] = []
    original = subprocess.Popen

    def spy(*arguments: Any, **options: Any) -> Any:
        started.append(options["env"])
        return original(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", spy)
    read(tmp_path, grey(1), "a.png")
    assert set(started[0]) == {"PATH", "PYTHONPATH", "PYTHONUTF8", "LC_ALL"}


def test_no_decoder_outlives_a_reading_that_is_given_up(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    (tmp_path / "source").write_bytes(labelled_zip(3000))
    records = tmp_path / "records"
    records.mkdir()
    with pytest.raises(KeyboardInterrupt):
        read_in_child(
            [(tmp_path / "source", "a.zip")],
            kind="image",
            folder=records,
            limits=Limits(),
            options={},
            progress=stop,
        )
    held = [
        process.pid for process in psutil.process_iter() if str(tmp_path) in " ".join(_open_files(process))
    ]
    assert held == []
    shutil.rmtree(records)


def _open_files(process: psutil.Process) -> list[str]:
    try:
        return [file.path for file in process.open_files()]
    except psutil.Error:
        return []
