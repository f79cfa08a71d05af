"""Trained checkpoints: kept as artifacts and a row, put into production, and laid out as folders for generators."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from brandkiln.artifacts import store
from brandkiln.artifacts.cache import mark_used
from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import User
from brandkiln.datasets.medical_mark import mark_of
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.terms import plain_terms
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.production import record_promotion
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit
from generators import checkpoint as folders

WEIGHTS_TYPE = "application/vnd.safetensors"


@dataclass(frozen=True)
class StoredCheckpoint:
    """A checkpoint whose bytes are kept and whose row is still to be written."""

    weights: Artifact
    card: dict[str, Any]
    facts: folders.Checkpoint


def store_checkpoint(*, workspace: Workspace, folder: Path) -> StoredCheckpoint:
    """Keep the bytes of a checkpoint folder, ahead of the transaction that writes its row.

    Raises:
        BadCheckpoint: If the folder does not hold a checkpoint.
    """
    facts = folders.read(folder)
    card = json.loads((folder / folders.CARD).read_bytes())  # strict JSON, as read() has made sure
    weights = store.put(folder / folders.WEIGHTS, workspace=workspace, media_type=WEIGHTS_TYPE)
    return StoredCheckpoint(weights, card, facts)


@transaction.atomic
def record_checkpoint(
    *,
    job: Job,
    folder: Path,
    preview: Path | Artifact | None = None,
    stored: StoredCheckpoint | None = None,
    figures: dict[str, dict[str, Any]] | None = None,
) -> Checkpoint:
    """Return the new checkpoint of a train or compress job.

    The first that is trained of a generator in its project goes into production; a compressed one never does by itself.

    Args:
        preview: A picture of what it makes.
        stored: What ``store_checkpoint`` returned, where the bytes were kept already.
        figures: Of a compression, what was measured "before" and "after", and "about" how.
    """
    stored = stored or store_checkpoint(workspace=job.workspace, folder=folder)
    if isinstance(preview, Path):
        preview = store.put(preview, workspace=job.workspace, media_type="image/png")
    if job.kind == Job.Kind.COMPRESS:
        return _add_compressed(job, stored, preview, figures or {})
    if job.dataset_version:
        stored = replace(stored, card=stored.card | {"data": _data_of(job, job.dataset_version)})
    return _add(
        project=job.project, stored=stored, job=job, dataset_version=job.dataset_version, preview=preview
    )


@transaction.atomic
def import_checkpoint(
    *, project: Project, folder: Path, actor: User | None, note: str = "", preview: Path | None = None
) -> Checkpoint:
    """Return a new checkpoint from a folder that was trained elsewhere.

    Raises:
        BadCheckpoint: If the folder does not hold a checkpoint.
    """
    picture = store.put(preview, workspace=project.workspace, media_type="image/png") if preview else None
    stored = store_checkpoint(workspace=project.workspace, folder=folder)
    checkpoint = _add(project=project, stored=stored, preview=picture, note=note)
    record_audit(workspace=project.workspace, actor=actor, action="checkpoint.imported", subject=checkpoint)
    return checkpoint


def materialise_checkpoint(checkpoint: Checkpoint) -> Path:
    """Return a folder on this machine that a generator can read the checkpoint from."""
    folder: Path = settings.CACHE / "checkpoints" / str(checkpoint.pk)
    if not mark_used(folder / folders.CARD):
        folder.parent.mkdir(parents=True, exist_ok=True)
        growing = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".writing-"))
        _link_or_copy(store.local_path(checkpoint.weights), growing / folders.WEIGHTS)
        card = {name: value for name, value in checkpoint.card.items() if name != "data"}
        (growing / folders.CARD).write_text(json.dumps(card), encoding="utf-8")
        try:
            growing.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(growing, ignore_errors=True)
    return folder


def _data_of(job: Job, version: DatasetVersion) -> dict[str, Any]:
    """Return what the card says of the data, as it was when the network learned from it."""
    facts: dict[str, Any] = {
        "dataset": version.dataset.name,
        "number": version.number,
        "sha256": version.sha256,
    }
    if job.override_reason:
        facts["override_reason"] = job.override_reason
    if mark := mark_of(version):
        facts["mark"] = mark
    return facts | plain_terms(version.dataset)


def _add_compressed(
    job: Job, stored: StoredCheckpoint, preview: Artifact | None, figures: dict[str, dict[str, Any]]
) -> Checkpoint:
    """Add a smaller form of the job's checkpoint; it learned from what that one learned from."""
    parent = job.checkpoint
    if parent and "data" in parent.card:
        stored = replace(stored, card=stored.card | {"data": parent.card["data"]})
    measured_on = str(job.dataset_version) if job.dataset_version else ""
    return _add(
        project=parent.project if parent else job.project,
        stored=stored,
        job=job,
        dataset_version=parent.dataset_version if parent else None,
        preview=preview,
        parent=parent,
        retrain_reason=parent.retrain_reason if parent else "",
        compression={
            "method": job.params["method"],
            "params": job.params,
            "measured_on": measured_on,
            "parent_number": parent.number if parent else None,
            **figures,
        },
    )


def _add(*, project: Project, stored: StoredCheckpoint, **columns: Any) -> Checkpoint:
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # one number at a time
    siblings = Checkpoint.objects.filter(project=project, generator=stored.facts.generator)
    is_first = not siblings.filter(is_production=True).exists() and "compression" not in columns
    made = Checkpoint.objects.create(
        workspace=project.workspace,
        project=project,
        generator=stored.facts.generator,
        generator_version=stored.facts.generator_version,
        number=(siblings.aggregate(last=Max("number"))["last"] or 0) + 1,
        weights=stored.weights,
        card=stored.card,
        metrics=stored.facts.metrics,
        is_production=is_first,
        **columns,
    )
    if is_first:
        record_promotion(checkpoint=made, replaced=None, actor=made.job.requested_by if made.job else None)
    return made


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another file system
        shutil.copyfile(source, target)
