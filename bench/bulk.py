"""Bulks: what a row costs beside its work, and how pages behave with 10,000 rows: `make bench NAME=bulk`.

Rows: 1,000 of them on PostgreSQL, claimed and ended as a worker does it but without a process behind, so that only the
studio's own work is timed; with several windows of open jobs, beside all jobs submitted at once. Pages: through the
whole of Django, and in Chromium, which scrolls all rows and says which of its tasks took longer than 50 ms.
"""

import json
import subprocess
import sys

from bench.record import record
from bench.servers import DUMMY, migrated, studio_servers

PARTS = ("rows", "pages")


def main() -> None:
    """Measure each part in a process and on a database of its own; print one JSON object last and keep it."""
    if len(sys.argv) > 1:
        return measure_here(sys.argv[1])
    found = {}
    for part in PARTS:
        command = [sys.executable, "-m", "bench.bulk", part]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        found[part] = json.loads(out.splitlines()[-1])
    rows, browser = found["rows"], found["pages"]["browser"]
    record(
        "bulk",
        ours=found,
        peers={
            "all_at_once": rows.pop("all_at_once"),
            "goal": {"first_view_ms": 1000, "longest_task_ms": 50, "frame_p95_ms": 33.4},
        },
        ratios={
            "first_view_beside_goal": round(1000 / browser["largest_contentful_paint_ms"], 2),
            "longest_task_beside_goal": round(50 / max(50, browser["longest_task_ms"]), 2),
            "frame_p95_beside_goal": round(33.4 / browser["frame_p95_ms"], 2),
        },
    )


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
