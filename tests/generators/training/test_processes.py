"""One training on two processes: the same curve, one voice, and no process left over."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from generators import registry, several
from generators.builtin.image_restore.spec import SPEC, TrainParams
from generators.data import TrainingData
from generators.errors import Cancelled
from generators.execution import execute
from generators.run import LocalRun
from generators.several import Group, fitting
from generators.testing import tiny_data
from generators.training import processes
from generators.training.loop import fit
from generators.training.normalising import normalised_together
from tests.generators.training.toy import PARAMS, Toy, pictures

TINY = TrainParams(kimg=0.032, width=4, batch_size=8, save_every_kimg=0.016, flip=True)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return tiny_data(tmp_path_factory.mktemp("data"), "image", records=60, held_out=4)


@pytest.fixture(autouse=True)
def exact(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(data.folder / "cache"))
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")  # of the process that is started: float32, as below
    monkeypatch.setattr("generators.training.precision.fast_bfloat16", lambda kind: False)


def train(data: TrainingData, run: LocalRun) -> dict[str, Any]:
    return execute(SPEC, "train", TINY, run, checkpoint=None, data=data, on_sample=print, builds_guard=False)


def curve(run: LocalRun) -> list[float]:
    return [report.metrics["absolute_error"] for report in run.reports if report.metrics]


def test_two_processes_have_the_curve_of_one_with_twice_their_batch(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, together = LocalRun(tmp_path / "alone"), LocalRun(tmp_path / "together")
    train(data, alone)
    started: list[Group] = []
    begin = several._start
    monkeypatch.setattr(several, "_start", lambda group, *rest: started.append(group) or begin(group, *rest))
    monkeypatch.setenv(several.VARIABLE, "2")
    train(data, together)
    assert len(curve(alone)) == 4
    assert curve(together) == pytest.approx(curve(alone), rel=1e-4)
    assert together.lines == ["Training on 2 processes with cpu."]
    assert len(together.saved) == len(alone.saved)
    assert len(together.previews) == len(alone.previews)
    assert several.current is None
    assert not torch.distributed.is_initialized()
    assert [other.returncode for group in started for other in group.others] == [-9]


@pytest.mark.parametrize(
    ("asked", "batch", "visible", "used"),
    [(2, 8, None, 2), (3, 8, None, 2), (4, 6, None, 3), (8, 8, None, 4), (2, 3, None, 1), (4, 8, "0,1", 2)],
)
def test_as_many_processes_are_used_as_share_a_batch_evenly_and_have_a_gpu(
    asked: int, batch: int, visible: str | None, used: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(several.VARIABLE, str(asked))
    if visible:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    params = TINY.model_copy(update={"batch_size": batch})
    assert fitting(SPEC, params, "cuda:0" if visible else "cpu") == used
    assert fitting(registry.get("picture-edit"), params, "cpu") == 1
    assert several.device_of("cuda:0", 3) == "cuda:3"


def forked(group: Group, work: Callable[[], Any]) -> int:
    """Return the process that does the other half of the work: a copy of this one, which holds no GPU."""
    if child := os.fork():
        return child
    try:
        several.current = Group(1, group.size, group.folder)
        processes.join("cpu")
        work()
    finally:
        os._exit(0)


class Child:
    """A copied process, as the group knows the ones that it started."""

    def __init__(self, pid: int) -> None:
        self._pid, self.returncode = pid, None

    def poll(self) -> int | None:
        if self.returncode is None:
            done, status = os.waitpid(self._pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if done else None
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self._pid, 9)

    def wait(self) -> int:
        while self.poll() is None:
            pass
        assert self.returncode is not None
        return self.returncode


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Group:
    made = Group(0, 2, tmp_path)
    monkeypatch.setattr(several, "current", made)
    return made


def train_beside(group: Group, toy: Toy, run: LocalRun, *, dies_at: int = 10**9) -> Any:
    """Train a toy on two processes; the other one may die."""

    def follow() -> None:
        other = Toy(lambda learner, batch: os._exit(7) if batch.shown >= dies_at else {})
        fit(LocalRun(group.folder / "other"), pictures(), PARAMS, other, other.write)

    group.others.append(Child(forked(group, follow)))  # type: ignore[arg-type]
    processes.join("cpu")
    return fit(run, pictures(), PARAMS, toy, toy.write)


def test_a_cancelled_training_ends_its_other_process_and_goes_on_to_the_same_weights(
    group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = LocalRun(tmp_path / "a", cancel_after=25)
    with pytest.raises(Cancelled):
        train_beside(group, Toy(), stopped)
    assert group.others[0].returncode == -9
    monkeypatch.setattr(several, "current", None)
    results = []
    for resume_from in (stopped.saved[-1], None):  # what two processes saved, one goes on with
        toy = Toy()
        run = LocalRun(tmp_path / str(len(results)), resume_from=resume_from)
        results.append(fit(run, pictures(), PARAMS, toy, toy.write).tensors()["bias"])
    assert torch.allclose(*results, atol=1e-6)


def test_a_lost_process_is_said(group: Group, tmp_path: Path) -> None:
    with pytest.raises(several.ProcessLost, match="ended with exit code 7"):
        train_beside(group, Toy(), LocalRun(tmp_path / "a"), dies_at=80)


def test_memory_that_runs_out_in_one_process_halves_the_batch_of_both(group: Group, tmp_path: Path) -> None:
    def once(learner: Toy, batch: Any) -> dict[str, float]:
        if len(batch.pictures) > 8 and batch.shown >= 64:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return {}

    toy, run = Toy(once), LocalRun(tmp_path / "a")
    train_beside(group, toy, run)
    assert [notice.code for notice in run.notices] == ["batch_halved", "kept_last"]
    assert run.reports[-1].done == 640
    assert set(toy.sizes[-4:]) == {8}


def test_batch_normalisation_and_its_gradient_are_those_of_the_whole_batch(group: Group) -> None:
    random = torch.Generator().manual_seed(0)
    batch, asked = (torch.randn(6, 3, 4, 4, generator=random) for _ in range(2))

    def normalised(norm: nn.Module, x: torch.Tensor, weight: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = x.clone().requires_grad_()
        y = norm(x)
        (y * weight).sum().backward()
        assert x.grad is not None
        return y.detach(), x.grad

    def half() -> tuple[nn.BatchNorm2d, tuple[torch.Tensor, ...]]:
        shared = nn.BatchNorm2d(3)
        normalised_together(shared)
        return shared, normalised(shared, processes.share(batch), processes.share(asked))

    group.others.append(Child(forked(group, half)))  # type: ignore[arg-type]
    processes.join("cpu")
    shared, found = half()
    plain = nn.BatchNorm2d(3)
    for due, part in zip(normalised(plain, batch, asked), found, strict=True):
        assert torch.allclose(part, due[::2], atol=1e-5)
    for name, value in plain.state_dict().items():
        assert torch.allclose(shared.state_dict()[name], value, atol=1e-6)
    processes.leave()
