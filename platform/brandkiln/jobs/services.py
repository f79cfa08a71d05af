"""Writes about jobs that people ask for, one transaction each."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion, Upload
from brandkiln.jobs.clearance import clear_data
from brandkiln.jobs.clock import in_seconds
from brandkiln.jobs.events import add_events
from brandkiln.jobs.metering import hold_for
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.moves import InvalidMove, State, move_job, wake
from brandkiln.jobs.queue import ring_on_commit
from brandkiln.jobs.requests import GENERATOR_KINDS, PROGRAM, QUEUES, CheckpointChoice, check_request, digest
from brandkiln.projects.models import Project
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import Role, Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature
from generators import registry

SECONDS_PER_PRIORITY = 60
"""By how much one step of priority moves a job in its line; so the lowest waits at most 20 minutes longer."""
TRAIN_DELAY_SECONDS = 600
"""How much later training comes in the line, for workers that serve it beside samples."""

FEATURE_OF = {
    Job.Kind.TRAIN: "training",
    Job.Kind.SEARCH: "training",
    Job.Kind.COMPRESS: "training",
    Job.Kind.EXPORT: "exports",
    Job.Kind.PACK: "exports",
}
"""Kinds that an admin may switch off."""
FOR_ADMINS = {Job.Kind.ERASE, Job.Kind.IMPORT}
"""Kinds that only an admin asks for, also when they are tried again."""


def submit_job(
    *,
    workspace: Workspace,
    project: Project,
    requested_by: User | None,
    kind: str,
    generator: str = "",
    params: dict[str, Any] | None = None,
    checkpoint: CheckpointChoice = None,
    dataset_version: DatasetVersion | None = None,
    upload: Upload | None = None,
    priority: int = 0,
    idempotency_key: str | None = None,
    retry_of: Job | None = None,
    override_reason: str = "",
    name: str = "",
) -> Job:
    """Return a new queued job, or the one that the same request with the same idempotency key made before.

    Args:
        override_reason: Why an admin goes on where something is missing that training needs to know of its data.
        name: What people call it and its pieces, where it has a name; of at most 120 characters.

    Raises:
        Unprocessable: If the request does not fit its generator, or its data is not cleared for training.
        NotFound: If it names something of another workspace.
        Conflict: If the idempotency key was used for another request.
        SwitchedOff: If an admin has switched such jobs off.
        QuotaSpent: If a quota does not suffice for it.
    """
    if project.workspace_id != workspace.pk:
        raise NotFound(_("There is no such project in this workspace."))
    if feature := FEATURE_OF.get(Job.Kind(kind)):
        require_feature(workspace, feature)
    if not -10 <= priority <= 10:
        message = _("A priority is from -10 to 10; %(priority)s is not.") % {"priority": priority}
        raise Unprocessable(message, fields={"priority": message})
    idempotency_key = idempotency_key or None  # a header may be empty
    request_digest = digest(
        project=project, kind=kind, generator=generator, params=params or {}, checkpoint=checkpoint,
        dataset_version=dataset_version, upload=upload, priority=priority,
        **({"override_reason": override_reason} if override_reason else {}),
    )  # fmt: skip
    if earlier := _earlier(workspace, idempotency_key, request_digest):
        return earlier
    lacking: tuple[str, ...] = ()
    if kind not in GENERATOR_KINDS:
        if dataset_version is not None:
            lacking = clear_data(
                dataset_version, kind=kind, actor=requested_by, override_reason=override_reason
            ).lacking
        columns = _own_columns(generator, params or {}, checkpoint, override_reason)
    else:
        checked = check_request(
            project=project, kind=kind, generator=generator, params=params or {},
            checkpoint=checkpoint, dataset_version=dataset_version,
            requested_by=requested_by, override_reason=override_reason,
        )  # fmt: skip
        columns, lacking = checked.columns(), checked.cleared.lacking
    queue = QUEUES[Job.Kind(kind)]
    delay = TRAIN_DELAY_SECONDS if queue == Job.Queue.TRAIN else 0
    try:
        with transaction.atomic():
            job = Job.objects.create(
                workspace=workspace, project=project, requested_by=requested_by, kind=kind, queue=queue,
                priority=priority, generator=generator, dataset_version=dataset_version, upload=upload,
                retry_of=retry_of, idempotency_key=idempotency_key, request_digest=request_digest, name=name[:120],
                max_attempts=settings.JOB_MAX_ATTEMPTS, rung_at=Now(),
                due_at=in_seconds(delay - priority * SECONDS_PER_PRIORITY), **columns,
            )  # fmt: skip
            hold_for(job)
            add_events(job.pk, [("state", {"state": State.QUEUED, "attempt": 0, "message": ""})])
            if lacking:
                record_audit(
                    workspace=workspace, actor=requested_by, action="training.allowed", subject=dataset_version,
                    data={"job": str(job.pk), "lacking": list(lacking), "reason": job.override_reason},
                )  # fmt: skip
            ring_on_commit(queue, job.pk)
            job.refresh_from_db(fields=["rung_at", "due_at"])
    except IntegrityError:
        earlier = _earlier(workspace, idempotency_key, request_digest)
        if earlier is None:
            raise
        return earlier  # the same request arrived twice at the same time
    return job


def _own_columns(
    generator: str,
    params: dict[str, Any],
    checkpoint: CheckpointChoice,
    override_reason: str,
) -> dict[str, Any]:
    """Return the columns of a job that is the studio's own work, for which some have a generator write."""
    return {
        "params": params,
        "seed": int(params.get("split_seed", 0)),
        "generator_version": registry.get(generator).version if generator else "",
        "checkpoint": checkpoint if isinstance(checkpoint, Checkpoint) else None,
        "override_reason": override_reason,
    }


