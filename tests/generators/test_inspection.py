"""An inspection runs in the host like a generator's job: it reports, is cancelled, and refuses in plain words."""

import io
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generators import inspection
from generators.data import TrainingData
from generators.errors import BadData
from generators.hosted import HostedJobs
from generators.inspection import Inspected
from generators.messages import Work
from generators.run import Run
from generators.tiny import tiny_data


def count(data: TrainingData, params: dict[str, Any], run: Run) -> Inspected:
    if params.get("refuse"):
        raise BadData("There is nothing to count.")
    positions = []
    for record in data.stream():
        positions.append(record.position)
        run.report(len(positions), 3, "Counting")
    path = run.scratch / "positions.json"
    path.write_text(json.dumps(positions))
    return Inspected({"records": len(positions)}, {"positions": path})


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("generators.inspection.counting")
    module.inspect = count  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)


def perform(
    tmp_path: Path, name: str = "counting", *, cancel: bool = False, **params: Any
) -> list[dict[str, Any]]:
    answers = io.BytesIO()
    jobs = HostedJobs(answers)
    if cancel:
        jobs.cancel("1")
    data = tiny_data(tmp_path / "data", "image").folder
    work = Work(
        job="1", kind="inspect", generator=name, params=params, checkpoint=None, data=str(data),
        scratch=str(tmp_path / "scratch"), device="cpu", seed=0, resume_from=None,
    )  # fmt: skip
    assert jobs.perform(work)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_an_inspection_gives_a_summary_and_names_its_files(tmp_path: Path) -> None:
    *told, result = perform(tmp_path)
    assert (told[0]["type"], told[-1]["message"]) == ("started", "Counting")
    found = result["result"]["summary"]["records"]
    positions = json.loads(Path(result["result"]["files"]["positions"]).read_text())
    assert positions == list(range(found))


def test_an_inspection_stops_at_its_next_report(tmp_path: Path) -> None:
    *told, result = perform(tmp_path, cancel=True)
    assert result["status"] == "cancelled"
    assert [message["type"] for message in told] == ["started", "progress"]


def test_an_inspection_refuses_in_its_own_words(tmp_path: Path) -> None:
    result = perform(tmp_path, refuse=True)[-1]
    assert (result["status"], result["message"]) == ("refused", "There is nothing to count.")


def test_an_unknown_inspection_is_refused_by_name(tmp_path: Path) -> None:
    result = perform(tmp_path, name="astrology")[-1]
    assert (result["status"], result["code"]) == ("refused", "unknown_inspection")
    assert "'astrology'" in result["message"]


def test_a_package_that_an_inspection_misses_is_not_taken_for_an_unknown_inspection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(name: str) -> ModuleType:
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

    monkeypatch.setattr(inspection, "import_module", fail)
    with pytest.raises(ModuleNotFoundError, match="numpy"):
        inspection.load("counting")
