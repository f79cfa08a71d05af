"""How long a long report takes, from a table to a PDF and to all five formats, beside other ways to the same pages.

Run it as `make bench NAME=reports`. The report has 12 pages and 16 charts (reports_template.json). In all five formats
it is made of 10,000, 100,000 and 1,000,000 rows (ROWS=1000 makes it of that many only, for a trial), with the
seconds of each phase and the most memory; nothing but the language model is left out.

Peers, on the 10,000 rows, in an environment made for them, each run a fresh process with its imports:
reportlab with matplotlib, which reads the rows, adds them up and sets the same texts, charts and tables as a PDF;
nbconvert, which executes a notebook that does so with matplotlib and writes a web page; and Chromium, which prints our
web page, beside our setting the kept document as a PDF. A peer that is not at hand is left out.
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
from datetime import date, timedelta
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "reports.json"
PEER = Path(__file__).parent / "reports_peer.py"
TEMPLATE = Path(__file__).parent / "reports_template.json"
SIZES = (10_000, 100_000, 1_000_000)
DAYS = 900
INSTALL_SECONDS = 90
WHOLE_RUNS = 3
FORMATS = ("pdf", "html", "docx", "pptx", "xlsx")
COLUMNS = (
    "date",
    "channel",
    "campaign",
    "region",
    "impressions",
    "clicks",
    "conversions",
    "spend",
    "revenue",
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer",
)  # fmt: skip


def main() -> None:
    """Print one JSON object as the last line and keep it beside this file."""
    if len(sys.argv) > 1:
        print(
            json.dumps(
                make(Path(sys.argv[1]), Path(sys.argv[2]), tuple(sys.argv[3].split(",")), sys.argv[4:])
            )
        )
        return
    sizes = (int(os.environ["ROWS"]),) if os.environ.get("ROWS") else SIZES
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="bench-reports-") as home:
        result = measure(Path(home), sizes)
    if sizes == SIZES:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


def measure(home: Path, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Return the seconds of each side."""
    tables = {rows: write_table(home / f"rows-{rows}", rows) for rows in sizes}
    data = tables[sizes[0]]
    ours: dict[str, Any] = {
        "long": [{"rows": rows, **told(home, folder, rows)} for rows, folder in tables.items()],
        "whole_run": fastest(command(home, data, "pdf")),
        "web_page": fastest(command(home, data, "html")),
    }
    command_again = [*command(home, data, "pdf"), "again"]
    ours["set_again"] = fastest(command_again)
    peers: dict[str, Any] = {**installed(home, data), "chromium_print": chromium(home)}
    ratios = {
        f"{of}_beside_{peer}": round(peers[peer]["seconds"] / ours[of]["seconds"], 2)
        for of, peer in (
            ("whole_run", "reportlab_matplotlib"),
            ("web_page", "nbconvert_matplotlib"),
            ("set_again", "chromium_print"),
        )
        if peers.get(peer)
    }
    return {
        "bench": "reports",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
        },
        "ours": ours,
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
            values = (
                (first + timedelta(days=place * DAYS // rows)).isoformat(),
                draw.choice(("Search", "Social", "Email", "Display", "Affiliate")),
                f"Campaign {draw.randint(1, 40)}",
                draw.choice(("North", "Central", "South")),
                clicks * draw.randint(20, 60),
                clicks,
                clicks // draw.randint(10, 40),
                round(clicks * draw.uniform(0.2, 0.9), 2),
                round(clicks * draw.uniform(0.5, 4), 2),
            )
            line = {
                "id": str(place),
                "split": "train",
                "path": None,
                "text": None,
                "label": None,
                "fields": dict(zip(COLUMNS, values, strict=True)),
            }
            lines.write(json.dumps(line) + "\n")
    columns = [{"name": name, "type": "text"} for name in COLUMNS]
    header = {
        "format": 1,
        "kind": "table",
        "name": "Bench",
        "sha256": "0" * 64,
        "labels": [],
        "columns": columns,
    }
    (folder / "dataset.json").write_text(json.dumps(header), encoding="utf-8")
    return folder


def make(data: Path, home: Path, formats: tuple[str, ...], earlier: list[str]) -> dict[str, Any]:
    """Make the report as a job does and return its size, the seconds of each phase and the most memory it took."""
    begin = time.perf_counter()
    from generators.builtin.report.report import report
    from generators.builtin.report.spec import ReportParams
    from generators.builtin.report.template import ReportTemplate
    from generators.data import TrainingData
    from generators.run import LocalRun

    seen: list[tuple[str, float]] = [("Importing", begin)]
    run = LocalRun(home, on_report=lambda told: seen.append((told.message, time.perf_counter())))
    kept = "kept" if earlier else ""
    if kept:
        run.pictures = {kept: home / "report.json"}
    template = ReportTemplate.model_validate_json(TEMPLATE.read_text("utf-8"))
    params = ReportParams.model_validate({"template": template, "formats": formats, "earlier": kept})
    list(report(TrainingData.open(data), params, run))
    starts: dict[str, float] = {}
    for message, at in seen:
        starts.setdefault(message, at)
    end = time.perf_counter()
    ends = [*list(starts.values())[1:], end]
    phases = {name: round(stop - at, 2) for (name, at), stop in zip(starts.items(), ends, strict=True)}
    return {
        "seconds": round(end - begin, 2),
        "phases_seconds": phases,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def told(home: Path, data: Path, rows: int) -> dict[str, Any]:
    """Return what a fresh process tells of a report in all formats; of a small one, the fastest of a few."""
    from pypdf import PdfReader

    found = []
    for _ in range(WHOLE_RUNS if rows < SIZES[-1] else 1):
        run = subprocess.run(
            command(home, data, ",".join(FORMATS)), check=True, capture_output=True, timeout=600
        )
        found.append(json.loads(run.stdout.splitlines()[-1]))
    size = {
        "pages": len(PdfReader(home / "report.pdf").pages),
        "figures": (home / "report.html").read_text("utf-8").count("<figure>"),
    }
    return {**size, **min(found, key=lambda one: one["seconds"])}


def command(home: Path, data: Path, formats: str) -> list[str]:
    return [sys.executable, "-m", "bench.reports", str(data), str(home), formats]


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


def installed(home: Path, data: Path) -> dict[str, Any]:
    """Return the figures of the peers from a registry; none of those that cannot be installed in time."""
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    python = home / "peer" / "bin" / "python"
    found: dict[str, Any] = {}
    document, output = home / "report.json", home / "peer.pdf"
    try:
        subprocess.run(
            [uv, "venv", "-q", "-p", sys.executable, str(home / "peer")], check=True, timeout=INSTALL_SECONDS
        )
        install(uv, python, "matplotlib", "reportlab")
        run = fastest(
            [str(python), str(PEER), "pdf", str(data / "records.jsonl"), str(document), str(output)]
        )
        found["reportlab_matplotlib"] = run | {"pdf_kb": round(output.stat().st_size / 1024)}
        install(uv, python, "nbconvert", "ipykernel")
        found["nbconvert_matplotlib"] = fastest(notebook(home, python, data, document))
    except (OSError, subprocess.SubprocessError) as error:
        print(f"A peer could not be installed or run: {error}", file=sys.stderr)
    return found


def install(uv: str, python: Path, *names: str) -> None:
    subprocess.run(
        [uv, "pip", "install", "-q", "-p", str(python), *names], check=True, timeout=INSTALL_SECONDS
    )


def notebook(home: Path, python: Path, data: Path, document: Path) -> list[str]:
    """Write a notebook with the same content and return the command that makes a web page of it."""
    lines = (
        "import sys",
        f"sys.path.insert(0, {str(PEER.parent)!r})",
        "import reports_peer",
        f"reports_peer.show({str(data / 'records.jsonl')!r}, {str(document)!r})",
    )
    cell: dict[str, Any] = {
        "cell_type": "code", "id": "report", "metadata": {}, "execution_count": None, "outputs": [],
        "source": "\n".join(lines),
    }  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    written = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": [cell]}
    path = home / "report.ipynb"
    path.write_text(json.dumps(written), encoding="utf-8")
    return [str(python), "-m", "nbconvert", "--execute", "--no-input", "--to", "html", str(path)]


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
