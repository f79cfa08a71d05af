"""How long a page of records takes at 1,000,000 records, on PostgreSQL and on SQLite: `make bench NAME=paging`.

One version of short texts whose labels lie in long runs, as folders give them, which is the hard case for an index.
Each request goes through the whole of Django: the web page as a member, the list of the API with a token.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from bench.record import record

RECORDS = int(os.environ.get("BENCH_RECORDS", "1000000"))
TIMES = 15
GOAL_MS = 100


def main() -> None:
    """Measure in a process for each database; print one JSON object last and keep it."""
    if len(sys.argv) > 1:
        return measure_here(sys.argv[1])
    figures = {}
    for database in ("postgresql", "sqlite"):
        out = subprocess.run(
            [sys.executable, "-m", "bench.paging", database], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        figures[database] = json.loads(out.splitlines()[-1])
    slowest = max(one["median_ms"] for database in figures.values() for one in database["requests"].values())
    record(
        "paging",
        ours=figures,
        peers={"goal": {"median_ms": GOAL_MS}},
        ratios={"goal_beside_slowest_median": round(GOAL_MS / slowest, 2)},
        records=RECORDS,
        slowest_median_ms=slowest,
        keep=RECORDS == 1_000_000,
    )


def measure_here(database: str) -> None:
    """Fill a database of its own and print how long each request takes."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        home = Path(folder)
        os.environ |= {
            "BRANDKILN_HOME": folder,
            "BRANDKILN_INSECURE_KEY": "1",
            "DATABASE_URL": f"sqlite:///{home}/db",
            "DJANGO_SETTINGS_MODULE": "brandkiln.settings",
        }
        server = None
        if database == "postgresql":
            from brandkiln.embedded.postgres import make_postgres, start_postgres

            make_postgres(home / "postgres", log=home / "log")
            server = start_postgres(home / "postgres", log=home / "log")
            os.environ["DATABASE_URL"] = f"postgres://postgres@/postgres?host={home / 'postgres'}"
        try:
            print(json.dumps(figures_here()))
        finally:
            if server:
                server.stop()


def figures_here() -> dict[str, Any]:
    """Return how long filling took and the median and slowest of each request in milliseconds."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    from brandkiln.core.models import User
    from brandkiln.workspaces.services import create_workspace, issue_token
    from django.test import Client

    owner = User.objects.create_user(email="olga@brandkiln.example", password="x")
    workspace = create_workspace(name="Bench", owner=owner)
    _token, secret = issue_token(workspace=workspace, user=owner, name="bench", scopes=["read"])
    start = time.perf_counter()
    version = fill(workspace)
    filled = time.perf_counter() - start
    page = f"/w/{workspace.slug}/data/{version.dataset_id}/versions/{version.number}/"
    rows = f"/api/v1/versions/{version.pk}/records"
    late = RECORDS - 1000
    requests = {
        "page, first": page,
        "page, late": f"{page}?after={late}",
        "page, back": f"{page}?before={late}",
        "page, jump": f"{page}?at={RECORDS // 2}",
        "page, late label": f"{page}?label=label+9",
        "page, rare split": f"{page}?split=test&after={late}",
        "page, label without split": f"{page}?split=validation&label=label+3",
        "labelling, first": f"{page}label/",
        "labelling, rows": f"{page}label/rows/?after={late}",
        "labelling, unlabelled": f"{page}label/rows/?show=unlabelled",
        "quality": f"{page}quality/",
        "cleaning": f"{page}clean/",
        "protection": f"{page}protection/",
        "data sets": f"/w/{workspace.slug}/data/",
        "data set": f"/w/{workspace.slug}/data/{version.dataset_id}/?uploads",
        "record, by hash": f"/w/{workspace.slug}/data/lineage/{RECORDS // 2:064}/",
        "list, annotations": f"/api/v1/versions/{version.pk}/annotations?limit=200",
        "list, first": f"{rows}?limit=200",
        "list, late": f"{rows}?limit=200&cursor={late}",
        "list, label and split": f"{rows}?limit=200&label=label+7&split=test",
    }
    client = Client(headers={"host": "localhost"})
    client.force_login(owner)
    taken = {}
    for name, address in requests.items():
        headers = {"authorization": f"Bearer {secret}"} if name.startswith("list") else {}
        taken[name] = timed(partial(client.get, address, headers=headers))
    return {"records": RECORDS, "fill_seconds": round(filled, 1), "requests": taken}


def timed(ask: Any) -> dict[str, float]:
    """Return median and slowest of several requests in milliseconds, after one that warms up."""
    seconds = []
    for number in range(TIMES + 1):
        start = time.perf_counter()
        answer = ask()
        if answer.status_code != 200:
            raise SystemExit(
                f"{answer.status_code}: {answer.headers.get('location', '')} {answer.content[:500]!r}"
            )
        if number:
            seconds.append(time.perf_counter() - start)
    return {
        "median_ms": round(statistics.median(seconds) * 1000, 1),
        "slowest_ms": round(max(seconds) * 1000, 1),
    }


def fill(workspace: Any) -> Any:
    """Return a version of RECORDS rows with ten labels in runs; the third has no record for validation."""
    from brandkiln.datasets.bulk import add_records
    from brandkiln.datasets.models import Dataset, DatasetVersion
    from brandkiln.projects.models import Project
    from django.db import transaction

    project = Project.objects.create(workspace=workspace, name="Bench", slug="bench")
    dataset = Dataset.objects.create(workspace=workspace, project=project, name="Texts", kind="text")
    labels = [f"label {number}" for number in range(10)]
    columns = ("product", "price", "units", "day")
    version = DatasetVersion.objects.create(
        workspace=workspace,
        dataset=dataset,
        number=1,
        sha256="0" * 64,
        record_count=RECORDS,
        labels=labels,
        columns=[{"name": name, "type": "text"} for name in columns],
        counts={
            "split": {"train": RECORDS * 8 // 10, "validation": RECORDS // 10, "test": RECORDS // 10},
            "label": dict.fromkeys(labels, RECORDS // 10),
        },
    )

    def rows() -> Any:
        for position in range(RECORDS):
            label = position * 10 // RECORDS
            split = (
                "test"
                if position % 10 == 9
                else "validation"
                if position % 10 == 8 and label != 3
                else "train"
            )
            fields = {
                "product": f"shoe {position % 50}",
                "price": position % 1999 / 10,
                "units": position % 97,
            }
            yield (
                version.pk, position, f"row {position}", f"{position:064}", split, labels[label], None, None,
                f"Text {position}, short.", fields | {"day": "2024-01-15"}, {},
            )  # fmt: skip

    with transaction.atomic():
        add_records(rows())
    return version


if __name__ == "__main__":
    main()
