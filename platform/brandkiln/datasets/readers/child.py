"""The process that opens files from strangers: `python -m brandkiln.datasets.readers.child`, request on standard input.

It limits itself before it looks at the file, knows no database and no key, and dies with its parent. On standard
output it speaks JSON lines: {"progress": [done, total]}, and at the end one of "result", "refused" and "failed".
"""

import json
import os
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from brandkiln.datasets.readers.confine import confine
from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.readers.look import look
from brandkiln.datasets.readers.read import read_files

PROGRESS_SECONDS = 0.25


def main() -> int:
    """Serve the one request; the exit code is 0 also for a refused file."""
    request = json.loads(sys.stdin.readline())
    limits = Limits(**request["limits"])
    limits = replace(limits, decoders=limits.decoders or len(os.sched_getaffinity(0)))
    sys.modules["numpy"] = None  # type: ignore[assignment]  # what would use it falls back on plain Python
    confine(limits, parent=request["parent"])
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


def _send(channel: TextIO, message: dict[str, Any]) -> None:
    channel.write(json.dumps(message) + "\n")
    channel.flush()


if __name__ == "__main__":
    raise SystemExit(main())
