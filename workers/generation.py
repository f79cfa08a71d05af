"""A generator's job, from the row to the host's child process and back."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from brandkiln.artifacts.models import Artifact
from brandkiln.core.errors import StudioError
from brandkiln.datasets.materialise import materialise_version
from brandkiln.jobs.checkpoints import (
    StoredCheckpoint,
    materialise_checkpoint,
    record_checkpoint,
    store_checkpoint,
)
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.clearance import refuse_forbidden, refuse_trashed
from brandkiln.jobs.events import Event
from brandkiln.jobs.guards import keep_guard, lay_out_guard, store_guard
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.moves import Effect, State
from brandkiln.jobs.pictures import lay_out_pictures
from brandkiln.library.holds import refuse_held_bytes
from brandkiln.library.services import keep_sample, picture_names
from brandkiln.reports.documents import MEDIA_TYPE
from brandkiln.reports.issues import keep_document
from django.conf import settings

from generators import checkpoint as folders
from generators.errors import BadCheckpoint, GeneratorError
from workers.devices import Device
from workers.ending import Ending, stopped
from workers.heartbeat import beating
from workers.host import Host, Request
from workers.outages import outlast
from workers.registry_work import compared, compressed, exported
from workers.remote_work import remote_of, settle
from workers.reporter import SAVED_MARK, Reporter
from workers.sharing import may_share
from workers.verdicts import Outcome

TICK_SECONDS = 0.25
OnMessage = Callable[[dict[str, Any]], None]
Built = tuple[Artifact, dict[str, float]]
"""A guard against copies and what is known of it."""
REGISTRY_WORK = {Job.Kind.COMPRESS: compressed, Job.Kind.EXPORT: exported, Job.Kind.COMPARE: compared}
"""How the results of jobs on a checkpoint are kept."""


def generate(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Run the job in the host and return how it ended."""
    checkpoint, version = job.checkpoint, job.dataset_version
    if version:  # its terms may have changed while the job was queued
        refuse_trashed(version)
        refuse_forbidden(version, job.kind)
    with beating(reporter):  # a large data set takes longer to lay out than a lease lasts
        weights = outlast(lambda: materialise_checkpoint(checkpoint)) if checkpoint else None
        data = outlast(lambda: materialise_version(version)) if version else None
        guard = outlast(lambda: lay_out_guard(checkpoint))
        pictures = outlast(lambda: lay_out_pictures(job))
        outlast(lambda: refuse_held_bytes(*(UUID(name) for name in pictures)))
        remote = remote_of(job)
    request = Request(
        job=str(job.pk),
        kind=cast(Any, "sample" if job.kind == Job.Kind.COMPARE else job.kind),
        generator=job.generator,
        params=job.params,
        checkpoint=weights,
        data=data,
        scratch=reporter.scratch,
        device=device.torch_name,
        seed=job.seed,
        resume_from=last_saved(reporter.scratch) if job.kind == Job.Kind.TRAIN else None,
        guard=guard,
        pictures=pictures,
        shares=may_share(job),
        remote=remote,
    )
    outcome = run_in_host(request, reporter, host)
    if job.kind == Job.Kind.TRAIN and outcome.status != "succeeded":
        outcome = _guarded_late(job, request, reporter, host, outcome)
    if remote:
        settle(job, outcome, [kept.message for kept in reporter.samples])
    return judge(job, reporter, outcome)


def run_in_host(
    request: Request, reporter: Reporter, host: Host, *, on_message: OnMessage | None = None
) -> Outcome:
    """Return how the host ended the request; what it says on the way goes to the reporter, or where it is wanted."""
    return host.run(
        request,
        on_message=on_message or reporter.on_message,
        cancelled=reporter.cancelled,
        finishing=reporter.finishing,
        tick=reporter.tick,
        tick_seconds=TICK_SECONDS,
        silence_seconds=settings.HOST_SILENCE_SECONDS,
    )


