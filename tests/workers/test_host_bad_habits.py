"""Whatever a plugin does, its own job fails with a plain sentence, and the next job works."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workers.host import Host, Outcome, Request

SILENT = ("loop", "ignore-sigterm")
"""Habits of which nothing is heard; the others are not hurried, so that a busy machine ends none of them."""


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    environment = {"BRANDKILN_EXTRA_GENERATORS": "tests.dummy_generator.spec:SPEC"}
    host = Host(memory_mb=200, idle_seconds=60, grace_seconds=0.5, environment=environment)
    yield host
    host.close()


class Job:
    """A sample job of the dummy with a bad habit."""

    def __init__(self, host: Host, scratch: Path) -> None:
        self.host, self.scratch = host, scratch
        self.messages: list[dict[str, Any]] = []

    def run(self, habit: str, *, cancel: bool = False, **params: Any) -> Outcome:
        request = Request(
            job=habit,
            kind="sample",
            generator="dummy",
            params={"habit": habit, **params},
            scratch=self.scratch,
        )
        return self.host.run(
            request,
            on_message=self.messages.append,
            cancelled=lambda: cancel and bool(self.messages),
            tick_seconds=0.05,
            silence_seconds=None if cancel else 2.0 if habit in SILENT else 60.0,
        )


@pytest.fixture
def job(host: Host, tmp_path: Path) -> Iterator[Job]:
    yield Job(host, tmp_path / "job")
    neighbour = Job(host, tmp_path / "neighbour").run("none")
    assert neighbour.status == "succeeded", "the next job works"


@pytest.mark.parametrize(
    ("habit", "code", "sentence"),
    [
        ("raise", "crashed", "dummy failed with ZeroDivisionError: the dummy divided by zero"),
        ("sys-exit", "crashed", "dummy called sys.exit(4) instead of giving a result."),
        ("os-exit", "exit", "dummy ended its process with exit code 3 instead of giving a result."),
        (
            "segfault",
            "killed",
            "dummy crashed in native code (SIGSEGV). The log holds the last Python lines.",
        ),
        ("kill-itself", "killed", "dummy was killed (SIGKILL)."),
        ("loop", "silent", "dummy gave no sign of life for 2 s and was ended."),
        ("ignore-sigterm", "silent", "dummy gave no sign of life for 2 s and was ended."),
        (
            "eat-memory",
            "memory",
            "200 MiB are allowed. Choose a smaller batch_size or fewer samples",
        ),
        ("break-protocol", "protocol", "dummy broke the rules of its host process"),
        ("long-message", "crashed", "is too long; at most 4194304 can be sent."),
        ("escape", "protocol", "is not a file or folder in the scratch folder of the job."),
        ("link-out", "protocol", "is not a file or folder in the scratch folder of the job."),
        ("nothing", "crashed", "dummy ended without a single sample."),
        (
            "cuda-error",
            "gpu",
            "dummy failed on the GPU: CUDA error: an illegal memory access was encountered",
        ),
    ],
)
def test_a_bad_habit_fails_its_own_job_with_a_plain_sentence(
    job: Job, habit: str, code: str, sentence: str
) -> None:
    outcome = job.run(habit)
    assert (outcome.status, outcome.code) == ("crashed", code)
    assert sentence in outcome.message
    assert job.host.warm is None, "a child that crashed is not used again"


def test_a_crash_keeps_its_traceback_for_the_admin(job: Job) -> None:
    assert "habits.py" in job.run("raise").traceback


def test_what_was_printed_before_the_end_is_kept(job: Job) -> None:
    assert job.run("os-exit").traceback == "the dummy leaves\n"


def test_the_python_lines_of_a_native_crash_are_kept(job: Job) -> None:
    assert "Fatal Python error: Segmentation fault" in job.run("segfault").traceback


def test_a_refusal_keeps_the_child(job: Job) -> None:
    outcome = job.run("refuse")
    assert (outcome.status, outcome.code) == ("refused", "refused")
    assert outcome.message == "The dummy does not like this. Choose another habit."
    assert job.host.warm == ("dummy", "")


def test_a_gpu_error_behind_a_refusal_still_ends_the_child(job: Job) -> None:
    job.run("none")
    pid = job.host.pid
    outcome = job.run("hidden-cuda-error")
    assert (outcome.status, outcome.message) == (
        "refused",
        "The GPU failed. Retry with a smaller batch_size.",
    )
    assert job.run("none").status == "succeeded"
    assert job.host.pid != pid


def test_a_flood_on_stdout_disturbs_nothing_and_is_not_kept(job: Job) -> None:
    outcome = job.run("flood-stdout")
    assert outcome == Outcome("succeeded", result={"samples": 1})
    assert [message["type"] for message in job.messages] == ["started", "progress", "sample"]


def test_text_that_no_database_can_store_is_made_storable(job: Job) -> None:
    job.run("bad-text")
    texts = [str(message) for message in job.messages]
    assert any("nul \ufffd and a lone surrogate ?." in text for text in texts)
    assert {"type": "progress", "done": 0, "total": 1, "message": "?", "metrics": {}} in job.messages


@pytest.mark.parametrize("habit", ["loop", "ignore-sigterm", "ignore-cancel"])
def test_a_cancelled_job_that_does_not_stop_is_killed_after_its_grace(job: Job, habit: str) -> None:
    begin = time.monotonic()
    outcome = job.run(habit, cancel=True)
    assert time.monotonic() - begin < 4
    assert outcome.status == "cancelled"
    assert outcome.message == "Cancelled. dummy did not stop within 0.5 s, so its process was ended."


def test_a_job_that_crashes_while_stopping_is_cancelled_all_the_same(job: Job) -> None:
    outcome = job.run("crash-on-cancel", cancel=True)
    assert outcome.status == "cancelled"
    assert outcome.message == "Cancelled. dummy failed with RuntimeError: the dummy fell over while stopping"
