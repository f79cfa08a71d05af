"""Trainings in processes of their own: one that is killed after its first saved checkpoint, and one that goes on.

`python -m generators.interruption` reads one such order as JSON and writes the checkpoint's folder as its last line.
"""

import json
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from generators.checkpoint import Checkpoint, read
from generators.data import TrainingData
from generators.params import Params
from generators.run import LocalRun
from generators.spec import Spec


class Interrupted(Exception):
    """A process ended otherwise than it was meant to; the text holds what it said."""


def train_and_kill(spec: Spec, params: Params, data: TrainingData, scratch: Path, *, seed: int) -> Checkpoint:
    """Return the first checkpoint that a training saved before it was killed (SIGKILL) at its next report.

    Raises:
        Interrupted: If it ended before.
    """
    ended, said = _in_process(spec, params, data, scratch, seed=seed, resume_from=None, kill=True)
    if ended != -signal.SIGKILL:
        raise Interrupted(said)
    return read(Path(said.splitlines()[-1]))


def resume(
    spec: Spec, params: Params, data: TrainingData, scratch: Path, *, seed: int, saved: Checkpoint
) -> Checkpoint:
    """Return the checkpoint of a training that goes on from a saved one, in a process that knows nothing else.

    Raises:
        Interrupted: If it failed.
    """
    ended, said = _in_process(spec, params, data, scratch, seed=seed, resume_from=saved, kill=False)
    if ended != 0:
        raise Interrupted(said)
    return read(Path(said.splitlines()[-1]))


def _in_process(
    spec: Spec,
    params: Params,
    data: TrainingData,
    scratch: Path,
    *,
    seed: int,
    resume_from: Checkpoint | None,
    kill: bool,
) -> tuple[int, str]:
    order = {
        "package": spec.package,
        "params_class": [type(params).__module__, type(params).__qualname__],
        "params": params.model_dump(mode="json"),
        "data": str(data.folder.absolute()),
        "scratch": str(scratch.absolute()),
        "seed": seed,
        "resume_from": None if resume_from is None else str(resume_from.folder.absolute()),
        "kill": kill,
        "threads": _threads(),
    }
    done = subprocess.run(
        [sys.executable, "-m", "generators.interruption"],
        input=json.dumps(order),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout if done.stdout.strip() else done.stderr


def _threads() -> int | None:
    """Return how many threads torch computes with here: another number rounds differently."""
    torch = sys.modules.get("torch")
    return torch.get_num_threads() if torch else None


class _DoomedRun(LocalRun):
    """A run whose process dies at the first report after a checkpoint was saved."""

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        if self.saved:
            print(self.saved[0].folder.absolute(), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        super().report(done, total, message, **metrics)


def main() -> None:
    """Do the order on standard input."""
    order: dict[str, Any] = json.load(sys.stdin)
    if order["threads"]:
        import torch

        torch.set_num_threads(order["threads"])
    module, name = order["params_class"]
    params_class = getattr(import_module(module), name)
    run = (_DoomedRun if order["kill"] else LocalRun)(
        Path(order["scratch"]),
        seed=order["seed"],
        resume_from=None if order["resume_from"] is None else read(Path(order["resume_from"])),
    )
    train = import_module(f"{order['package']}.train").train
    checkpoint = train(
        TrainingData.open(Path(order["data"])), params_class.model_validate(order["params"]), run
    )
    print(checkpoint.folder.absolute())


if __name__ == "__main__":
    main()
