"""Jobs that study a dataset version with the numerical libraries: they run in the host, and what they found is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brandkiln.datasets.materialise import materialise_version
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect, State
from django.conf import settings

from workers.check_work import keep_features
from workers.devices import Device
from workers.ending import Ending
from workers.generation import TICK_SECONDS, judge
from workers.heartbeat import beating
from workers.host import Host, Request
from workers.outages import outlast
from workers.preview_work import keep_nothing
from workers.reporter import Reporter
from workers.scan_work import keep_scan

Keep = Callable[[Job, dict[str, Any], dict[str, Path]], Effect]


@dataclass(frozen=True)
class Inspection:
    """One kind of job that is done by an inspection.

    Attributes:
        name: The file in generators/inspection that does it.
        keep: Called with the job, the summary and the files, before the transaction that ends the job. It stores
            the bytes and returns the effect that writes the rows, which belongs to that transaction.
    """

    name: str
    keep: Keep


INSPECTIONS: dict[str, Inspection] = {
    Job.Kind.FEATURES: Inspection("features", keep_features),
    Job.Kind.SCAN: Inspection("personal_data", keep_scan),
    Job.Kind.PREVIEW: Inspection("augmentation", keep_nothing),
}
"""Which inspection does which kind of job."""


def inspect(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Run the job's inspection in the host and return how it ended."""
    version = job.dataset_version
    if version is None:
        return Ending(
            State.FAILED, failure=JobFailure("gone", "The version was deleted, so there is nothing to study.")
        )
    inspection = INSPECTIONS[job.kind]
    with beating(reporter):  # a large version takes longer to lay out than a lease lasts
        data = outlast(lambda: materialise_version(version))
    request = Request(
        job=str(job.pk),
        kind="inspect",
        generator=inspection.name,
        params=job.params,
        data=data,
        scratch=reporter.scratch,
        device=device.torch_name,
        seed=job.seed,
    )
    outcome = host.run(
        request,
        on_message=reporter.on_message,
        cancelled=reporter.cancelled,
        tick=reporter.tick,
        tick_seconds=TICK_SECONDS,
        silence_seconds=settings.HOST_SILENCE_SECONDS,
    )
    if outcome.status != "succeeded":
        return judge(job, reporter, outcome)
    summary: dict[str, Any] = outcome.result["summary"]
    files = {name: Path(path) for name, path in outcome.result["files"].items()}
    with beating(reporter):
        effect = outlast(lambda: inspection.keep(job, summary, files))
    return Ending(State.SUCCEEDED, result=summary, effect=effect)
