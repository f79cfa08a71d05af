"""Sides of `bench.images` that work in a process of their own, as trainings do: memory of one is no help to another.

python -m bench.images_apart NAME    # works once for each line on standard input
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from bench import images_sides as sides
from bench.images_sides import Side
from generators.allocation import keep_freed_memory


class Apart:
    """A side in its own process. Each call lets it work for a while and returns the pictures that it was about.

    Attributes:
        seconds: Processor seconds of the last call.
        peak_mb: The most memory that the process has taken so far.
    """

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "bench.images_apart", name]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.seconds, self.peak_mb = 0.0, 0.0

    def __call__(self) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        pictures, seconds, peak = self._process.stdout.readline().split()
        self.seconds, self.peak_mb = float(seconds), float(peak)
        return int(pictures)

    def end(self) -> None:
        """Let the process end."""
        self._process.communicate()


def work(name: str, folder: str) -> Side:
    """Return what a side does, which is named gan-ours, gan-tutorial or vae-WHO-NETWORK."""
    if name == "gan-tutorial":
        return sides.tutorial_gan()
    if name == "gan-ours":
        return sides.our_gan("dcgan")
    from bench.images_vae_peer import side

    _, who, kind = name.split("-")
    return side(who, kind, folder)


def main() -> None:
    """Work whenever the other end asks, and answer with pictures, processor seconds and the most memory in MB."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # peers print
    torch.set_num_threads(1)
    name = sys.argv[1]
    if "-ours" in name:  # as the host process of generators does before any job
        keep_freed_memory()
    with tempfile.TemporaryDirectory() as folder:
        side = work(name, folder)
        for _ in sys.stdin:
            start = time.process_time()
            pictures = side()
            spent = time.process_time() - start
            status = Path("/proc/self/status").read_text()  # ru_maxrss would begin at what the parent had
            peak = round(int(status.split("VmHWM:")[1].split()[0]) / 1024)
            print(pictures, spent, peak, file=answers, flush=True)


if __name__ == "__main__":
    main()
