"""The whole studio starts with one command, answers, loses nothing, and leaves nothing behind."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.prepared import copy_sqlite
from tests.servers import OF_THE_TESTS, READY


class Studio:
    """A studio in a process of its own, as `make run` starts it."""

    def __init__(self, folder: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "brandkiln.embedded.studio"],
            env=environment | {"BRANDKILN_HOME": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def address(self) -> str:
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            if line.startswith(READY):
                return line.removeprefix(READY).split()[0]
            lines.append(line)
        pytest.fail("The studio did not start:\n" + "".join(lines))

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a studio's database that lacks the table of one migration: to apply all of them takes half a minute."""
    path = tmp_path / "studio.sqlite3"
    copy_sqlite(path)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE django_session")
        connection.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    connection.close()
    return path


@pytest.fixture
def start(tmp_path: Path, database: Path) -> Iterator[Callable[[], Studio]]:
    started: list[Studio] = []

    def start() -> Studio:
        started.append(Studio(tmp_path))
        return started[-1]

    yield start
    for studio in started:
        if studio.process.poll() is None:
            studio.process.kill()
            studio.process.communicate()


def living(family: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(family, timeout=5)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
def test_a_killed_studio_leaves_no_orphan_starts_again_and_ends_politely(
    start: Callable[[], Studio], database: Path
) -> None:
    killed = start()
    killed.address()
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        assert connection.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
    connection.close()
    family = killed.family()
    assert len(family) >= 5
    killed.end(signal.SIGKILL)
    assert living(family) == []

    first = start()
    address = first.address()
    with urllib.request.urlopen(f"{address}/readyz") as answer:
        assert set(json.load(answer).values()) == {"ok"}
    second = start()
    assert second.process.communicate(timeout=30)[0].startswith("Brandkiln: A studio")
    assert second.process.returncode == 1

    family = first.family()
    assert first.end(signal.SIGTERM) == 0
    assert living(family) == []
