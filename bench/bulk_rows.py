"""What a row of a bulk costs the studio itself, by how many jobs are open at once."""

import time
from statistics import median
from typing import Any

from brandkiln.bulk import feeding
from brandkiln.bulk.models import Bulk
from brandkiln.bulk.services import create_bulk, set_mapping, start
from brandkiln.bulk.sources import table_of
from brandkiln.bulk.templates import Content, create_template
from brandkiln.core.models import User
from brandkiln.jobs.claims import claim_next, finish_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import submit_job
from brandkiln.projects.services import create_project
from brandkiln.workspaces.services import create_workspace

ROWS = 1_000
WINDOWS = (12, 48, 192, ROWS)
CONTENT = Content("dummy", {"output": "text", "prompt": "A vase called {name}"}, ({"name": "name"},))


def measure() -> dict[str, Any]:
    """Return milliseconds for each row, and how many jobs a person who comes meanwhile waits for."""
    owner = User.objects.create_user("bench@example.com")
    workspace = create_workspace(name="Bench", owner=owner, slug="bench")
    project = create_project(workspace=workspace, name="Bench", slug="bench", actor=owner)
    template = create_template(workspace=workspace, actor=owner, name="Vase", content=CONTENT)
    shared = {"workspace": workspace, "project": project}

    def bulk() -> Bulk:
        rows = [{"name": f"Vase {number}"} for number in range(ROWS)]
        return create_bulk(**shared, actor=owner, templates=[template], table=table_of(rows))

    windows = {}
    for window in WINDOWS:
        feeding.WINDOW, feeding.LOW = window, 2 * window // 3
        one = bulk()
        begun = time.perf_counter()
        start(bulk=one, actor=owner)
        first = time.perf_counter() - begun
        ahead, ends = work(shared)
        windows[str(window)] = {
            "row_ms": round(1000 * (time.perf_counter() - begun) / ROWS, 2),
            "press_to_answer_ms": round(1000 * first),
            "end_p50_ms": round(1000 * median(ends), 2),
            "longest_end_ms": round(1000 * max(ends)),
            "jobs_before_a_person": ahead,
        }
    one = bulk()
    begun = time.perf_counter()
    set_mapping(bulk=one, actor=owner, mapping=one.mapping)
    checked = time.perf_counter() - begun
    begun = time.perf_counter()
    for number in range(ROWS):
        submit_job(**shared, requested_by=owner, kind="sample", generator="dummy",
                   params={"output": "text", "prompt": f"A vase called Vase {number}"})  # fmt: skip
    submitted = time.perf_counter() - begun
    ahead, ends = work(shared)
    return {
        "rows": ROWS,
        "windows": windows,
        "check_row_ms": round(1000 * checked / ROWS, 3),
        "all_at_once": {
            "row_ms": round(1000 * (time.perf_counter() - begun) / ROWS, 2),
            "press_to_answer_ms": round(1000 * submitted),
            "end_p50_ms": round(1000 * median(ends), 2),
            "longest_end_ms": round(1000 * max(ends)),
            "jobs_before_a_person": ahead,
        },
    }


def work(shared: dict[str, Any]) -> tuple[int, list[float]]:
    """Do all jobs without doing anything; return how many went before a person's, and how long ends took."""
    ends: list[float] = []
    asked = own = None
    ahead = 0
    while job := claim_next(queues=["sample"], worker="bench"):
        if own and job.pk == own.pk:
            ahead = len(ends) - (asked or 0)
        begun = time.perf_counter()
        finish_job(job_id=job.pk, attempt=job.attempt, state=Job.State.SUCCEEDED)
        ends.append(time.perf_counter() - begun)
        if len(ends) == 100:
            asked = len(ends)
            own = submit_job(**shared, requested_by=None, kind="sample", generator="dummy")
    return ahead, ends
