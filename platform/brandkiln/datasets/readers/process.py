"""The parent's side of reading: starts the child, listens to it, and ends it whatever happens."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import IO, Any

import brandkiln
from brandkiln.datasets.readers.limits import Limits, ReaderFailed, Refused

MODULE = "brandkiln.datasets.readers.child"
TICK_SECONDS = 1.0
DECODERS_END_SECONDS = 5.0
LOOK_SECONDS = 60.0
"""A person waits for a look."""
LINE_BYTES = 16 * 2**20
"""The longest message: a result with its listed faults and columns."""


def read_in_child(
    files: Sequence[tuple[Path, str]],
    *,
    kind: str,
    folder: Path,
    limits: Limits,
    options: Mapping[str, Any],
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """Read files in a process of its own and return what was seen; `progress` is called at least each second.

    Args:
        files: Where each lies, and its name with the folders it came in.
        options: How to read them, where somebody said so; see readers/options.py.

    Raises:
        Refused: If they are refused, or the reader crashed, hung or ran out of its limits.
        ReaderFailed: If the machine is at fault, not the file.
    """
    request = _request(files, kind=kind, folder=folder, limits=limits, options=options, look=False)
    return _ask(request, limits, progress)


def look_in_child(
    path: Path, name: str, *, kind: str, options: Mapping[str, Any], limits: Limits | None = None
) -> dict[str, Any]:
    """Look at the head of a file in a process of its own and return how it would be read; see readers/look.py.

    Raises:
        Refused: If it can't be read so.
        ReaderFailed: If the machine is at fault, not the file.
    """
    limits = limits or Limits(wall_seconds=LOOK_SECONDS)
    with tempfile.TemporaryDirectory(prefix="look-") as folder:
        request = _request(
            [(path, name)], kind=kind, folder=Path(folder), limits=limits, options=options, look=True
        )
        return _ask(request, limits, lambda done, total: None)


def _request(
    files: Sequence[tuple[Path, str]],
    *,
    kind: str,
    folder: Path,
    limits: Limits,
    options: Mapping[str, Any],
    look: bool,
) -> dict[str, Any]:
    return {
        "files": [(str(path), name) for path, name in files],
        "kind": kind,
        "folder": str(folder),
        "limits": asdict(limits),
        "options": dict(options),
        "look": look,
        "parent": os.getpid(),
    }


def _ask(request: dict[str, Any], limits: Limits, progress: Callable[[int, int], None]) -> dict[str, Any]:
    done = total = 0
    with tempfile.TemporaryFile() as errors, _child(errors) as child:
        assert child.stdin is not None
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.close()
        for message in _messages(child, limits.wall_seconds):
            if "result" in message:
                result: dict[str, Any] = message["result"]
                return result
            if "refused" in message:
                raise Refused(str(message["refused"]["code"]), str(message["refused"]["message"]))
            if "failed" in message:
                raise ReaderFailed(str(message["failed"]))
            done, total = message.get("progress", (done, total))
            progress(done, total)
        raise _crash(child.wait(), done, errors)


@contextmanager
def _child(errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    # An environment of its own: no database address, no key.
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(brandkiln.__file__ or "").parents[1]),
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
    }
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        _wait_for_decoders(child)
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()


def _wait_for_decoders(child: subprocess.Popen[bytes]) -> None:
    """Wait until the processes that the child forked are gone too, so that nobody writes into its folder any more.

    The kernel ends them with the child. They hold the other end of its standard output, which ends with the last.
    """
    assert child.stdout is not None
    deadline = time.monotonic() + DECODERS_END_SECONDS
    with DefaultSelector() as selector:
        selector.register(child.stdout, EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            if not os.read(child.stdout.fileno(), 65536):
                return


def _messages(child: subprocess.Popen[bytes], wall_seconds: float) -> Iterator[dict[str, Any]]:
    """Yield what the child says, and an empty message each second in which it says nothing."""
    assert child.stdout is not None
    deadline = time.monotonic() + wall_seconds
    held = b""
    with DefaultSelector() as selector:
        selector.register(child.stdout, EVENT_READ)
        while True:
            if time.monotonic() > deadline:
                raise Refused("too_slow", f"Reading took more than {wall_seconds:.0f} s; split the file.")
            if not selector.select(TICK_SECONDS):
                yield {}
                continue
            piece = os.read(child.stdout.fileno(), 65536)
            if not piece:
                return
            held += piece
            if len(held) > LINE_BYTES:
                raise Refused("reader_crashed", "The reader said more than it may about this file.")
            *whole, held = held.split(b"\n")
            yield from (json.loads(line) for line in whole)


def _crash(code: int, done: int, errors: IO[bytes]) -> Refused:
    errors.seek(0)
    last = errors.read(65536).decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
    return Refused(
        "reader_crashed",
        f"The reader ended unexpectedly (code {code}) after {done:,} records, so nothing was taken. "
        f"The file may be damaged behind that place. {last[0][:200]}".strip(),
    )