def _guarded_late(job: Job, request: Request, reporter: Reporter, host: Host, outcome: Outcome) -> Outcome:
    """Return the outcome with a guard of the checkpoint that a training leaves which did not end by itself."""
    folder = reporter.saved or last_saved(reporter.scratch)
    is_kept = reporter.finishing() if outcome.status == "cancelled" else outcome.code != "killed"
    if folder is None or request.data is None or not is_kept or reporter.stopping.is_set():
        return outcome
    built = host.run(
        replace(
            request, kind="inspect", generator="guard", checkpoint=folder, resume_from=None, shares=False
        ),
        on_message=reporter.on_message,
        cancelled=reporter.stopping.is_set,
        finishing=lambda: True,  # so it is built of a part
        tick=reporter.tick,
        tick_seconds=TICK_SECONDS,
        silence_seconds=settings.HOST_SILENCE_SECONDS,
    )
    if built.status != "succeeded" or not built.result["files"]:
        return outcome
    facts = {"guard": built.result["files"]["guard"], "guard_facts": built.result["summary"]}
    return replace(outcome, result=facts)


def judge(job: Job, reporter: Reporter, outcome: Outcome) -> Ending:
    """Return what the host's outcome means for the job; what people were told on the way is part of its result."""
    ending = _judge(job, reporter, outcome)
    notices = outlast(reporter.notices)
    return replace(ending, result=ending.result | {"notices": notices}) if notices else ending


def _judge(job: Job, reporter: Reporter, outcome: Outcome) -> Ending:
    match outcome.status:
        case "succeeded":
            return _success(job, reporter, outcome.result)
        case "cancelled" if reporter.cancelled_by_person:
            return _cancelled(job, reporter, outcome)
        case "cancelled" if reporter.stopping.is_set():
            return stopped(job, by_person=False)
        case "cancelled":
            said = f"{job.generator} stopped although nobody had asked it to. Tell its author."
            return Ending(State.FAILED, failure=JobFailure("protocol", said))
        case "crashed" if reporter.finishing():
            return _cancelled(job, reporter, outcome)
        case "crashed" if outcome.code == "neighbour":
            return Ending(State.QUEUED, failure=_failure(outcome), costs_attempt=False)
        case "crashed" if outcome.code == "killed":
            return Ending(State.QUEUED, failure=_failure(outcome))
        case _:
            return _failed(job, reporter, outcome)


def last_saved(scratch: Path) -> Path | None:
    """Return the checkpoint that an earlier attempt saved last and whole, or None."""
    attempts = [path for path in scratch.parent.iterdir() if path.name.isdecimal() and path != scratch]
    for attempt in sorted(attempts, key=lambda path: int(path.name), reverse=True):
        with suppress(OSError, BadCheckpoint):
            folder = attempt / (attempt / SAVED_MARK).read_text(encoding="utf-8")
            folders.read(folder)
            return folder
    return None


def _failure(outcome: Outcome) -> JobFailure:
    return JobFailure(outcome.code or outcome.status, outcome.message, outcome.traceback)


def _success(job: Job, reporter: Reporter, result: dict[str, Any]) -> Ending:
    match job.kind:
        case Job.Kind.TRAIN:
            metrics, effect = _stored(job, reporter, Path(result["checkpoint"]), result)
            return Ending(State.SUCCEEDED, result={"metrics": metrics}, effect=effect)
        case Job.Kind.EVALUATE:
            kept = {"metrics": result["metrics"], "about": result.get("about", {})}
            built = _store_guard(job, reporter, result)
            effect = partial(_keep_metrics, metrics=result["metrics"], built=built)
            return Ending(State.SUCCEEDED, result=kept, effect=effect)
        case Job.Kind.COMPRESS | Job.Kind.EXPORT | Job.Kind.COMPARE:
            return REGISTRY_WORK[Job.Kind(job.kind)](job, reporter, result)
        case Job.Kind.CHAT:
            return Ending(State.SUCCEEDED, result=result)
        case _:
            pieces = [one for one in reporter.samples if one.message["media_type"] != MEDIA_TYPE]
            made = {"samples": len(pieces)}
            return Ending(State.SUCCEEDED, result=made, effect=partial(_keep_samples, reporter=reporter))


