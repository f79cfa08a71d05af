"""Run a command until it ends or the other end of a pipe closes: `leash.py FD COMMAND...`.

Stands in for Linux's parent-death signal on other systems. Signals that ask for an end are passed on.
"""

import os
import selectors
import signal
import subprocess
import sys
from types import FrameType


def main(leash: int, command: list[str]) -> int:
    child = subprocess.Popen(command)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, pass_on)
    waiting = selectors.DefaultSelector()
    waiting.register(leash, selectors.EVENT_READ)
    while child.poll() is None:
        if waiting.select(timeout=0.2):  # nobody writes, so this is the end of the file: the parent died
            os.killpg(0, signal.SIGKILL)
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
