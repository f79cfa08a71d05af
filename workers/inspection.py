"""Jobs that study a dataset version with the numerical libraries: they run in the host, and what they found is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.clearance import refuse_forbidden, refuse_trashed
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect, State

from workers.augment_work import keep_augmentation
from workers.check_work import keep_features
from workers.devices import Device
from workers.ending import Ending
from workers.explore_work import explore
from workers.generation import judge
from workers.heartbeat import beating
from workers.host import Host
from workers.outages import outlast
from workers.report_work import look
from workers.reporter import Reporter
from workers.scan_work import keep_scan
from workers.studying import study

Keep = Callable[[Job, dict[str, Any], dict[str, Path]], Effect | None]


@dataclass(frozen=True)
class Inspection:
    """One kind of job that is done by an inspection.

    Attributes:
        name: The file in generators/inspection that does it.
        keep: Called with the job, the summary and the files, before the transaction that ends the job. It stores
            the bytes and returns the effect that writes the rows, if any; that belongs to the transaction. Without it
            nothing is kept but the previews, which the reporter keeps while they come.
        with_checkpoint: Whether it studies the job's checkpoint with the version.
    """

    name: str
    keep: Keep | None = None
    with_checkpoint: bool = False


INSPECTIONS: dict[str, Inspection] = {
    Job.Kind.FEATURES: Inspection("features", keep_features),
    Job.Kind.SCAN: Inspection("personal_data", keep_scan),
    Job.Kind.PREVIEW: Inspection("augmentation"),
    Job.Kind.PACE: Inspection("pace"),
    Job.Kind.AUGMENT: Inspection("augment", keep_augmentation, with_checkpoint=True),
}
"""Which inspection does which kind of job."""


def inspect(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Run the job's inspection in the host and return how it ended."""
    if job.kind == Job.Kind.PREVIEW and "explore" in job.params:
        return explore(job, reporter, host, device)
    if job.kind == Job.Kind.PREVIEW and ("columns" in job.params or "report" in job.params):
        return look(job, reporter, host, device)
    version = job.dataset_version
    if version is None:
        return Ending(
            State.FAILED, failure=JobFailure("gone", "The version was deleted, so there is nothing to study.")
        )
    refuse_trashed(version)
    refuse_forbidden(version, job.kind)  # its terms may have changed while the job was queued
    inspection = INSPECTIONS[job.kind]
    checkpoint = job.checkpoint if inspection.with_checkpoint else None
    if inspection.with_checkpoint and checkpoint is None:
        said = "The checkpoint was deleted, so there is nothing to draw with."
        return Ending(State.FAILED, failure=JobFailure("gone", said))
    outcome = study(
        job, reporter, host, device, inspection=inspection.name, version=version, checkpoint=checkpoint
    )
    if outcome.status != "succeeded":
        return judge(job, reporter, outcome)
    summary: dict[str, Any] = outcome.result["summary"]
    keep = inspection.keep
    if keep is None:
        return Ending(State.SUCCEEDED, result=summary)
    files = {name: Path(path) for name, path in outcome.result["files"].items()}
    with beating(reporter):
        effect = outlast(lambda: keep(job, summary, files))
    return Ending(State.SUCCEEDED, result=summary, effect=effect)
