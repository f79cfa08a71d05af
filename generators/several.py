"""One training on several processes: which they are, how the others are started, and how all of them end. Torch-free.

The job's own process is the first: it alone reports, saves and answers a cancel. The others are spawned, never forked,
and follow it step by step (`generators.training.processes`); they die with it, and it ends them with the training.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from generators.data import TrainingData
from generators.params import Params
from generators.run import Run
from generators.spec import Spec

VARIABLE = "BRANDKILN_TRAIN_PROCESSES"
SMALLEST_SHARE = 2
"""Pictures of a batch that a process has to get, or it is not worth starting."""
LOOK_SECONDS = 1.0
HANGING_SECONDS = 20.0
"""How long the first process may take to notice that another one has ended, before it is ended too."""


class ProcessLost(Exception):
    """A process of the training ended before the training did."""


@dataclass
class Group:
    """The processes of a training, as one of them sees it.

    Attributes:
        number: Which one this is; 0 is the job's own.
        size: How many there are.
        folder: Where they meet.
    """

    number: int
    size: int
    folder: Path
    others: list[subprocess.Popen[str]] = field(default_factory=list)
    ending: bool = False

    def lost(self, patience: float = 0.0) -> int | None:
        """Return the exit code of a process that has ended although the training has not, or None.

        Args:
            patience: Seconds to wait for it.
        """
        until = time.monotonic() + patience
        while not self.ending:
            codes = [code for other in self.others if (code := other.poll()) is not None]
            if codes or time.monotonic() >= until:
                return codes[0] if codes else None
            time.sleep(0.05)
        return None

    def end(self) -> None:
        """End the others and wait until they are gone."""
        self.ending = True
        for other in self.others:
            other.kill()
        for other in self.others:
            other.wait()


current: Group | None = None
"""The processes of the training that this one is part of; None where it trains alone."""


def fitting(spec: Spec, params: Params, device: str) -> int:
    """Return how many processes a training gets: no more than were asked for, have a GPU, and share a batch evenly."""
    wanted = int(os.environ.get(VARIABLE) or 1)
    if device.startswith("cuda") and "CUDA_VISIBLE_DEVICES" in os.environ:
        wanted = min(wanted, len([name for name in os.environ["CUDA_VISIBLE_DEVICES"].split(",") if name]))
    batch = getattr(params, "batch_size", 0) if spec.parallel else 0
    even = (n for n in range(wanted, 1, -1) if batch % n == 0 and batch // n >= SMALLEST_SHARE)
    return next(even, 1)


@contextmanager
def several(spec: Spec, params: Params, data: TrainingData, run: Run) -> Iterator[None]:
    """Start the other processes of a training, where it gets more than one, and end them behind it."""
    global current
    size = fitting(spec, params, run.device)
    if size == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="training-") as folder:
        current = group = Group(0, size, Path(folder))
        watch = threading.Thread(target=_end_where_one_is_lost, args=(group,), daemon=True)
        try:
            for number in range(1, size):
                group.others.append(_start(group, number, spec, params, data, run))
            watch.start()
            run.log(f"Training on {size} processes with {device_names(run.device, size)}.")
            yield
        finally:
            group.end()
            current = None


def device_of(device: str, number: int) -> str:
    """Return the device of a process: the next GPU for each, or the processor for all."""
    return f"cuda:{number}" if device.startswith("cuda") else device


def device_names(device: str, size: int) -> str:
    """Return the devices of all processes, for the log."""
    return ", ".join(dict.fromkeys(device_of(device, number) for number in range(size)))


def threads_each(size: int) -> int:
    """Return how many threads each process computes with, so that all of them have the processor once."""
    known = os.environ.get("OMP_NUM_THREADS", "")
    cores = int(known) * size if known.isdecimal() else len(os.sched_getaffinity(0))
    return max(1, cores // size)


def module_path() -> str:
    """Return PYTHONPATH for a process that is to find the modules of this one."""
    return os.pathsep.join(path or str(Path.cwd()) for path in sys.path)


def _start(
    group: Group, number: int, spec: Spec, params: Params, data: TrainingData, run: Run
) -> subprocess.Popen[str]:
    order = {
        "generator": spec.name,
        "params": params.model_dump(mode="json"),
        "data": str(data.folder.absolute()),
        "seed": run.seed,
        "device": device_of(run.device, number),
        "resume_from": None if run.resume_from is None else str(run.resume_from.folder.absolute()),
        "number": number,
        "size": group.size,
        "folder": str(group.folder),
        "parent": os.getpid(),
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "generators.following"],
        stdin=subprocess.PIPE,
        stdout=2,  # its log is that of the job
        text=True,
        env=os.environ
        | {
            "PYTHONPATH": module_path(),
            "OMP_NUM_THREADS": str(threads_each(group.size)),
        },
    )
    assert process.stdin
    with process.stdin as orders:
        json.dump(order, orders)
    return process


def _end_where_one_is_lost(group: Group) -> None:
    """End this process where another one is gone and nothing here has noticed: it waits for an answer for ever.

    So the worker sees a training that was killed, and lets it go on from where it was saved.
    """
    while not group.ending:
        time.sleep(LOOK_SECONDS)
        if group.lost() is None:
            continue
        time.sleep(HANGING_SECONDS)
        if not group.ending:
            print("A process of this training was lost, and the first one waits for it.", file=sys.stderr)
            os.kill(os.getpid(), signal.SIGKILL)
