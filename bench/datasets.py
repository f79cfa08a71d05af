"""How quick files become versions, and in how much memory, beside peers in the same run: `make bench NAME=datasets`.

Ours is everything that the product does: receive, confine, read with all checks, measure, name by content, split, store
with the bytes safely on the disk, and commit the records to a real PostgreSQL, on all cores. CPU seconds count those
of the database too. Beside it, in turn, in processes of their own:

- a plain loop with Pillow on one core that opens each picture, converts it and saves it as PNG, and checks nothing
- `datasets` of Hugging Face (imagefolder, csv) from the same files, where it is installed: it neither decodes the
  pictures nor checks, splits or names anything. Install it for this alone, since it brings numpy, pandas and pyarrow:
  `python -m venv var/bench-peer && var/bench-peer/bin/pip install datasets pillow`

The pictures are Fashion-MNIST (the Debian package dataset-fashion-mnist, or a folder named by FASHION_MNIST); where it
is not there, smooth noise of the same size.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import datasets_files, datasets_near

IMAGES = int(os.environ.get("BENCH_IMAGES", "60000"))
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
ROUNDS = 3
ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results" / "datasets.json"
PEER = ROOT / "var" / "bench-peer" / "bin" / "python"


def main() -> None:
    """Print one JSON object as the last line and keep it beside this file."""
    if sys.argv[1:2] == ["ours"]:
        return ours(sys.argv[2], Path(sys.argv[3]))
    if sys.argv[1:2] == ["near"]:
        return print(json.dumps(datasets_near.measure()))
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        result = measure(Path(folder))
    if (IMAGES, ROWS) == (60_000, 1_000_000):
        RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


def measure(folder: Path) -> dict[str, Any]:
    """Return the figures of all sides and how many times quicker ours is."""
    source = datasets_files.write_images(folder / "images.zip", IMAGES)
    datasets_files.write_images(folder / "tenth.zip", IMAGES // 10)
    datasets_files.write_table(folder / "table.csv", ROWS)
    datasets_files.write_table(folder / "tenth.csv", ROWS // 10)
    here = [sys.executable, "-m"]

    def our(kind: str, name: str, count: int) -> dict[str, Any]:
        return run([*here, "bench.datasets", "ours", kind, str(folder / name)], count)

    def loop(number: int) -> dict[str, Any]:
        target = str(folder / f"loop{number}")
        return run([*here, "bench.datasets_loop", str(folder / "images.zip"), target], IMAGES)

    def peer(kind: str, name: str, count: int) -> dict[str, Any]:
        command = [str(PEER), "-P", str(ROOT / "bench" / "datasets_peer.py")]
        return run([*command, kind, str(folder / name), str(folder / f"peer-{kind}")], count)

    # In turns, so that a busy machine or a slow disk is so for all; the median of each counts.
    turns = [(loop(number), our("image", "images.zip", IMAGES)) for number in range(ROUNDS)]
    loops, rounds = zip(*turns, strict=True)
    mine = {"images": middle(rounds)}
    peers: dict[str, Any] = {"plain_pillow_loop": {"images": middle(loops)}}
    if PEER.exists():
        peers["huggingface_datasets"] = {"images": peer("images", "images.zip", IMAGES)}
    mine["rows"] = our("table", "table.csv", ROWS)
    if PEER.exists():
        peers["huggingface_datasets"]["rows"] = peer("rows", "table.csv", ROWS)
    mine["a_tenth_of_the_images"] = our("image", "tenth.zip", IMAGES // 10)
    mine["a_tenth_of_the_rows"] = our("table", "tenth.csv", ROWS // 10)
    return {
        "bench": "datasets",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
        },
        "pictures": source,
        "ours": mine,
        "peers": peers,
        "ratios": ratios(mine, peers),
        "near_duplicates": json.loads(last_line([*here, "bench.datasets", "near"])),
    }


def middle(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the run with the median time, and the times of all."""
    seconds = [one["seconds"] for one in runs]
    return sorted(runs, key=lambda one: one["seconds"])[len(runs) // 2] | {"rounds": seconds}


def ratios(mine: dict[str, Any], peers: dict[str, Any]) -> dict[str, float]:
    """Return how many times quicker ours is by the clock and in CPU seconds, and how much memory ten times takes."""
    found = {
        "memory_of_ten_times_the_images": mine["images"]["peak_mb"]
        / mine["a_tenth_of_the_images"]["peak_mb"],
        "memory_of_ten_times_the_rows": mine["rows"]["peak_mb"] / mine["a_tenth_of_the_rows"]["peak_mb"],
    }
    for title, by in (("", "seconds"), ("_in_cpu_seconds", "cpu_seconds")):
        loop = peers["plain_pillow_loop"]["images"]
        found[f"images_beside_plain_loop{title}"] = loop[by] / mine["images"][by]
        if peer := peers.get("huggingface_datasets"):
            for kind in ("images", "rows"):
                found[f"{kind}_beside_huggingface{title}"] = peer[kind][by] / mine[kind][by]
            both = sum(peer[kind][by] for kind in peer)
            found[f"total_beside_huggingface{title}"] = both / (mine["images"][by] + mine["rows"][by])
    return {name: round(value, 2) for name, value in found.items()}


def run(command: list[str], count: int) -> dict[str, Any]:
    """Return what the command says that it took, its speed, and the most memory that its processes held together."""
    import psutil

    peak, stop = 0, threading.Event()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        tree = psutil.Process(process.pid)

        def watch() -> None:
            nonlocal peak
            while not stop.wait(0.1):
                peak = max(peak, _held(tree))

        watcher = threading.Thread(target=watch)
        watcher.start()
        out = process.communicate()[0]
        stop.set()
        watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    return {
        "count": count,
        **said,
        "per_second": round(count / said["seconds"]),
        "peak_mb": peak // 2**20,
    }


def _held(tree: Any) -> int:
    """Return the bytes that the processes hold, each with its share of what they have in common; the database apart."""
    import psutil

    held = 0
    try:
        processes = [tree, *tree.children(recursive=True)]
    except psutil.Error:
        return 0
    for process in processes:
        try:
            if "postgres" not in process.name():
                held += process.memory_full_info().pss
        except psutil.Error:
            continue
    return held


def last_line(command: list[str]) -> str:
    """Return the last line that a command prints."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return done.stdout.splitlines()[-1]


def ours(kind: str, path: Path) -> None:
    """Receive and ingest the file on a PostgreSQL of its own, and print how long that took."""
    with_database(lambda: ingest(kind, path))


def with_database(work: Callable[[], dict[str, Any]]) -> None:
    """Run the work in a studio of its own and print what it returns."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        home = Path(folder)
        os.environ |= {
            "BRANDKILN_HOME": folder,
            "BRANDKILN_INSECURE_KEY": "1",
            "DATABASE_URL": f"postgres://postgres@/postgres?host={home / 'postgres'}",
            "DJANGO_SETTINGS_MODULE": "brandkiln.settings",
        }
        from brandkiln.embedded.postgres import make_postgres, start_postgres

        make_postgres(home / "postgres", log=home / "log")
        server = start_postgres(home / "postgres", log=home / "log")
        try:
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0, skip_checks=True)
            print(json.dumps(work()))
        finally:
            server.stop()


