"""A training that is killed after its first saved checkpoint, and goes on in a process that has trained nothing.

`python -m generators.interruption` reads orders, one JSON object in a line, and answers each with a line. It imports
what a generator needs and is copied (fork) before anything is computed: one copy trains and dies, another goes on.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Never

from generators.checkpoint import Checkpoint, read
from generators.data import TrainingData
from generators.params import Params
from generators.run import LocalRun
from generators.several import module_path
from generators.spec import Spec

SAVED = "first-saved"
"""The file in which the killed training leaves the folder of its checkpoint."""


class Interrupted(Exception):
    """A process ended otherwise than it was meant to; the text holds what it said."""


def kill_and_resume(
    spec: Spec, params: Params, data: TrainingData, scratch: Path, *, seed: int
) -> Checkpoint:
    """Return the result of a training that was killed (SIGKILL) after it first saved, then resumed from that.

    Raises:
        Interrupted: If the first process ended before, or the second one failed.
    """
    order = {
        "package": spec.package,
        "params_class": [type(params).__module__, type(params).__qualname__],
        "params": params.model_dump(mode="json"),
        "data": str(data.folder.absolute()),
        "scratch": str(scratch.absolute()),
        "seed": seed,
        "environment": dict(os.environ),
        "path": [path or str(Path.cwd()) for path in sys.path],
    }
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline() or '{"error": "the process that copies itself has died"}')
    if "error" in answer:
        raise Interrupted(answer["error"])
    return read(Path(answer["checkpoint"]))


@cache
def _process() -> "subprocess.Popen[str]":
    """Return the process that takes orders; it ends with this one."""
    command = [sys.executable, "-m", "generators.interruption"]
    environment = os.environ | _alike()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(process.communicate)
    return process


def _alike() -> dict[str, str]:
    """Return the environment that finds the same modules and computes with as many threads: others round otherwise."""
    found = {"PYTHONPATH": module_path()}  # to find this module
    if torch := sys.modules.get("torch"):
        found["OMP_NUM_THREADS"] = str(torch.get_num_threads())
    return found


class _DoomedRun(LocalRun):
    """A run whose process dies at the first report after a checkpoint was saved."""

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        if self.saved:
            (self.scratch / SAVED).write_text(str(self.saved[0].folder.absolute()))
            os.kill(os.getpid(), signal.SIGKILL)
        super().report(done, total, message, **metrics)


def main() -> None:
    """Do the orders on standard input; what generators print does not mix with the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        answers.write(json.dumps(_answer(json.loads(line))) + "\n")


def _answer(order: dict[str, Any]) -> dict[str, str]:
    folder = Path(order["scratch"])
    doomed, resumed, said = (folder / name for name in ("killed", "resumed", "said.txt"))
    folder.mkdir(parents=True, exist_ok=True)
    sys.path[:] = order["path"]
    try:
        train = import_module(f"{order['package']}.train").train
        module, name = order["params_class"]
        params = getattr(import_module(module), name).model_validate(order["params"])
        data = TrainingData.open(Path(order["data"]))
    except Exception:  # noqa: BLE001  the one who ordered is told
        return {"error": traceback.format_exc()}

    def go_on() -> None:
        saved = read(Path((doomed / SAVED).read_text()))
        end = train(data, params, LocalRun(resumed, seed=order["seed"], resume_from=saved))
        (folder / SAVED).write_text(str(end.folder.absolute()))

    deeds: list[tuple[Callable[[], Any], int]] = [
        (lambda: train(data, params, _DoomedRun(doomed, seed=order["seed"])), -signal.SIGKILL),
        (go_on, 0),
    ]
    for deed, due in deeds:
        copy = os.fork()
        if copy == 0:
            os.environ.update(order["environment"])
            _end_with(deed, said)
        ended = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
        if ended != due:
            early = "it ended before it had saved a checkpoint and reported once more." if due else ""
            return {
                "error": f"{early} {said.read_text() if said.exists() else ''}".strip() or f"code {ended}"
            }
    return {"checkpoint": (folder / SAVED).read_text()}


def _end_with(deed: Callable[[], Any], said: Path) -> Never:
    """End a copied process without the clean-up of the original, which still goes on."""
    try:
        deed()
    except BaseException:  # noqa: BLE001  whatever it was, the original says what it means
        said.write_text(traceback.format_exc())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
