"""How long a report takes on 10,000 rows, phase by phase, beside two other ways to the same PDF, in the same run.

Run it as `make bench NAME=reports`. ROWS=1000000 makes the table larger; the record is kept for 10,000 rows only.
Beside it a long report in all five formats is made of 10,000 and of 1,000,000 rows, with the seconds of each phase and
the most memory.

Peers: reportlab with matplotlib, reading the same rows and drawing the same six charts, key figures and ranking (no
narrative, no tags, no web page), in a virtual environment made for it; and Chromium, which prints our own web page to a
PDF. A peer that is not at hand is left out. A whole run of ours or of reportlab is a fresh process with its imports.
"""

import json
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "reports.json"
PEER = Path(__file__).parent / "reports_peer.py"
RECORDED_ROWS = 10_000
MANY_ROWS = 1_000_000
LONG = "campaign-performance"
"""A ready template, for the report in all formats."""
DAYS = 900
INSTALL_SECONDS = 90
WHOLE_RUNS = 3
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer",
)  # fmt: skip


def main() -> None:
    """Print one JSON object as the last line and keep it beside this file."""
    if len(sys.argv) > 3:
        print(json.dumps(make_long(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
        return
    if len(sys.argv) > 1:
        make_once(Path(sys.argv[1]), Path(sys.argv[2]))
        return
    rows = int(os.environ.get("ROWS") or RECORDED_ROWS)
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="bench-reports-") as home:
        result = measure(Path(home), rows)
    if rows == RECORDED_ROWS:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


def measure(home: Path, rows: int) -> dict[str, Any]:
    """Return the seconds of each side."""
    data = write_table(home / "data", rows)
    whole = fastest([sys.executable, "-m", "bench.reports", str(data), str(home)])
    phases = phases_of(data, home)
    peers = {"reportlab_matplotlib": reportlab(data, home), "chromium_print": chromium(home)}
    ratios = {}
    if peers["reportlab_matplotlib"]:
        ratios["whole_run"] = round(
            peers["reportlab_matplotlib"]["whole_run"]["seconds"] / whole["seconds"], 2
        )
    if peers["chromium_print"]:
        ratios["pages"] = round(peers["chromium_print"]["seconds"] / phases["pdf"], 2)
    return {
        "bench": "reports",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
        },
        "ours": {
            "rows": rows,
            "whole_run": whole,
            "warm_phases_seconds": phases,
            "long": long_reports(home, data),
        },
        "peers": peers,
        "ratios": ratios,
    }


def write_table(folder: Path, rows: int) -> Path:
    """Write a seeded campaign table as a dataset version and return its folder."""
    folder.mkdir()
    draw = random.Random(1)
    first = date(2024, 1, 1)
    with (folder / "records.jsonl").open("w", encoding="utf-8") as lines:
        for place in range(rows):
            clicks = draw.randint(10, 900)
            fields = {
                "date": (first + timedelta(days=place * DAYS // rows)).isoformat(),
                "channel": draw.choice(("Search", "Social", "Email", "Display", "Affiliate")),
                "campaign": f"Campaign {draw.randint(1, 40)}",
                "region": draw.choice(("North", "Central", "South")),
                "impressions": clicks * draw.randint(20, 60),
                "clicks": clicks,
                "conversions": clicks // draw.randint(10, 40),
                "spend": round(clicks * draw.uniform(0.2, 0.9), 2),
                "revenue": round(clicks * draw.uniform(0.5, 4), 2),
            }
            line = {
                "id": str(place),
                "split": "train",
                "path": None,
                "text": None,
                "label": None,
                "fields": fields,
            }
            lines.write(json.dumps(line) + "\n")
    header = {"format": 1, "kind": "table", "name": "Bench", "sha256": "0" * 64, "labels": [], "columns": []}
    (folder / "dataset.json").write_text(json.dumps(header), encoding="utf-8")
    return folder


def make_once(data: Path, home: Path) -> None:
    """Make the PDF and the page as a job does."""
    from generators.builtin.report.report import report
    from generators.builtin.report.spec import ReportParams
    from generators.data import TrainingData
    from generators.run import LocalRun

    list(report(TrainingData.open(data), ReportParams(), LocalRun(home)))


def long_reports(home: Path, data: Path) -> list[dict[str, Any]]:
    """Return the figures of a long report in all formats, each in a fresh process, on few rows and on a million."""
    made = []
    for rows, folder in ((RECORDED_ROWS, data), (MANY_ROWS, write_table(home / "many", MANY_ROWS))):
        command = [sys.executable, "-m", "bench.reports", str(folder), str(home), LONG]
        told = subprocess.run(command, check=True, capture_output=True, timeout=600).stdout
        made.append({"rows": rows, **json.loads(told.splitlines()[-1])})
    return made


def make_long(data: Path, home: Path, template: str) -> dict[str, Any]:
    """Make a report of a template and return its size, the seconds of each phase and the most memory it took."""
    from pypdf import PdfReader

    from generators.builtin.report.report import report
    from generators.builtin.report.spec import ReportParams
    from generators.builtin.report.template import ready_template
    from generators.data import TrainingData
    from generators.run import LocalRun

    begin = time.perf_counter()
    seen: list[tuple[str, float]] = []
    run = LocalRun(home, on_report=lambda told: seen.append((told.message, time.perf_counter() - begin)))
    params = ReportParams(template=ready_template(template), formats=("pdf", "html", "docx", "pptx", "xlsx"))
    list(report(TrainingData.open(data), params, run))
    starts: dict[str, float] = {}
    for message, at in seen:
        starts.setdefault(message, at)
    ends = [*list(starts.values())[1:], time.perf_counter() - begin]
    phases = {name: round(end - at, 2) for (name, at), end in zip(starts.items(), ends, strict=True)}
    return {
        "pages": len(PdfReader(home / "report.pdf").pages),
        "figures": (home / "report.html").read_text().count("<figure>"),
        "seconds": round(ends[-1], 2),
        "phases_seconds": phases,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def phases_of(folder: Path, home: Path) -> dict[str, float]:
    """Return the seconds of each phase in a process that has made a report before."""
    from generators.builtin.report.colours import dark, light
    from generators.builtin.report.document import compose
    from generators.builtin.report.page import page
    from generators.builtin.report.paper import pdf
    from generators.builtin.report.roles import infer_roles
    from generators.builtin.report.spec import ReportParams
    from generators.builtin.report.subject import subject_of
    from generators.builtin.report.table import read_table
    from generators.data import TrainingData

    make_once(folder, home)
    seconds: dict[str, float] = {}
    data, params = TrainingData.open(folder), ReportParams()
    with timed(seconds, "read"):
        columns = read_table(data, lambda rows: None)
    with timed(seconds, "analyse"):
        subject = subject_of(columns, infer_roles(columns, params), params)
    with timed(seconds, "narrate"):
        document = compose(subject, data, params)
    with timed(seconds, "pdf"):
        pdf(document, light(params.accent))
    with timed(seconds, "html"):
        page(document, light(params.accent), dark(params.accent))
    return seconds | {"sum": round(sum(seconds.values()), 3)}


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Note how long the body took."""
    begin = time.perf_counter()
    yield
    seconds[name] = round(time.perf_counter() - begin, 3)


def fastest(command: list[str]) -> dict[str, float]:
    """Return the figures of the fastest of a few fresh processes; the machine may be busy."""
    return min((whole_run(command) for _ in range(WHOLE_RUNS)), key=lambda run: run["seconds"])


def whole_run(command: list[str]) -> dict[str, float]:
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": round(time.perf_counter() - begin, 3),
        "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3),
    }


def reportlab(data: Path, home: Path) -> dict[str, Any] | None:
    """Return the figures of the peer in an environment of its own; None where that cannot be made in time."""
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    environment = home / "peer"
    install = [uv, "pip", "install", "-q", "-p", str(environment), "matplotlib", "reportlab"]
    try:
        subprocess.run(
            [uv, "venv", "-q", "-p", sys.executable, str(environment)], check=True, timeout=INSTALL_SECONDS
        )
        subprocess.run(install, check=True, timeout=INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"reportlab and matplotlib could not be installed: {error}", file=sys.stderr)
        return None
    output = home / "peer.pdf"
    run = fastest([str(environment / "bin" / "python"), str(PEER), str(data / "records.jsonl"), str(output)])
    return {"whole_run": run, "pdf_kb": round(output.stat().st_size / 1024)}


def chromium(home: Path) -> dict[str, Any] | None:
    """Return how long Chromium takes to print our page to a PDF; None where there is no Chromium."""
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        return None
    output, profile = home / "printed.pdf", home / "profile"
    page = (home / "report.html").as_uri()
    command = [browser, *CHROMIUM_FLAGS, f"--user-data-dir={profile}", f"--print-to-pdf={output}", page]
    return fastest(command) | {"pdf_kb": round(output.stat().st_size / 1024)}


if __name__ == "__main__":
    main()
