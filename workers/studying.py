"""An inspection in the host: what it is given, and what it found."""

from brandkiln.datasets.materialise import materialise_version
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.checkpoints import materialise_checkpoint
from brandkiln.jobs.guards import lay_out_guard
from brandkiln.jobs.models import Checkpoint, Job

from workers.devices import Device
from workers.generation import run_in_host
from workers.heartbeat import beating
from workers.host import Host, Request
from workers.outages import outlast
from workers.reporter import Reporter
from workers.verdicts import Outcome


def study(
    job: Job,
    reporter: Reporter,
    host: Host,
    device: Device,
    *,
    inspection: str,
    version: DatasetVersion | None,
    checkpoint: Checkpoint | None,
) -> Outcome:
    """Return how an inspection of a version, a checkpoint or both ended."""
    with beating(reporter):  # a large version takes longer to lay out than a lease lasts
        request = Request(
            job=str(job.pk),
            kind="inspect",
            generator=inspection,
            params=job.params,
            checkpoint=outlast(lambda: materialise_checkpoint(checkpoint)) if checkpoint else None,
            guard=outlast(lambda: lay_out_guard(checkpoint)),
            data=outlast(lambda: materialise_version(version)) if version else None,
            scratch=reporter.scratch,
            device=device.torch_name,
            seed=job.seed,
        )
    return run_in_host(request, reporter, host)
