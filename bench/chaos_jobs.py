"""The jobs of a chaos run: submitting them through outages, and judging what became of them."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from brandkiln.artifacts import store
from brandkiln.core.models import User
from brandkiln.datasets.models import Dataset, DatasetVersion, Record
from brandkiln.jobs.models import Checkpoint, Job, JobEvent
from brandkiln.jobs.moves import State
from brandkiln.jobs.services import submit_job
from brandkiln.library.models import Asset
from brandkiln.projects.services import create_project
from brandkiln.workspaces.services import create_workspace
from django.db import InterfaceError, OperationalError, connection

WORKSPACES = 3
TRAIN_EVERY = 12
OUTAGES = (OperationalError, InterfaceError)
FINAL = [State.SUCCEEDED, State.FAILED, State.CANCELLED]


def prepare() -> None:
    """Create workspaces that compete, each with a small data set to train on."""
    owner = User.objects.create_user("chaos@example.com")
    for number in range(WORKSPACES):
        workspace = create_workspace(name=f"Chaos {number}", owner=owner, slug=f"chaos-{number}")
        project = create_project(workspace=workspace, name="Chaos", slug="chaos", actor=owner)
        dataset = Dataset.objects.create(
            workspace=workspace, project=project, name="Texts", kind="text", licence="CC0-1.0",
            consent="not_personal", people="none",
        )  # fmt: skip
        version = DatasetVersion.objects.create(
            workspace=workspace, dataset=dataset, number=1, sha256=f"{number:064x}", record_count=8,
            counts={"split": {"train": 8, "validation": 0, "test": 0}},
        )  # fmt: skip
        Record.objects.bulk_create(
            Record(
                version=version, position=position, split="train", text=f"Text {position}", name=str(position)
            )
            for position in range(8)
        )


def submit(number: int, key: str) -> dict[str, Any] | None:
    """Return what was promised for a job, or None when the database did not answer."""
    trains = number % TRAIN_EVERY == TRAIN_EVERY - 1
    count = 1 + number % 3
    try:
        version = DatasetVersion.objects.select_related("workspace", "dataset__project").get(
            workspace__slug=f"chaos-{number % WORKSPACES}"
        )
        params: dict[str, Any] = {"step_seconds": 0.02 + 0.02 * (number % 4), "seed": number}
        params |= {"steps": 12, "save_every": 4} if trains else {
            "count": count, "output": ("text", "image")[number % 2], "size": 8
        }  # fmt: skip
        job = submit_job(
            workspace=version.workspace, project=version.dataset.project, requested_by=None,
            kind="train" if trains else "sample", generator="dummy", params=params,
            dataset_version=version if trains else None, priority=number % 21 - 10, idempotency_key=key,
        )  # fmt: skip
    except OUTAGES:
        connection.close()
        return None
    return {"job": str(job.pk), "assets": 0 if trains else count, "checkpoints": int(trains)}


def count_final() -> int:
    """Return how many jobs have ended; 0 when the database does not answer."""
    try:
        return Job.objects.filter(state__in=FINAL).count()
    except OUTAGES:
        connection.close()
        return 0


def wait_until_final(seconds: float, meanwhile: Callable[[], None]) -> None:
    """Return when every job has ended, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        meanwhile()
        try:
            if not Job.objects.exclude(state__in=FINAL).exists():
                return
        except OUTAGES:
            connection.close()
        time.sleep(0.2)


def judge(promised: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Compare what was promised with what is there: jobs, ends, effects, and the bytes behind the effects."""
    # Indexing what was made is the studio's own work: as many jobs as it takes, of which none was promised.
    jobs = {job.idempotency_key: job for job in Job.objects.exclude(kind=Job.Kind.INDEX)}
    ends = Counter(JobEvent.objects.filter(type="end").values_list("job_id", flat=True))
    assets = Counter(Asset.objects.values_list("job_id", flat=True))
    checkpoints = Counter(Checkpoint.objects.values_list("job_id", flat=True))
    lost = duplicated = stuck = 0
    for key, promise in promised.items():
        job = jobs.pop(key, None)
        if job is None:
            lost += 1
            continue
        if job.state not in FINAL:
            stuck += 1
            continue
        made = (assets[job.pk], checkpoints[job.pk], ends[job.pk])
        owed = (promise["assets"], promise["checkpoints"], 1)
        if job.state != State.SUCCEEDED or str(job.pk) != promise["job"]:
            print(f"lost: {job.pk} {job.state} {job.error_message}")
            lost += 1
        elif any(has < owes for has, owes in zip(made, owed, strict=True)) or not _is_whole(job):
            print(f"lost: {job.pk} has {made} of {owed}")
            lost += 1
        elif made != owed:
            print(f"duplicated: {job.pk} has {made} of {owed}")
            duplicated += 1
    return {"lost": lost, "duplicated": duplicated + len(jobs), "stuck": stuck}


def _is_whole(job: Job) -> bool:
    """Return whether every asset is of the attempt that succeeded and its bytes are what its row says."""
    return all(
        asset.attempt == job.attempt
        and hashlib.sha256(b"".join(store.chunks(asset.artifact))).hexdigest() == asset.artifact.sha256
        for asset in job.assets.select_related("artifact")
    )
