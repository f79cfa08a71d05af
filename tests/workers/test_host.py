"""The host process does what it is asked, stays warm, and goes away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generators.checkpoint import read
from generators.tiny import tiny_data, write_data
from workers.child import plugin_environment
from workers.host import Host, Outcome, Request

DUMMY = {"BRANDKILN_EXTRA_GENERATORS": "tests.dummy_generator.spec:SPEC"}
Messages = list[dict[str, Any]]


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host(memory_mb=300, idle_seconds=60, grace_seconds=2, environment=DUMMY)
    yield host
    host.close()


@pytest.fixture
def run(host: Host, tmp_path: Path) -> Callable[..., tuple[Outcome, Messages]]:
    def run(kind: str = "sample", *, host: Host = host, **facts: Any) -> tuple[Outcome, Messages]:
        messages: Messages = []
        params = facts.pop("params", {})
        request = Request(
            job=facts.pop("job", "1"),
            kind=kind,  # type: ignore[arg-type]
            generator=facts.pop("generator", "dummy"),
            params=params,
            scratch=facts.pop("scratch", tmp_path / "scratch"),
            **{
                name: facts.pop(name)
                for name in ("checkpoint", "data", "seed", "resume_from")
                if name in facts
            },
        )
        settings = {"cancelled": lambda: False, "tick_seconds": 0.05, "silence_seconds": 20.0} | facts
        return host.run(request, on_message=messages.append, **settings), messages

    return run


Run = Callable[..., tuple[Outcome, Messages]]


def of_type(messages: Messages, kind: str) -> Messages:
    return [message for message in messages if message["type"] == kind]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_a_sample_job_gives_its_samples_in_the_scratch_folder(run: Run, tmp_path: Path) -> None:
    outcome, messages = run(params={"count": 2, "seed": 5})
    assert outcome == Outcome("succeeded", result={"samples": 2})
    assert [message["type"] for message in messages] == [
        "started",
        "progress",
        "sample",
        "progress",
        "sample",
    ]
    first = of_type(messages, "sample")[0]
    assert Path(first["path"]).read_bytes().startswith(b"\x89PNG")
    assert Path(first["path"]).parent == tmp_path / "scratch"
    assert (first["seed"], first["meta"], first["media_type"]) == (5, {"size": 16}, "image/png")


def test_text_is_streamed_by_variant(run: Run) -> None:
    _, messages = run(params={"output": "text", "count": 2})
    samples = of_type(messages, "sample")
    for index in (0, 1):
        pieces = [message["text"] for message in of_type(messages, "stream") if message["index"] == index]
        assert "".join(pieces).strip() == samples[index]["text"]


def test_a_job_is_trained_sampled_and_evaluated_in_one_warm_process(
    run: Run, host: Host, tmp_path: Path
) -> None:
    data = tiny_data(tmp_path / "data", "image").folder
    outcome, messages = run("train", data=data, params={"seed": 3})
    pid = host.pid
    checkpoint = read(Path(outcome.result["checkpoint"]))
    assert (checkpoint.seed, checkpoint.labels) == (3, ("disc", "square"))
    assert len(of_type(messages, "saved")) == len(of_type(messages, "preview")) == 1
    assert {"loss"} == set(of_type(messages, "progress")[-1]["metrics"])

    outcome, messages = run(checkpoint=checkpoint.folder, params={"label": "disc"})
    assert outcome.status == "succeeded"
    assert host.warm == ("dummy", checkpoint.sha256)

    outcome, _ = run("evaluate", checkpoint=checkpoint.folder, data=data)
    assert outcome.result["metrics"]["records"] == 32
    assert host.pid == pid


def test_a_training_that_was_killed_resumes_to_the_same_weights(run: Run, tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "text").folder
    whole, _ = run("train", data=data, scratch=tmp_path / "whole", params={"steps": 12})
    killed, messages = run(
        "train", data=data, scratch=tmp_path / "broken", params={"steps": 12, "habit": "kill-itself"}
    )
    assert killed.status == "crashed"
    saved = Path(of_type(messages, "saved")[-1]["folder"])
    resumed, _ = run("train", data=data, scratch=tmp_path / "broken", params={"steps": 12}, resume_from=saved)
    assert read(Path(resumed.result["checkpoint"])).sha256 == read(Path(whole.result["checkpoint"])).sha256


def test_the_seed_of_the_params_is_the_seed_of_the_run(run: Run, tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "table").folder
    outcome, _ = run("train", data=data, params={"seed": 8}, seed=1)
    assert read(Path(outcome.result["checkpoint"])).seed == 8


@pytest.mark.parametrize(
    ("kind", "facts", "code", "words"),
    [
        ("sample", {"generator": "dumy"}, "unknown_generator", "Known:"),
        ("report", {}, "unknown_kind", "It offers: train, sample, evaluate"),
        (
            "sample",
            {"params": {"count": 65}},
            "bad_params",
            "count: Input should be less than or equal to 64",
        ),
        ("sample", {"params": {"cuont": 1}}, "bad_params", "cuont"),
        ("train", {}, "bad_data", "needs a dataset version of kind image or table or text"),
        ("sample", {"checkpoint": Path("/nowhere")}, "bad_checkpoint", "No such file"),
    ],
)
def test_what_cannot_work_is_refused_with_the_reason(
    run: Run, host: Host, kind: str, facts: dict[str, Any], code: str, words: str
) -> None:
    outcome, messages = run(kind, **facts)
    assert (outcome.status, outcome.code) == ("refused", code)
    assert not of_type(messages, "progress")
    assert words in outcome.message
    assert host.pid is not None


def test_a_dataset_that_is_too_small_is_refused_with_both_numbers(run: Run, tmp_path: Path) -> None:
    data = write_data(tmp_path / "data", "text", [], name="Shoes v2")
    outcome, _ = run("train", data=data.folder)
    assert outcome.code == "dataset_too_small"
    assert "needs at least 2 training records; dataset 'Shoes v2' has 0. Add 2." in outcome.message


def test_the_tick_is_called_while_a_job_is_busy(run: Run) -> None:
    ticks: list[float] = []
    run(params={"step_seconds": 0.5}, tick=lambda: ticks.append(time.monotonic()))
    assert len(ticks) >= 8


def test_an_error_in_a_callback_ends_the_child_and_passes_through(run: Run, host: Host) -> None:
    run()
    pid = host.pid
    assert pid is not None

    def lose_the_lease() -> None:
        raise LookupError("the lease is lost")

    with pytest.raises(LookupError):
        run(params={"step_seconds": 5}, tick=lose_the_lease)
    assert not is_alive(pid)
    assert run()[0].status == "succeeded"


def test_a_cancelled_job_stops_at_its_next_report_and_the_child_stays_warm(run: Run, host: Host) -> None:
    run()
    pid = host.pid
    begin = time.monotonic()
    outcome, _ = run(
        params={"count": 60, "step_seconds": 0.1}, cancelled=lambda: time.monotonic() > begin + 0.2
    )
    assert (outcome.status, outcome.message) == ("cancelled", "Cancelled.")
    assert time.monotonic() - begin < 2
    assert host.pid == pid
    assert run()[0].status == "succeeded", "the same job can be attempted again in the same process"


def test_an_idle_child_ends_by_itself_and_the_next_job_gets_a_new_one(run: Run) -> None:
    host = Host(memory_mb=None, idle_seconds=0.2, grace_seconds=1, environment=DUMMY)
    assert run(host=host)[0].status == "succeeded"
    pid = host.pid
    assert wait_until(lambda: host.pid is None)
    assert host.warm is None
    assert run(host=host)[0].status == "succeeded"
    assert host.pid != pid
    host.close()


def test_a_child_that_was_killed_while_warm_is_replaced(run: Run, host: Host) -> None:
    run()
    assert host.pid is not None
    os.kill(host.pid, signal.SIGKILL)
    assert run()[0].status == "succeeded"


def test_a_child_and_what_it_started_die_with_their_worker(tmp_path: Path) -> None:
    program = f"""
