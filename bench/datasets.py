"""How quick an upload becomes a version, beside a plain loop that decodes and saves row by row, in the same run.

Run it as `make bench NAME=datasets`. Both sides read PNGs of 28 x 28 pixels out of the same ZIP and rows
of the same CSV, and keep them in the same artifact store and SQLite database: ours all of them, the loop the first
1,500 and 3,000, since it is slow and its speed does not change with their number.
"""

import io
import json
import os
import platform
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

IMAGES = 6_000
ROWS = 20_000
NAIVE_IMAGES = 1_500
NAIVE_ROWS = 3_000
RESULTS = Path(__file__).parent / "results" / "datasets.json"


def main() -> None:
    """Print one JSON object as the last line and keep it beside this file."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "BRANDKILN_HOME": home,
            "BRANDKILN_INSECURE_KEY": "1",
            "DATABASE_URL": f"sqlite:///{home}/db",
        }
        os.environ |= {"DJANGO_SETTINGS_MODULE": "brandkiln.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        result = measure(Path(home))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


def measure(home: Path) -> dict[str, Any]:
    """Return the figures of both sides and how many times quicker ours is."""
    archive, table = home / "images.zip", home / "table.csv"
    write_images(archive)
    write_table(table, ROWS)
    peer_images = speed(NAIVE_IMAGES, lambda: naive_images(archive))
    peer_rows = speed(NAIVE_ROWS, lambda: naive_rows(table))
    before = peak_megabytes(resource.RUSAGE_SELF)
    our_images = speed(IMAGES, lambda: ours(archive, "image"))
    our_rows = speed(ROWS, lambda: ours(table, "table"))
    memory = {
        "reader_peak_mb": peak_megabytes(resource.RUSAGE_CHILDREN),
        "parent_grew_mb": peak_megabytes(resource.RUSAGE_SELF) - before,
    }
    return {
        "bench": "datasets",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
        },
        "ours": {"images": our_images, "rows": our_rows, **memory},
        "peers": {"row_by_row_loop": {"images": peer_images, "rows": peer_rows}},
        "ratios": {
            "images_per_second": round(our_images["per_second"] / peer_images["per_second"], 2),
            "images_per_cpu_second": round(our_images["per_cpu_second"] / peer_images["per_cpu_second"], 2),
            "rows_per_second": round(our_rows["per_second"] / peer_rows["per_second"], 2),
            "rows_per_cpu_second": round(our_rows["per_cpu_second"] / peer_rows["per_cpu_second"], 2),
        },
    }


def ours(path: Path, kind: str) -> None:
    """Receive and ingest, with every check, in the reading process and in batches."""
    from brandkiln.datasets.ingest import ingest_upload
    from brandkiln.datasets.services import receive_upload

    upload = receive_upload(dataset=make_dataset(kind), file=path, filename=path.name, actor=None)
    ingest_upload(upload, split_seed=0, report_progress=lambda done, total, message: None)


def naive_images(path: Path) -> None:
    """Decode, encode, store and save one image after the other; no checks, no report, no split by content."""
    from brandkiln.artifacts import store
    from brandkiln.datasets.models import Record
    from PIL import Image

    version = make_version("image")
    with zipfile.ZipFile(path) as archive:
        for position, name in enumerate(archive.namelist()[:NAIVE_IMAGES]):
            with Image.open(io.BytesIO(archive.read(name))) as image:
                target = io.BytesIO()
                image.convert("RGB").save(target, "PNG")
            artifact = store.put_bytes(target.getvalue(), workspace=version.workspace, media_type="image/png")
            Record(
                version=version,
                position=position,
                name=name,
                split="train",
                label=name.split("/")[0],
                artifact=artifact,
            ).save()


def naive_rows(path: Path) -> None:
    """Save one row of text after the other."""
    import csv

    from brandkiln.datasets.models import Record

    version = make_version("table")
    with path.open(newline="") as source:
        for position, row in enumerate(csv.DictReader(source)):
            if position == NAIVE_ROWS:
                break
            Record(version=version, position=position, split="train", fields=row).save()


def make_dataset(kind: str) -> Any:
    """Return a data set of its own workspace."""
    from brandkiln.datasets.models import Dataset
    from brandkiln.projects.models import Project
    from brandkiln.workspaces.models import Workspace

    slug = f"bench-{time.monotonic_ns()}"
    workspace = Workspace.objects.create(name=slug, slug=slug)
    project = Project.objects.create(workspace=workspace, name=slug, slug=slug)
    return Dataset.objects.create(workspace=workspace, project=project, name=slug, kind=kind)


def make_version(kind: str) -> Any:
    """Return an empty version for the plain loop to fill."""
    from brandkiln.datasets.models import DatasetVersion

    dataset = make_dataset(kind)
    return DatasetVersion.objects.create(
        workspace=dataset.workspace, dataset=dataset, number=1, sha256="0" * 64, record_count=0
    )


def write_images(path: Path) -> None:
    """Write smooth noise, seeded, in ten folders."""
    from PIL import Image

    chance = random.Random(0)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(IMAGES):
            image = Image.frombytes("L", (7, 7), chance.randbytes(49)).resize(
                (28, 28), Image.Resampling.BICUBIC
            )
            target = io.BytesIO()
            image.save(target, "PNG")
            archive.writestr(f"class {number % 10}/{number:05}.png", target.getvalue())


def write_table(path: Path, rows: int) -> None:
    """Write a table of sales, seeded."""
    chance = random.Random(0)
    with path.open("w") as target:
        target.write("day,product,region,units,price,returned\n")
        for number in range(rows):
            price, units = chance.uniform(5, 200), chance.randrange(100)
            day, returned = f"2024-{number % 12 + 1:02}-15", "no" if units % 7 else "yes"
            target.write(f"{day},shoe {number % 50},north,{units},{price:.2f},{returned}\n")


def speed(count: int, work: Callable[[], object]) -> dict[str, float]:
    """Return how many records the work takes each second, by the clock and by processor time, children included."""
    clock, processor = time.perf_counter(), sum(os.times()[:4])
    work()
    seconds, used = time.perf_counter() - clock, sum(os.times()[:4]) - processor
    return {
        "count": count,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(used, 2),
        "per_second": round(count / seconds),
        "per_cpu_second": round(count / used),
    }


def peak_megabytes(who: int) -> int:
    """Return the most memory that this process, or its children, ever held."""
    return resource.getrusage(who).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
