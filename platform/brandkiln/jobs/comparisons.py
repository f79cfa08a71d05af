"""Checkpoints side by side: each draws the same seeds and labels, and the pictures are kept with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.jobs.models import Checkpoint, CheckpointFile, Job
from brandkiln.jobs.services import submit_job
from brandkiln.jobs.wishes import Wish
from generators import registry

FEWEST, MOST = 2, 4
"""Checkpoints beside each other."""
PICTURES = 8


@dataclass(frozen=True)
class Column:
    """One checkpoint of a comparison, with what it drew.

    Attributes:
        job: What draws, or None where nobody has asked for it yet.
        pictures: In the order of their seeds; empty until the job has succeeded.
    """

    checkpoint: Checkpoint
    job: Job | None
    pictures: list[CheckpointFile]


def check_comparable(checkpoints: Sequence[Checkpoint]) -> None:
    """Raise Unprocessable unless these are two to four checkpoints that draw pictures."""
    if not FEWEST <= len({row.pk for row in checkpoints}) <= MOST:
        raise Unprocessable(
            _("Choose %(fewest)d to %(most)d checkpoints; these are %(n)d.")
            % {"fewest": FEWEST, "most": MOST, "n": len(checkpoints)},
            fields={"checkpoints": _("Two to four.")},
        )
    for row in checkpoints:
        spec = registry.specs().get(row.generator)
        if spec is None or spec.modality != "image" or spec.sample is None:
            message = _("%(checkpoint)s does not draw pictures. Choose checkpoints of image generators.")
            raise Unprocessable(
                message % {"checkpoint": row}, fields={"checkpoints": message % {"checkpoint": row}}
            )


def shared_labels(checkpoints: Sequence[Checkpoint]) -> list[str]:
    """Return the labels that all of them know, in the order of the first."""
    known = [row.card.get("labels", []) for row in checkpoints]
    return [label for label in known[0] if all(label in others for others in known[1:])] if known else []


def compare(
    *, checkpoints: Sequence[Checkpoint], seed: int, label: str | None, actor: User | None
) -> list[Job]:
    """Return a job for each checkpoint that draws PICTURES seeds from this one on; those drawn before are not again.

    Args:
        label: What all of them draw; None lets each seed choose.

    Raises:
        Unprocessable: If they can't be compared, or one does not know the label.
    """
    check_comparable(checkpoints)
    if label is not None and label not in shared_labels(checkpoints):
        message = _("Not all of these checkpoints know the label %(label)s.") % {"label": label}
        raise Unprocessable(message, fields={"label": message})
    with transaction.atomic():
        return [_wish(row, seed, label).answer or _submit(row, seed, label, actor) for row in checkpoints]


def columns(*, checkpoints: Sequence[Checkpoint], seed: int, label: str | None) -> list[Column]:
    """Return what each of them drew so far of these seeds and this label."""
    found = []
    for row in checkpoints:
        job = _wish(row, seed, label).answer
        files = CheckpointFile.objects.filter(job=job, role=CheckpointFile.Role.COMPARED) if job else None
        pictures = list(files.select_related("artifact").order_by("position")) if files is not None else []
        found.append(Column(row, job, pictures))
    return found


def keep_compared(job: Job, artifacts: Sequence[tuple[Artifact, dict[str, Any]]]) -> None:
    """Write what a comparing job drew: its pictures, each with its facts."""
    if job.checkpoint is None:
        return  # it was deleted meanwhile
    CheckpointFile.objects.bulk_create(
        CheckpointFile(
            workspace=job.workspace,
            checkpoint=job.checkpoint,
            job=job,
            role=CheckpointFile.Role.COMPARED,
            position=position,
            artifact=artifact,
            facts=facts,
        )
        for position, (artifact, facts) in enumerate(artifacts)
    )


def _wish(row: Checkpoint, seed: int, label: str | None) -> Wish:
    number = row.card["labels"].index(label) if label is not None else "-"
    return Wish(row.workspace, f"compare:{row.pk}:{seed}:{number}")


def _submit(row: Checkpoint, seed: int, label: str | None, actor: User | None) -> Job:
    params: dict[str, Any] = {"count": PICTURES, "seed": seed}
    if label is not None:
        params["label"] = label
    return submit_job(
        workspace=row.workspace,
        project=row.project,
        requested_by=actor,
        kind=Job.Kind.COMPARE,
        generator=row.generator,
        params=params,
        checkpoint=row,
        idempotency_key=_wish(row, seed, label).next_key,
    )
