"""Children die with their parent, however it dies, and stop within bounds."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from brandkiln.embedded import children
from brandkiln.embedded.children import start_child, stop_children

PARENT = """
import sys, time
from pathlib import Path
from brandkiln.embedded import children
if sys.argv[2] == "leash":
    children.sys = type("System", (), {"platform": "darwin", "executable": sys.executable})
child = children.start_child(["sleep", "60"], log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    """A process that nobody has reaped yet is dead."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for_death(pids: list[int], seconds: float = 5) -> list[int]:
    """Return who still lives after at most that many seconds."""
    deadline = time.monotonic() + seconds
    while (alive := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return alive


@pytest.mark.parametrize("way", ["signal", "leash"])
def test_a_child_dies_with_a_parent_that_was_killed(way: str, tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log"), way], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    family = [child, *(grandchild.pid for grandchild in psutil.Process(child).children(recursive=True))]
    assert is_alive(child)
    parent.kill()
    parent.communicate()
    assert wait_for_death(family) == []


def test_a_child_that_ignores_the_polite_signal_is_killed_after_the_grace_period(tmp_path: Path) -> None:
    stubborn = start_child(["sh", "-c", "trap '' TERM; echo up; sleep 60"], log=tmp_path / "log")
    while "up" not in (tmp_path / "log").read_text():
        time.sleep(0.01)
    started = time.monotonic()
    stop_children([stubborn], grace_seconds=0.3)
    assert stubborn.returncode == -signal.SIGKILL
    assert time.monotonic() - started < 3


def test_what_a_child_leaves_behind_in_its_group_ends_too(tmp_path: Path) -> None:
    child = start_child(["sh", "-c", "sleep 60 & echo $!"], log=tmp_path / "log")
    child.wait()
    left_behind = int((tmp_path / "log").read_text())
    stop_children([child], grace_seconds=0)
    assert wait_for_death([left_behind]) == []


def test_a_child_leads_its_own_session_so_that_ctrl_c_passes_it_by(tmp_path: Path) -> None:
    child = start_child(["sleep", "60"], log=tmp_path / "log")
    assert os.getsid(child.pid) == child.pid
    stop_children([child], grace_seconds=1)


def test_a_long_log_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LOG_LIMIT_BYTES", 10)
    log = tmp_path / "web.log"
    log.write_text("eleven bytes")
    start_child(["echo", "new"], log=log).wait()
    assert log.read_text() == "new\n"
    assert (tmp_path / "web.old.log").read_text() == "eleven bytes"


def test_a_follower_is_asked_to_end_when_its_parent_is_killed() -> None:
    follower = "import time; from brandkiln.embedded.children import follow_parent; import signal; "
    follower += "follow_parent(signal.SIGTERM); print('up', flush=True); time.sleep(60)"
    parent = "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]); "
    parent += "print(child.pid, flush=True); child.wait()"
    made = subprocess.Popen([sys.executable, "-c", parent, follower], stdout=subprocess.PIPE, text=True)
    assert made.stdout is not None
    said = {made.stdout.readline().strip(), made.stdout.readline().strip()}
    assert "up" in said
    made.kill()
    assert wait_for_death([int(line) for line in said - {"up"}]) == []
    made.communicate()