def ingest(kind: str, path: Path) -> dict[str, Any]:
    """Return how long it took from the file to the committed version, in all and by phase."""
    from brandkiln.datasets.ingest import ingest_upload
    from brandkiln.datasets.models import Dataset
    from brandkiln.datasets.services import receive_upload
    from brandkiln.projects.models import Project
    from brandkiln.workspaces.models import Workspace

    workspace = Workspace.objects.create(name="bench", slug="bench")
    project = Project.objects.create(workspace=workspace, name="bench", slug="bench")
    dataset = Dataset.objects.create(workspace=workspace, project=project, name="bench", kind=kind)
    phases: dict[str, list[float]] = {}

    def progress(done: int, total: int, message: str) -> None:
        now = time.perf_counter()
        phases.setdefault(message, [now, now])[1] = now

    start, used = time.perf_counter(), cpu_seconds()
    upload = receive_upload(dataset=dataset, file=path, filename=path.name, actor=None)
    version = ingest_upload(upload, split_seed=0, report_progress=progress)
    seconds = time.perf_counter() - start
    assert not version.report["refused"]
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu_seconds() - used, 2),
        "phases": {name: round(last - start, 2) for name, (_, last) in phases.items()},
    }


def cpu_seconds() -> float:
    """Return what this process, those that it waited for, and the database have worked so far."""
    import psutil

    used = sum(os.times()[:4])
    for process in psutil.Process().children(recursive=True):
        try:
            if "postgres" in process.name():
                used += sum(process.cpu_times()[:4])
        except psutil.Error:
            continue
    return used


if __name__ == "__main__":
    main()
