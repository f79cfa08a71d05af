"""What the host's run says to its worker, and how a training is ended early."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from generators.errors import Cancelled
from generators.hosted import BLIND_REPORTS, HostedRun
from generators.messages import Measured, NoticeGiven, Progress, Work
from generators.run import Notice


def hosted(folder: Path, sent: list[BaseModel], is_finishing: Callable[[], bool]) -> HostedRun:
    work = Work(
        job="1", kind="train", generator="dummy", params={}, checkpoint=None, data=None,
        scratch=str(folder), device="cpu", seed=1, resume_from=None,
    )  # fmt: skip
    return HostedRun(work, seed=1, send=sent.append, is_cancelled=lambda: False, is_finishing=is_finishing)


def test_a_loop_that_looks_is_left_to_finish_and_one_that_never_does_is_cancelled(tmp_path: Path) -> None:
    asked: list[bool] = []
    looking, blind = (hosted(tmp_path, [], lambda: bool(asked)) for _ in range(2))
    assert not looking.finishing
    asked.append(True)
    looking.report(1, 2)
    assert looking.finishing
    for done in range(BLIND_REPORTS):
        blind.report(done, 9)
    with pytest.raises(Cancelled):
        blind.report(BLIND_REPORTS, 9)


def test_notices_and_measures_are_messages_of_their_own(tmp_path: Path) -> None:
    sent: list[BaseModel] = []
    run = hosted(tmp_path, sent, lambda: False)
    run.measured(64, validation_kid=0.5, broken=float("nan"))
    run.notice(Notice("diverged", "It diverged.", "Halve the learning_rate.", values={"shown": 64}))
    run.report(64, 64)
    measured, told, progress = sent
    assert isinstance(measured, Measured)
    assert (measured.done, measured.metrics) == (64, {"validation_kid": 0.5})
    assert isinstance(told, NoticeGiven)
    assert (told.notice.level, told.notice.values) == ("warning", {"shown": 64})
    assert isinstance(progress, Progress)
