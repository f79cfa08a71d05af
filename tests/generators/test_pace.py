"""Timing the first steps of a training."""

from pathlib import Path

import pytest

from generators import registry
from generators.errors import Cancelled, DatasetTooSmall
from generators.inspection.pace import STEPS, inspect
from generators.run import LocalRun
from generators.tiny import tiny_data


@pytest.fixture
def _dummy(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv(registry.EXTRA_VARIABLE, "tests.dummy_generator.spec:SPEC")
    registry.refresh()
    yield
    monkeypatch.undo()
    registry.refresh()


@pytest.mark.usefixtures("_dummy")
def test_steps_are_timed_and_the_training_is_thrown_away(tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "text", records=8)
    wish = {"generator": "dummy", "train": {"steps": 90_000, "step_seconds": 0.002}}
    run = LocalRun(tmp_path / "run")
    found = inspect(data, wish, run).summary
    assert found["total"] == 90_000
    assert 0.002 <= found["seconds_per_unit"] < 0.02
    assert len(run.reports) <= STEPS + 4
    assert not run.saved
    with pytest.raises(Cancelled):
        inspect(data, wish, LocalRun(tmp_path / "cancelled", cancel_after=2))
    with pytest.raises(DatasetTooSmall):
        inspect(tiny_data(tmp_path / "few", "text", records=1), wish, LocalRun(tmp_path / "few-run"))


@pytest.mark.usefixtures("_dummy")
def test_a_training_that_is_over_at_once_is_timed_as_a_whole(tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "text", records=8)
    found = inspect(data, {"generator": "dummy", "train": {"steps": 1}}, LocalRun(tmp_path / "run")).summary
    assert found["total"] == 1
    assert found["seconds_per_unit"] > 0


@pytest.mark.usefixtures("_dummy")
def test_long_steps_are_timed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generators.inspection.pace.SECONDS", 0.1)
    data = tiny_data(tmp_path / "data", "text", records=8)
    run = LocalRun(tmp_path / "run")
    wish = {"generator": "dummy", "train": {"steps": 90_000, "step_seconds": 0.15}}
    found = inspect(data, wish, run).summary
    assert len(run.reports) <= 3
    assert 0.15 <= found["seconds_per_unit"] < 0.3
