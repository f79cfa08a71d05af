"""How long the statistics of reports take beside statsmodels, imports included, and how far their values are apart.

Run it as `make bench NAME=report_statistics`. Both take the same six seeded monthly series of 120 values in a fresh
process: a robust STL decomposition with a season of 12.
statsmodels is installed into an environment made for it.
"""

import json
import math
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "report_statistics.json"
PEER = Path(__file__).parent / "report_statistics_peer.py"
SERIES, LENGTH, PERIOD = 6, 120, 12
INSTALL_SECONDS = 170
RUNS = 3


def main() -> None:
    """Print one JSON object as the last line and keep it beside this file."""
    if len(sys.argv) > 1:
        print(json.dumps(measured(json.loads(Path(sys.argv[1]).read_text()))))
        return
    with tempfile.TemporaryDirectory(prefix="bench-statistics-") as home:
        result = beside(Path(home))
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


def beside(home: Path) -> dict[str, Any]:
    """Return the figures of both sides."""
    given = home / "series.json"
    given.write_text(json.dumps(series()))
    ours = fastest([sys.executable, "-m", "bench.report_statistics", str(given)])
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    python = home / "peer" / "bin" / "python"
    subprocess.run([uv, "venv", "-q", "-p", sys.executable, str(home / "peer")], check=True, timeout=60)
    install = [uv, "pip", "install", "-q", "-p", str(python), "statsmodels"]
    subprocess.run(install, check=True, timeout=INSTALL_SECONDS)
    peer = fastest([str(python), str(PEER), str(given)])
    apart = max(
        abs(a - b)
        for one, other in zip(ours.pop("trends"), peer.pop("trends"), strict=True)
        for a, b in zip(one, other, strict=True)
    )
    return {
        "bench": "report_statistics",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
        },
        "ours": ours | {"largest_difference_of_trends": apart},
        "peers": {"statsmodels": peer},
        "ratios": {
            name: round(peer[name] / ours[name], 2)
            for name in ("seconds", "import_seconds", "stl_seconds", "peak_mb")
        },
    }


def series() -> list[list[float]]:
    """Return seeded courses with a trend, a season and noise."""
    draw = random.Random(1)
    return [
        [100 + place * draw.uniform(0.1, 0.6) + 20 * math.sin(2 * math.pi * place / PERIOD + shift) + draw.gauss(0, 4)
         for place in range(LENGTH)]
        for shift in range(SERIES)
    ]  # fmt: skip


def measured(given: list[list[float]]) -> dict[str, Any]:
    """Return the seconds of importing and of decomposing, the most memory, and the trends."""
    begin = time.perf_counter()
    import polars as pl

    from generators.builtin.report.analyses.seasonality import decompose

    imported = time.perf_counter()
    parts = [decompose(pl.Series(values), PERIOD) for values in given]
    done = time.perf_counter()
    return {
        "import_seconds": round(imported - begin, 3),
        "stl_seconds": round(done - imported, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "trends": [part.trend for part in parts if part],
    }


def fastest(command: list[str]) -> dict[str, Any]:
    """Return what the fastest of a few fresh processes tells, with its seconds as a whole."""
    found = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        told = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
        found.append({"seconds": round(time.perf_counter() - begin, 3), **json.loads(told.splitlines()[-1])})
    best: dict[str, Any] = min(found, key=lambda one: one["seconds"])
    return best


if __name__ == "__main__":
    main()
