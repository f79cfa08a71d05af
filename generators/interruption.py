"""A training that is killed after its first saved checkpoint, and goes on in a process that has trained nothing.

`python -m generators.interruption` reads the order as JSON and writes the folder of the last checkpoint as its last
line. It imports the generator once and is copied (fork) before anything is computed; the copy is the one that dies.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Never

from generators.checkpoint import Checkpoint, read
from generators.data import TrainingData
from generators.params import Params
from generators.run import LocalRun
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
    }
    done = subprocess.run(
        [sys.executable, "-m", "generators.interruption"],
        input=json.dumps(order),
        env=os.environ | _alike(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Interrupted(done.stderr or done.stdout)
    return read(Path(done.stdout.splitlines()[-1]))


def _alike() -> dict[str, str]:
    """Return the environment that finds the same modules and computes with as many threads: others round otherwise."""
    found = {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
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
    """Do the order on standard input."""
    order: dict[str, Any] = json.load(sys.stdin)
    train = import_module(f"{order['package']}.train").train
    module, name = order["params_class"]
    params = getattr(import_module(module), name).model_validate(order["params"])
    data = TrainingData.open(Path(order["data"]))
    doomed, resumed = (Path(order["scratch"]) / name for name in ("killed", "resumed"))
    copy = os.fork()
    if copy == 0:
        _end_with(lambda: train(data, params, _DoomedRun(doomed, seed=order["seed"])))
    _, status = os.waitpid(copy, 0)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        sys.exit("it ended before it had saved a checkpoint and reported once more.")
    saved = read(Path((doomed / SAVED).read_text()))
    print(train(data, params, LocalRun(resumed, seed=order["seed"], resume_from=saved)).folder.absolute())


def _end_with(training: Callable[[], Any]) -> Never:
    """End the copied process without the clean-up of the original, which still goes on."""
    try:
        training()
    except BaseException:  # noqa: BLE001  whatever it was, the original says what it means
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    main()