import os, pathlib
from workers.host import Host, Request
host = Host(memory_mb=None, idle_seconds=60, grace_seconds=1, environment={DUMMY!r})
request = Request(job="1", kind="sample", generator="dummy", scratch=pathlib.Path({str(tmp_path)!r}),
                  params={{"habit": "leave-processes", "count": 2, "step_seconds": 0.1}})
def show(message):
    if message["type"] == "log":
        print(host.pid, message["line"].split()[1], flush=True)
host.run(request, on_message=show, cancelled=lambda: False, silence_seconds=None)
import time; time.sleep(60)
"""
    worker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    pids = [int(pid) for pid in worker.stdout.readline().split()]
    assert len(pids) == 2
    assert all(map(is_alive, pids))
    worker.kill()
    worker.communicate()
    assert wait_until(lambda: not any(map(is_alive, pids)))


def test_closing_ends_what_the_plugin_has_started(run: Run, host: Host) -> None:
    _, messages = run(params={"habit": "leave-processes"})
    started = int(of_type(messages, "log")[0]["line"].split()[1])
    assert is_alive(started)
    host.close()
    assert wait_until(lambda: not is_alive(started))


def test_plugin_code_does_not_see_the_secrets_of_the_worker(
    run: Run, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setenv("DATABASE_URL", "hidden")
    run()
    environment = Path(f"/proc/{host.pid}/environ").read_text()
    assert "hidden" not in environment
    assert "BRANDKILN_EXTRA_GENERATORS" in environment


def test_threads_that_wait_leave_the_cores_to_others_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    assert plugin_environment(sys.executable)["OMP_WAIT_POLICY"] == "PASSIVE"
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    assert plugin_environment(sys.executable)["OMP_WAIT_POLICY"] == "ACTIVE"


def test_a_plugin_may_bring_its_own_interpreter(run: Run, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "its own" >> {tmp_path}/used\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    host = Host(python=str(python), memory_mb=None, idle_seconds=5, grace_seconds=1, environment=DUMMY)
    assert run(host=host)[0].status == "succeeded"
    host.close()
    assert (tmp_path / "used").read_text() == "its own\n"
