"""Erasing a record: asking for it, doing it step by step, and what has to be trained anew afterwards."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts.models import Removal
from brandkiln.artifacts.removal import remove_released
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.caches import forget_versions
from brandkiln.datasets.models import DatasetVersion, Erasure
from brandkiln.datasets.protection import erasing
from brandkiln.datasets.protection.search import record_with
from brandkiln.datasets.protection.tracing import trace
from brandkiln.jobs.checks import check_first_time
from brandkiln.jobs.forgetting import forget_answers, forget_previews, forget_quotes, quotes_of
from brandkiln.jobs.guards import forget_in_guards
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.moves import State
from brandkiln.jobs.retention import PUTTING
from brandkiln.jobs.services import submit_job
from brandkiln.jobs.trash import InUse
from brandkiln.retrieval.services import forget_records
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

STEPS = 6


@transaction.atomic
def submit_erasure(*, workspace: Workspace, content: str, actor: User | None, reason: str = "") -> Job:
    """Return the job that erases a record from the workspace. It can't be undone.

    Raises:
        NotFound: If no record has this content.
        InUse: If a job works on a version that holds it.
    """
    record = record_with(workspace.pk, content)
    if record is None:
        raise NotFound(_("No record of this workspace has this content. Search for it again."))
    _refuse_in_use(list(trace(workspace.pk, content).versions))
    erasure = Erasure.objects.create(
        workspace=workspace, content_sha256=content, reason=" ".join(reason.split())[:400], requested_by=actor
    )
    record_audit(
        workspace=workspace,
        actor=actor,
        action="record.erasure_requested",
        subject=content,
        data={"reason": erasure.reason},
    )
    return submit_job(
        workspace=workspace,
        project=record.version.dataset.project,
        requested_by=actor,
        kind=Job.Kind.ERASE,
        params={"erasure": str(erasure.pk)},
    )


def run_erasure(erasure: Erasure, *, job: Job, report_progress: erasing.Progress) -> dict[str, Any]:
    """Do all that is left of the erasure and return what it reached; a worker that died is continued by the next.

    Raises:
        InUse: If a job works on a version that holds the record.
    """

    def say(step: int, message: str) -> None:
        report_progress(step, STEPS, message)

    say(0, _("Looking where it is"))
    erasing.note_reach(erasure)
    erasure.refresh_from_db()
    versions = [UUID(key) for key in erasure.reached["versions"]]
    _refuse_in_use(versions, but=job.pk)
    say(1, _("Making versions without it"))
    for made in erasing.make_successors(
        erasure, erasure.requested_by, lambda done, total, message: say(1, message)
    ):
        check_first_time(version=made, actor=erasure.requested_by)
    say(2, _("Deleting it from versions"))
    quotes = quotes_of(versions, erasure.reached["hashes"])
    forget_quotes(Job.objects.filter(workspace=erasure.workspace_id), quotes)
    for key in versions:
        forget_in_guards(key, erasure.reached["hashes"])
        forget_records(version_id=key, hashes=erasure.reached["hashes"])
        erasing.blank_version(erasure, key)
    forget_previews(versions)
    forget_answers(erasure.workspace_id, erasure.reached["hashes"])
    _refuse_in_use(
        versions, but=job.pk
    )  # what began meanwhile may have read it; asked again, it goes on from here
    say(3, _("Deleting uploaded files that hold it"))
    erasing.drop_files(erasure)
    say(4, _("Marking checkpoints that learned from it"))
    _mark_checkpoints(erasure, versions)
    say(5, _("Deleting bytes"))
    forget_versions(DatasetVersion.objects.filter(pk__in=versions).values_list("sha256", flat=True))
    _delete_bytes(erasure, job)
    return _finish(erasure, versions)


def retrain(*, checkpoint: Checkpoint, actor: User | None) -> Job:
    """Return a new job that trains like this checkpoint on the newest version of its data.

    Raises:
        Unprocessable: If its data is gone, or it was brought along without a job.
    """
    version = checkpoint.dataset_version
    dataset = version.dataset if version else None
    newest = (
        DatasetVersion.objects.filter(dataset=dataset, trashed_at=None).order_by("-number").first()
        if dataset and dataset.trashed_at is None
        else None
    )
    if newest is None:
        message = _("The data that %(checkpoint)s learned from is not there any more. Train on other data.")
        raise Unprocessable(message % {"checkpoint": checkpoint})
    return submit_job(
        workspace=checkpoint.workspace,
        project=checkpoint.project,
        requested_by=actor,
        kind=Job.Kind.TRAIN,
        generator=checkpoint.generator,
        params=checkpoint.job.params if checkpoint.job else checkpoint.card.get("params", {}),
        dataset_version=newest,
        override_reason=checkpoint.job.override_reason if checkpoint.job else "",
        idempotency_key=f"retrain:{checkpoint.pk}:{newest.pk}",
    )


def _refuse_in_use(versions: list[UUID], but: UUID | None = None) -> None:
    jobs = Job.objects.filter(dataset_version__in=versions, state__in=Job.OPEN)
    if but:
        jobs = jobs.exclude(pk=but)
    if job := jobs.select_related("dataset_version__dataset").first():
        raise InUse(
            _(
                'A job works on %(version)s, which holds this record: "%(kind)s". Wait until it ends, or cancel it.'
            )
            % {"version": job.dataset_version, "kind": job.get_kind_display()}
        )


def _mark_checkpoints(erasure: Erasure, versions: list[UUID]) -> None:
    day = timezone.localdate(erasure.created_at)
    Checkpoint.objects.filter(dataset_version__in=versions).update(
        retrain_reason=_("It learned from a record that was erased on %(day)s.") % {"day": day}
    )


def _delete_bytes(erasure: Erasure, job: Job) -> None:
    """Delete what nothing names any more, unless another job of the workspace is bringing content in right now."""
    bringing = Job.objects.filter(workspace=erasure.workspace, kind__in=PUTTING, state=State.RUNNING)
    if not bringing.exclude(pk=job.pk).exists():
        remove_released(workspace_id=erasure.workspace_id)


@transaction.atomic
def _finish(erasure: Erasure, versions: list[UUID]) -> dict[str, Any]:
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    counts = {
        "records": erasure.reached["records"],
        "versions": len(versions),
        "files": len(erasure.reached["uploads"]),
        "checkpoints": Checkpoint.objects.filter(dataset_version__in=versions).count(),
        "waiting": Removal.objects.filter(workspace=erasure.workspace).count(),
    }
    if erasure.finished_at is None:
        erasure.finished_at = timezone.now()
        erasure.reached = erasure.reached | {"counts": counts}
        erasure.save(update_fields=["reached", "finished_at"])
        record_audit(
            workspace=erasure.workspace,
            actor=erasure.requested_by,
            action="record.erased",
            subject=erasure.content_sha256,
            data=counts,
        )
    return counts | {"content": erasure.content_sha256}
