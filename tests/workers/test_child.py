import sys

import pytest

from workers import child as children
from workers.child import Child


def test_memory_is_measured_once_for_all_who_ask_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    monkeypatch.setattr(children, "_group_pages", lambda group: measured.append(group) or len(measured))
    monkeypatch.setattr(children.time, "monotonic", lambda: clock[0])
    clock = [100.0]
    child = Child(python=sys.executable, idle_seconds=1, environment={})
    try:
        first = [child.memory_mb() for _ in range(32)]
        clock[0] += children.MEMORY_POLL_SECONDS
        later = child.memory_mb()
    finally:
        child.end()
    assert measured == [child.process.pid] * 2
    assert len(set(first)) == 1
    assert later == 2 * first[0] > 0