def submit_ingest(
    *,
    upload: Upload,
    actor: User | None,
    split_seed: int | None = None,
    idempotency_key: str | None = None,
) -> Job:
    """Return a new job that reads the upload and makes a data set version of it.

    Args:
        split_seed: Draws training, validation and test; None keeps the draw of the version that is added to.
    """
    if split_seed is None:
        split_seed = upload.base.split_seed if upload.base else 0
    return submit_job(
        workspace=upload.workspace,
        project=upload.dataset.project,
        requested_by=actor,
        kind=Job.Kind.INGEST,
        params={"split_seed": split_seed},
        upload=upload,
        idempotency_key=idempotency_key,
    )


def submit_import(*, upload: Upload, place: str, path: str, actor: User | None, look: bool = False) -> Job:
    """Return a new job that fetches the files of an import and reads them.

    Args:
        look: Whether files with rows wait for a person who looks at how they would be read.
    """
    seed = upload.base.split_seed if upload.base else 0
    return submit_job(
        workspace=upload.workspace,
        project=upload.dataset.project,
        requested_by=actor,
        kind=Job.Kind.IMPORT,
        params={"place": place, "path": path, "look": look, "split_seed": seed},
        upload=upload,
    )


def cancel_job(*, job: Job, actor: User | None, keep: bool = False) -> Job:
    """Cancel a queued job at once, ask a running one to stop, and leave a finished one as it is.

    Args:
        keep: Whether a training that stops still keeps the checkpoint that it saved last.
    """
    if job.kind == Job.Kind.SEARCH:
        return _cancel_search(job, actor)
    return _cancel(job, actor, keep)


def _cancel_search(job: Job, actor: User | None) -> Job:
    """Cancel a search first, so that it submits nothing more, and then its trainings; the last of them wakes it."""
    stopped = _cancel(job, actor, keep=False)
    cancel_trials(job, actor=actor)
    wake(job.pk)
    stopped.refresh_from_db()
    return stopped


def cancel_trials(search: Job, *, actor: User | None) -> None:
    """Cancel whatever training of a search is open."""
    for child in Job.objects.filter(trial__search=search, state__in=Job.OPEN):
        _cancel(child, actor, keep=False)


def _cancel(job: Job, actor: User | None, keep: bool) -> Job:
    while True:
        job.refresh_from_db()
        if job.is_final:
            return job
        if job.state == State.QUEUED:
            try:
                return move_job(
                    job_id=job.pk, attempt=job.attempt, source=State.QUEUED, target=State.CANCELLED,
                    message=_("Cancelled by %(who)s.") % {"who": actor or "-"}, changes={"cancel_requested_at": Now()},
                )  # fmt: skip
            except InvalidMove:
                continue  # a worker has just claimed it
        if _request_cancel(job, actor, keep):
            job.refresh_from_db()
            return job


def finish_early(*, job: Job, actor: User | None) -> Job:
    """Ask a running training to end now and keep what it has; asked of one that has ended, leave it as it is.

    Raises:
        Conflict: If it is no training, or has not begun.
    """
    job.refresh_from_db()
    if job.is_final:
        return job
    if job.kind != Job.Kind.TRAIN or job.state != State.RUNNING:
        raise Conflict(
            _("Only a training that runs can be ended early; this is %(kind)s, %(state)s. Cancel it instead.")
            % {"kind": job.get_kind_display(), "state": job.get_state_display()}
        )
    return cancel_job(job=job, actor=actor, keep=True)


def retry_job(*, job: Job, actor: User | None) -> Job:
    """Return a new job that asks for the same as one that failed or was cancelled; asked twice, the same one.

    Raises:
        Conflict: If the job did not fail and was not cancelled.
        NotAllowed: If only an admin asks for such jobs, and the person is none.
    """
    if actor and job.kind in FOR_ADMINS:
        require_role(membership_of(actor, job.workspace.slug), Role.ADMIN)
    if job.state not in {State.FAILED, State.CANCELLED}:
        raise Conflict(
            _(
                "This job is %(state)s; only one that failed or was cancelled can be retried. Submit a new one."
            )
            % {"state": job.get_state_display()}
        )
    return submit_job(
        workspace=job.workspace,
        project=job.project,
        requested_by=actor,
        kind=job.kind,
        generator=job.generator,
        params=job.params,
        checkpoint=job.checkpoint,
        dataset_version=job.dataset_version,
        upload=job.upload,
        priority=job.priority,
        override_reason=job.override_reason,
        idempotency_key=f"retry:{job.pk}",
        retry_of=job,
        name=job.name,
    )


def _earlier(workspace: Workspace, key: str | None, request_digest: str) -> Job | None:
    job = Job.objects.filter(workspace=workspace, idempotency_key=key).first() if key else None
    if job and job.request_digest != request_digest:
        raise Conflict(
            _(
                "The idempotency key %(key)s was used for another request. Send a new key, or the first request again."
            )
            % {"key": str(key).removeprefix(PROGRAM)}
        )
    return job


@transaction.atomic
def _request_cancel(job: Job, actor: User | None, keep: bool) -> bool:
    running = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt)
    if not running.update(cancel_requested_at=Now(), keep_on_cancel=keep):
        return False
    message = _("%(who)s asked to stop.") % {"who": actor or "-"}
    add_events(job.pk, [("state", {"state": State.RUNNING, "attempt": job.attempt, "message": message})])
    return True
