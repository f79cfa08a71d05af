"""What every benchmark prints as its last line and keeps in bench/results: the same five keys, then more."""

import json
import os
import platform
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def machine(**more: Any) -> dict[str, Any]:
    """Return what the figures hang on."""
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **more,
    }


def record(
    bench: str,
    *,
    ours: Any,
    peers: dict[str, Any],
    ratios: dict[str, Any],
    about: dict[str, Any] | None = None,
    keep: bool = True,
    **more: Any,
) -> dict[str, Any]:
    """Print the figures as one JSON object and keep them; return them.

    Args:
        about: What is said of the machine beside what is said of every machine.
        keep: Whether they are kept; a short trial run is not.
    """
    found = {
        "bench": bench,
        "machine": machine(**(about or {})),
        "ours": ours,
        "peers": peers,
        "ratios": ratios,
        **more,
    }
    if keep:
        (RESULTS / f"{bench}.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(found, ensure_ascii=False))
    return found


def kept(bench: str) -> dict[str, Any]:
    """Return what was kept last, or nothing."""
    path = RESULTS / f"{bench}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found
