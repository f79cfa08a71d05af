"""Bulks: what a row costs beside its work, and how pages behave with 10,000 rows: `make bench NAME=bulk`.

Rows: 1,000 of them on PostgreSQL, claimed and ended as a worker does it but without a process behind, so that only the
studio's own work is timed; with several windows of open jobs, beside all jobs submitted at once. Pages: through the
whole of Django, and in Chromium, which scrolls all rows and says which of its tasks took longer than 50 ms.
"""

import json
import os
import subprocess
import sys
from typing import Any

from bench.record import kept, record
from bench.servers import DUMMY, migrated, studio_servers

PARTS = os.environ.get("BENCH_PARTS", "rows pages").split()
"""What is measured; the parts of two runs make one record."""
GOALS = {"first_view_ms": 1000, "longest_task_ms": 50, "frame_p95_ms": 33.4}


def main() -> None:
    """Measure each part in a process and on a database of its own; print one JSON object last and keep it."""
    if len(sys.argv) > 1:
        return measure_here(sys.argv[1])
    found = {}
    for part in PARTS:
        command = [sys.executable, "-m", "bench.bulk", part]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        found[part] = json.loads(out.splitlines()[-1])
    keep_figures(found)


def keep_figures(found: dict[str, dict[str, Any]]) -> None:
    """Print the figures and keep them, with those of parts that were not measured now as they are kept."""
    before = kept("bulk")
    peers: dict[str, Any] = before.get("peers", {}) | {"goal": GOALS}
    if "rows" in found:
        peers["all_at_once"] = found["rows"].pop("all_at_once")
    ours = before.get("ours", {}) | found
    browser = ours.get("pages", {}).get("browser", {})
    seen = {
        "first_view_ms": browser.get("largest_contentful_paint_ms"),
        "longest_task_ms": browser and max(50, browser["longest_task_ms"]),
        "frame_p95_ms": browser.get("frame_p95_ms"),
    }
    ratios = {f"{name}_goal_beside_ours": round(GOALS[name] / one, 2) for name, one in seen.items() if one}
    record("bulk", ours=ours, peers=peers, ratios=ratios)


def measure_here(part: str) -> None:
    """Start the servers, make the tables, and print the figures of one part."""
    with studio_servers(**DUMMY, BRANDKILN_HOSTS="localhost,127.0.0.1,testserver"):
        migrated()
        try:
            if part == "rows":
                from bench.bulk_rows import measure
            else:
                from bench.bulk_pages import measure
            print(json.dumps(measure()))
        finally:
            from django.db import connections

            connections.close_all()


if __name__ == "__main__":
    main()
