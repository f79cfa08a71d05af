"""Kills everything at random while a bulk runs, then counts its rows: `make chaos OF=bulk JOBS=100`.

Hosts, workers, the sweeper, the web server, the broker and PostgreSQL are killed with SIGKILL while the rows are made.
Afterwards each row is to be done once: one piece, whole, by one job that ended once; and what the rows, the bulk's own
page and its API say is to be the same number.
"""

import json
import time
import urllib.request
from typing import Any

from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.queries import count_states
from brandkiln.bulk.services import create_bulk, start
from brandkiln.bulk.sources import table_of
from brandkiln.bulk.templates import Content, create_template
from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from brandkiln.projects.services import create_project
from brandkiln.workspaces.services import create_workspace, issue_token
from django.db import connection

from bench.chaos_jobs import OUTAGES, judge
from bench.chaos_world import PORT, World

KILLS_PER_ROW = 0.13
SECONDS_PER_ROW = 1.2
CONTENT = Content(
    "dummy",
    {"output": "text", "prompt": "A vase called {name}", "step_seconds": 0.03},
    ({"name": "name"},),
)


def run(world: World, rows: int, began: float) -> dict[str, Any]:
    """Return what became of the rows of one bulk, and what was killed meanwhile."""
    owner = User.objects.create_user("chaos@example.com")
    workspace = create_workspace(name="Chaos", owner=owner, slug="chaos")
    project = create_project(workspace=workspace, name="Chaos", slug="chaos", actor=owner)
    template = create_template(workspace=workspace, actor=owner, name="Vase", content=CONTENT)
    table = table_of([{"name": f"Vase {number}"} for number in range(rows)])
    bulk = create_bulk(workspace=workspace, project=project, actor=owner, templates=[template], table=table)
    token = issue_token(workspace=workspace, user=owner, name="chaos", scopes=["read"])[1]
    world.keep_running()
    start(bulk=bulk, actor=owner)
    planned, killed, last = max(4, round(rows * KILLS_PER_ROW)), 0, 0.0
    while time.monotonic() - began < 60 + rows * SECONDS_PER_ROW:
        world.keep_running()
        done, is_over = _stands(bulk)
        now = time.monotonic()
        if killed < planned and done >= killed * rows / (planned + 1) and now - last > 0.4:
            world.kill_something()
            killed, last = killed + 1, now
        if is_over and killed >= planned:
            break
        time.sleep(0.1)
    world.keep_running()
    return _judged(bulk, rows, token)


def _stands(bulk: Bulk) -> tuple[int, bool]:
    try:
        bulk.refresh_from_db()
        ended = Row.objects.filter(bulk=bulk).exclude(state__in=[Row.State.READY, Row.State.WORKING]).count()
    except OUTAGES:
        connection.close()
        return 0, False
    return ended, bulk.state == Bulk.State.FINISHED


def _judged(bulk: Bulk, rows: int, token: str) -> dict[str, Any]:
    found = Row.objects.filter(bulk=bulk, state=Row.State.DONE, job__state=Job.State.SUCCEEDED)
    promised = {
        row.job.idempotency_key or "": {"job": str(row.job.pk), "assets": 1, "checkpoints": 0}
        for row in found.select_related("job")
        if row.job
    }
    verdict = judge(promised)
    said = _asked(f"http://127.0.0.1:{PORT}/api/v1/bulks/{bulk.pk}", token)
    return {
        "rows": rows,
        "state": bulk.state,
        **verdict,
        "lost": verdict["lost"] + rows - len(promised),
        "counts_differ": int(said.get("standing", {}).get("counts") != count_states(bulk)),
        "jobs_that_were_tried_again": Job.objects.filter(attempt__gt=1).count(),
    }


def _asked(address: str, token: str) -> dict[str, Any]:
    """Return what the studio's own server says of it, once it is up again."""
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    for _ in range(150):
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return dict(json.load(answer))
        except OSError:
            time.sleep(0.2)
    return {}
