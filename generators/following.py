"""A process that helps another one to train: it computes its part of each step and says nothing to anybody else.

Started as `python -m generators.following` by `generators.several`, with an order as JSON on standard input.
"""

import json
import signal
import sys
from pathlib import Path
from typing import Any

from generators import registry, several
from generators.allocation import keep_freed_memory
from generators.execution import execute, read_inputs, read_params
from generators.host import die_with
from generators.run import LocalRun


class Following(LocalRun):
    """A run that nobody listens to."""

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        """Say nothing: the first process reports, and ends this one where it is cancelled."""


def main() -> None:
    """Take part in the training of the order on standard input until the first process ends this one."""
    order: dict[str, Any] = json.load(sys.stdin)
    die_with(order["parent"], signal.SIGKILL)
    keep_freed_memory()
    several.current = several.Group(order["number"], order["size"], Path(order["folder"]))
    spec = registry.get(order["generator"])
    params = read_params(spec, "train", order["params"])
    checkpoint, data = read_inputs(order["resume_from"], order["data"])
    scratch = several.current.folder / f"scratch-{order['number']}"
    run = Following(scratch, device=order["device"], seed=order["seed"], resume_from=checkpoint)
    execute(spec, "train", params, run, checkpoint=None, data=data, on_sample=print, builds_guard=False)


if __name__ == "__main__":
    main()
