"""A host process seen from the worker: its pipes, its memory and its end."""

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, cast

from pydantic import BaseModel

from generators.messages import MAX_LINE_BYTES, encode

LOG_BYTES = 64 * 2**10
MEMORY_POLL_SECONDS = 0.2
_CHUNK = 64 * 2**10

# What a plugin may see of the worker's environment: nothing that holds a secret of the platform.
_INHERITED = {
    "PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "XDG_CACHE_HOME",
    "VIRTUAL_ENV", "BRANDKILN_CACHE", "BRANDKILN_TEXT_LM", "BRANDKILN_EXTRA_GENERATORS",
    "BRANDKILN_INCEPTION_WEIGHTS", "BRANDKILN_INCEPTION_SHA256",
}  # fmt: skip
_INHERITED_PREFIXES = ("LC_", "CUDA_", "NVIDIA_", "OMP_", "MKL_", "TORCH_", "PYTORCH_", "HF_")


class Child:
    """A running `python -m generators.host` in a process group of its own."""

    def __init__(self, *, python: str, idle_seconds: float, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [
                python,
                "-P",
                "-m",
                "generators.host",
                "--parent",
                str(os.getpid()),
                "--idle",
                str(idle_seconds),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=plugin_environment(python) | dict(environment),
            start_new_session=True,
            bufsize=0,
        )
        self._stdin = cast("IO[bytes]", self.process.stdin)
        self._stdout = cast("IO[bytes]", self.process.stdout)
        self._stderr = cast("IO[bytes]", self.process.stderr)
        self._selector = selectors.DefaultSelector()
        for pipe in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(pipe.fileno(), False)
        self._selector.register(self._stdout, selectors.EVENT_READ)
        self._selector.register(self._stderr, selectors.EVENT_READ)
        self._sending = threading.Lock()
        self._outgoing = b""
        self._incoming = b""
        self._log: deque[bytes] = deque()
        self._log_bytes = 0
        self._measuring = threading.Lock()
        self._measured_at, self._memory_mb = -MEMORY_POLL_SECONDS, 0.0
        self.hung_up = False

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def log(self) -> str:
        """The last 64 KiB of what the child printed."""
        return b"".join([*self._log])[-LOG_BYTES:].decode("utf-8", "replace").replace("\0", "\ufffd")

    def forget_log(self) -> None:
        self._log.clear()
        self._log_bytes = 0

    def send(self, message: BaseModel) -> None:
        """Queue an order; it is written while lines are read, so that a stuck child cannot block the worker."""
        line = encode(message)
        with self._sending:
            if not self._outgoing:
                self._selector.register(self._stdin, selectors.EVENT_WRITE)
            self._outgoing += line

    def lines(self, timeout: float) -> list[bytes]:
        """Return the lines that the child has written, after waiting for at most `timeout` seconds.

        Raises:
            ValueError: If a line is longer than any message.
        """
        found: list[bytes] = []
        for key, _ in self._selector.select(timeout):
            if key.fileobj is self._stdin:
                with self._sending:
                    self._write()
            elif key.fileobj is self._stderr:
                self._keep_log(self._read(self._stderr))
            else:
                found = self._split(self._read(self._stdout))
        return found

    def memory_mb(self) -> float:
        """Return the main memory that the child and the processes it started hold, in MiB.

        It is measured once in `MEMORY_POLL_SECONDS`, however many of the child's jobs ask: that reads a file of every
        process of the machine.
        """
        with self._measuring:
            if (now := time.monotonic()) >= self._measured_at + MEMORY_POLL_SECONDS:
                self._memory_mb = _group_pages(self.process.pid) * os.sysconf("SC_PAGE_SIZE") / 2**20
                self._measured_at = now
            return self._memory_mb

    def stop(self, *, patience: float = 0.0) -> int:
        """Kill the child with its whole group and return its exit code, negative for a signal.

        What it said can still be read.

        Args:
            patience: Seconds in which the child may still end by itself, so that its own exit code is seen.
        """
        if self.process.returncode is None:
            deadline = time.monotonic() + patience
            while self.process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            with suppress(ProcessLookupError):  # the child's guard may have ended the group already
                os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()

    def end(self, *, patience: float = 0.0) -> int:
        """Stop the child, close its pipes and return its exit code; nobody may read from it any more."""
        code = self.stop(patience=patience)
        while chunk := self._read(self._stderr):
            self._keep_log(chunk)
        self._selector.close()
        for pipe in (self._stdin, self._stdout, self._stderr):
            with suppress(BrokenPipeError):
                pipe.close()
        return code

    def _write(self) -> None:
        try:
            self._outgoing = self._outgoing[os.write(self._stdin.fileno(), self._outgoing) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._outgoing = b""  # the end of the child's output tells the same
        if not self._outgoing:
            self._selector.unregister(self._stdin)

    def _read(self, pipe: IO[bytes]) -> bytes:
        """Return what a pipe holds now; nothing at its end, which also stops watching it."""
        if pipe.fileno() not in self._selector.get_map():
            return b""
        try:
            chunk = os.read(pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return b""
        if not chunk:
            self._selector.unregister(pipe)
            self.hung_up = self.hung_up or pipe is self._stdout
        return chunk

    def _split(self, chunk: bytes) -> list[bytes]:
        *lines, self._incoming = (self._incoming + chunk).split(b"\n")
        if len(self._incoming) > MAX_LINE_BYTES:
            raise ValueError(f"A line is longer than {MAX_LINE_BYTES} bytes.")
        return lines

    def _keep_log(self, chunk: bytes) -> None:
        self._log.append(chunk)
        self._log_bytes += len(chunk)
        while self._log_bytes - len(self._log[0]) >= LOG_BYTES:
            self._log_bytes -= len(self._log.popleft())


def plugin_environment(python: str) -> dict[str, str]:
    """Return the part of this process's environment that plugin code may see.

    Threads of OpenMP that wait for each other sleep unless the environment says otherwise: those that spin take the
    cores of the studio's other processes; docs/operations.md has what that costs.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)
    }
    if python == sys.executable and "PYTHONPATH" in os.environ:
        kept["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return {"OMP_WAIT_POLICY": "PASSIVE"} | kept | {"PYTHONUNBUFFERED": "1"}


def _group_pages(group: int) -> int:
    """Return the resident pages of all processes of a group."""
    pages = 0
    for process in os.listdir("/proc"):  # noqa: PTH208  Path takes three times as long
        if not process.isdecimal():
            continue
        try:
            with open(f"/proc/{process}/stat", "rb") as stat:  # noqa: PTH123
                facts = stat.read().rpartition(b")")[2].split()
        except OSError:
            continue  # it ended in between
        if int(facts[2]) == group:
            pages += int(facts[21])
    return pages
