"""The guards of checkpoints against memorisation: kept as files, laid out for generators, freed of erased records."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.removal import release
from brandkiln.datasets.models import Record
from brandkiln.datasets.quotas import scratch
from brandkiln.jobs.models import Checkpoint, CheckpointFile, Job
from brandkiln.workspaces.models import Workspace
from generators.memorisation.forgetting import forget

GUARD_TYPE = "application/vnd.safetensors"
POSITION = 1000
"""Of the file among those of its job, which number theirs from 0."""


def store_guard(*, workspace: Workspace, path: Path) -> Artifact:
    """Keep the bytes of a guard, ahead of the transaction that writes its row."""
    return store.put(path, workspace=workspace, media_type=GUARD_TYPE)


@transaction.atomic
def keep_guard(*, job: Job, checkpoint: Checkpoint, artifact: Artifact, facts: dict[str, float]) -> None:
    """Keep the guard that a job built of the data it worked on, unless the checkpoint has one."""
    if guard_of(checkpoint) is None:
        CheckpointFile.objects.create(
            workspace=job.workspace,
            checkpoint=checkpoint,
            job=job,
            role=CheckpointFile.Role.GUARD,
            position=POSITION,
            artifact=artifact,
            facts=facts,
        )


def guard_of(checkpoint: Checkpoint) -> CheckpointFile | None:
    """Return the guard of a checkpoint; a smaller form of another has that one's. None where there is none."""
    seen: set[UUID] = set()
    row: Checkpoint | None = checkpoint
    while row and row.pk not in seen:
        seen.add(row.pk)
        files = CheckpointFile.objects.filter(checkpoint=row, role=CheckpointFile.Role.GUARD)
        if found := files.select_related("artifact", "job__dataset_version").first():
            return found
        row = row.parent
    return None


def lay_out_guard(checkpoint: Checkpoint | None) -> Path | None:
    """Return the guard as a file on this machine, or None where the checkpoint has none."""
    found = guard_of(checkpoint) if checkpoint else None
    return store.local_path(found.artifact) if found else None


def neighbour_of(job: Job | None, facts: dict[str, Any]) -> Record | None:
    """Return the training record that a picture is nearest to; None where that is not known or not there any more."""
    guard = guard_of(job.checkpoint) if job and job.checkpoint else None
    position = facts.get("neighbour")
    if guard is None or not isinstance(position, int):
        return None
    records = Record.objects.filter(version_id=guard.job.dataset_version_id, position=position)
    return records.select_related("version__dataset").first()


def forget_in_guards(version_id: UUID, hashes: list[str]) -> int:
    """Take the records of these hashes out of every guard of a version; return from how many."""
    records = Record.objects.filter(version_id=version_id, sha256__in=hashes)
    positions = set(records.values_list("position", flat=True))
    files = CheckpointFile.objects.filter(role=CheckpointFile.Role.GUARD, job__dataset_version=version_id)
    changed = 0
    for row in files.select_related("artifact", "workspace") if positions else ():
        with tempfile.TemporaryDirectory(dir=scratch()) as folder:
            target = Path(folder) / "guard.safetensors"
            if not forget(store.local_path(row.artifact), target, positions):
                continue
            kept = store_guard(workspace=row.workspace, path=target)
        with transaction.atomic():
            before, row.artifact = row.artifact_id, kept
            row.save(update_fields=["artifact"])
            release([before])
        changed += 1
    return changed


def guard_facts(checkpoint: Checkpoint) -> dict[str, Any] | None:
    """Return what is known of a checkpoint's guard; None without one."""
    found = guard_of(checkpoint)
    if found is None:
        return None
    return {name: int(value) if float(value).is_integer() else value for name, value in found.facts.items()}
