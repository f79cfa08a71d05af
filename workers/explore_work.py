"""Looking into a checkpoint's latent space: a quick job whose pictures are kept with it."""

from functools import partial

from brandkiln.artifacts import store
from brandkiln.jobs.checkpoints import materialise_checkpoint
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.exploring import explored_checkpoint
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from workers.devices import Device
from workers.ending import Ending
from workers.generation import judge, run_in_host
from workers.heartbeat import beating
from workers.host import Host, Request
from workers.outages import outlast
from workers.reporter import Reporter

MEDIA_TYPES = {".png": "image/png", ".webp": "image/webp"}


def explore(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Run the job in the host and return how it ended; its result names an artifact for each picture."""
    checkpoint = explored_checkpoint(job)
    if checkpoint is None:
        said = "The checkpoint was deleted, so there is nothing to look into."
        return Ending(State.FAILED, failure=JobFailure("gone", said))
    with beating(reporter):
        weights = outlast(lambda: materialise_checkpoint(checkpoint))
    request = Request(
        job=str(job.pk),
        kind="inspect",
        generator="latent",
        params=job.params,
        checkpoint=weights,
        scratch=reporter.scratch,
        device=device.torch_name,
        seed=job.seed,
    )
    outcome = run_in_host(request, reporter, host)
    if outcome.status != "succeeded":
        return judge(job, reporter, outcome)
    pictures = {}
    for name, text in outcome.result["files"].items():
        path = reporter.scratch / text.rsplit("/", 1)[-1]
        kind = MEDIA_TYPES[path.suffix]
        artifact = outlast(partial(store.put, path, workspace=job.workspace, media_type=kind))
        pictures[name] = str(artifact.pk)
    return Ending(State.SUCCEEDED, result={**outcome.result["summary"], "pictures": pictures})
