"""A service that ends is started again, more and more slowly."""

import time
from pathlib import Path

import pytest
from brandkiln.embedded import services
from brandkiln.embedded.children import stop_children
from brandkiln.embedded.services import Service


def service(folder: Path, command: list[str]) -> Service:
    return Service("worker", command, folder / "worker.log", {"PATH": "/usr/bin:/bin"}, folder)


def watch_until_told(watched: Service) -> str:
    while not (told := watched.watch()):
        time.sleep(0.005)
    return told


def test_a_service_that_keeps_ending_waits_longer_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "LONGEST_PAUSE_SECONDS", 0.05)
    watched = service(tmp_path, ["sh", "-c", "exit 3"])
    watched.pause = 0.02
    watched.start()
    assert "worker ended (exit status 3)" in watch_until_told(watched)
    assert watched.pause == 0.04
    watch_until_told(watched)
    assert watched.pause == 0.05


def test_a_killed_service_comes_back(tmp_path: Path) -> None:
    watched = service(tmp_path, ["sleep", "60"])
    watched.pause = 0.01
    watched.start()
    assert watched.child is not None
    watched.child.kill()
    assert "signal 9" in watch_until_told(watched)
    while watched.child is None:
        assert watched.watch() is None
    assert watched.child.poll() is None
    stop_children([watched.child], grace_seconds=1)
