"""The process that opens files from strangers: `python -m brandkiln.datasets.readers.child`, request on standard input.

It limits itself before it looks at the file, knows no database and no key, and dies with its parent. On standard
output it speaks JSON lines: {"progress": [done, total]}, and at the end one of "result", "refused" and "failed".
"""

import ctypes
import json
import os
import resource
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any, TextIO

from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.readers.look import look
from brandkiln.datasets.readers.read import read_files

PR_SET_PDEATHSIG = 1
PROGRESS_SECONDS = 0.25


def main() -> int:
    """Serve the one request; the exit code is 0 also for a refused file."""
    request = json.loads(sys.stdin.readline())
    limits = Limits(**request["limits"])
    _confine(limits, parent=request["parent"])
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes to standard error
    warnings.simplefilter("ignore")  # what Pillow thinks of a stranger's file helps nobody
    _send(channel, _answer(request, limits, channel))
    return 0


def _answer(request: dict[str, Any], limits: Limits, channel: TextIO) -> dict[str, Any]:
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= PROGRESS_SECONDS:
            last = now
            _send(channel, {"progress": [done, total]})

    files = [(Path(path), name) for path, name in request["files"]]
    asked: dict[str, Any] = {
        "kind": request["kind"],
        "folder": Path(request["folder"]),
        "limits": limits,
        "options": request["options"],
    }
    try:
        if request["look"]:
            return {"result": look(*files[0], **asked)}
        return {"result": read_files(files, **asked, progress=progress)}
    except Refused as refusal:
        return {"refused": {"code": refusal.code, "message": refusal.message}}
    except OSError as error:
        return {"failed": str(error)}
    except MemoryError:
        message = "Reading the file takes too much memory; split it."
        return {"refused": {"code": "too_much_memory", "message": message}}


def _confine(limits: Limits, *, parent: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("The parent ended before the reader began.")
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.written_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        cap = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (cap, cap))


def _send(channel: TextIO, message: dict[str, Any]) -> None:
    channel.write(json.dumps(message) + "\n")
    channel.flush()


if __name__ == "__main__":
    raise SystemExit(main())
