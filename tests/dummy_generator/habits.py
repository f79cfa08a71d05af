"""The bad habits, by name."""

import ctypes
import os
import signal
import subprocess
import sys
import time

from generators.errors import Cancelled, GeneratorError
from generators.run import Run
from tests.dummy_generator.spec import Habit


def indulge(habit: Habit, run: Run) -> None:
    """Do the wrong thing of that name."""
    match habit:
        case "refuse":
            raise GeneratorError("The dummy does not like this. Choose another habit.")
        case "raise":
            raise ZeroDivisionError("the dummy divided by zero")
        case "sys-exit":
            sys.exit(4)
        case "os-exit":
            print("the dummy leaves")
            os._exit(3)
        case "segfault":
            ctypes.string_at(0)
        case "kill-itself":
            os.kill(os.getpid(), signal.SIGKILL)
        case "loop":
            _sleep_for_ever()
        case "ignore-sigterm":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _sleep_for_ever()
        case "ignore-cancel":
            _report_for_ever(run)
        case "crash-on-cancel":
            _crash_on_cancel(run)
        case "flood-stdout":
            _flood()
        case "break-protocol":
            _write_everywhere(b"this is no message\n")
        case "long-message":
            run.stream("x" * 8 * 2**20)
        case "eat-memory":
            _eat_memory()
        case "leave-processes":
            process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            run.log(f"left {process.pid}")
        case "cuda-error":
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        case "hidden-cuda-error":
            try:
                raise RuntimeError("CUDA error: unspecified launch failure")
            except RuntimeError as error:
                raise GeneratorError("The GPU failed. Retry with a smaller batch_size.") from error
        case "bad-text":
            run.stream("nul \0 and a lone surrogate \ud800.")
            run.report(0, 1, "\ud800", loss=float("nan"))
        case "none" | "escape" | "link-out" | "nothing":
            pass


def _sleep_for_ever() -> None:
    while True:
        time.sleep(0.05)


def _report_for_ever(run: Run) -> None:
    while True:
        time.sleep(0.05)
        try:
            run.report(0, 1, "not listening")
        except Cancelled:
            continue


def _crash_on_cancel(run: Run) -> None:
    while True:
        time.sleep(0.02)
        try:
            run.report(0, 1)
        except Cancelled as error:
            raise RuntimeError("the dummy fell over while stopping") from error


def _flood() -> None:
    """Print 64 MiB where the protocol once was, and try to read what the worker says."""
    assert sys.stdin.read() == ""
    line = "{" + "noise " * 170
    for _ in range(64 * 1024):
        print(line)
    os.write(1, b'{"type": "result", "status": "succeeded"}\n')


def _write_everywhere(line: bytes) -> None:
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, line)
        except OSError:
            continue
    time.sleep(30)


def _eat_memory() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(b"x" * 16 * 2**20))
        time.sleep(0.01)