def _cancelled(job: Job, reporter: Reporter, outcome: Outcome) -> Ending:
    job.refresh_from_db(fields=["keep_on_cancel"])
    folder = reporter.saved or last_saved(reporter.scratch)
    if job.kind != Job.Kind.TRAIN or not job.keep_on_cancel or folder is None:
        return Ending(State.CANCELLED, message=outcome.message or "Cancelled.")
    _metrics, effect = _stored(job, reporter, folder, outcome.result)
    return Ending(State.CANCELLED, message="Stopped; the checkpoint saved last is kept.", effect=effect)


def _failed(job: Job, reporter: Reporter, outcome: Outcome) -> Ending:
    """Return the end of a job that failed; the checkpoint that a training saved last is kept, if it is whole."""
    failure = _failure(outcome)
    folder = (reporter.saved or last_saved(reporter.scratch)) if job.kind == Job.Kind.TRAIN else None
    if folder is None:
        return Ending(State.FAILED, failure=failure)
    try:
        _metrics, effect = _stored(job, reporter, folder, outcome.result)
    except (StudioError, GeneratorError):
        return Ending(State.FAILED, failure=failure)
    said = f"{failure.message} The checkpoint saved last is kept."
    return Ending(State.FAILED, failure=replace(failure, message=said), effect=effect)


def _stored(
    job: Job, reporter: Reporter, folder: Path, result: dict[str, Any]
) -> tuple[dict[str, float], Effect]:
    """Keep the bytes of a training's checkpoint; return its metrics and the effect that writes its rows."""
    with beating(reporter):
        stored = outlast(lambda: store_checkpoint(workspace=job.workspace, folder=folder))
    built = _store_guard(job, reporter, result)
    effect = partial(_keep_checkpoint, stored=stored, folder=folder, reporter=reporter, built=built)
    return dict(stored.facts.metrics), effect


def _store_guard(job: Job, reporter: Reporter, result: dict[str, Any]) -> Built | None:
    if "guard" not in result:
        return None
    with beating(reporter):
        path = Path(result["guard"])
        return outlast(lambda: store_guard(workspace=job.workspace, path=path)), result["guard_facts"]


def _keep_checkpoint(
    job: Job, *, stored: StoredCheckpoint, folder: Path, reporter: Reporter, built: Built | None
) -> list[Event]:
    kept = record_checkpoint(job=job, folder=folder, preview=reporter.preview, stored=stored)
    if built:
        keep_guard(job=job, checkpoint=kept, artifact=built[0], facts=built[1])
    return [("saved", {"checkpoint": str(kept.pk)})]


def _keep_metrics(job: Job, *, metrics: dict[str, float], built: Built | None) -> None:
    if job.checkpoint_id:
        checkpoint = Checkpoint.objects.select_for_update().get(pk=job.checkpoint_id)
        checkpoint.metrics |= metrics
        checkpoint.save(update_fields=["metrics"])
        if built:
            keep_guard(job=job, checkpoint=checkpoint, artifact=built[0], facts=built[1])


def _keep_samples(job: Job, *, reporter: Reporter) -> list[Event]:
    events: list[Event] = []
    named = picture_names(job.workspace, [_picture_of(kept.message) for kept in reporter.samples])
    for position, kept in enumerate(reporter.samples):
        sample = kept.message
        if sample["media_type"] == MEDIA_TYPE and kept.artifact:
            keep_document(job, kept.artifact)
            continue  # what a report keeps of itself is no piece for the library
        asset = keep_sample(
            job=job,
            position=position,
            artifact=kept.artifact,
            path=Path(sample["path"]) if sample["path"] else None,
            made_of=named.get(_picture_of(sample), ""),
            **{name: sample[name] for name in ("media_type", "text", "label", "seed", "name", "meta")},
        )
        events.append(("sample", {"asset": str(asset.pk)}))
    return events


def _picture_of(sample: dict[str, Any]) -> str:
    """Return the id of the picture that a sample was made of, as its generator says it."""
    return str(sample["meta"].get("picture", ""))
