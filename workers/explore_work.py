"""Looking into a checkpoint's latent space: a quick job whose pictures are kept with it."""

from functools import partial
from pathlib import Path

from brandkiln.artifacts import store
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.exploring import explored_checkpoint
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.moves import State

from workers.devices import Device
from workers.ending import Ending
from workers.generation import judge
from workers.host import Host
from workers.outages import outlast
from workers.reporter import Reporter
from workers.studying import study

MEDIA_TYPES = {".png": "image/png", ".webp": "image/webp"}


def explore(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Run the job in the host and return how it ended; its result names an artifact for each picture."""
    checkpoint = explored_checkpoint(job)
    if checkpoint is None:
        said = "The checkpoint was deleted, so there is nothing to look into."
        return Ending(State.FAILED, failure=JobFailure("gone", said))
    version = _labelled(checkpoint) if job.params["explore"]["mode"] == "components" else None
    outcome = study(job, reporter, host, device, inspection="latent", version=version, checkpoint=checkpoint)
    if outcome.status != "succeeded":
        return judge(job, reporter, outcome)
    pictures = {}
    for name, text in outcome.result["files"].items():
        path = Path(text)
        kind = MEDIA_TYPES[path.suffix]
        artifact = outlast(partial(store.put, path, workspace=job.workspace, media_type=kind))
        pictures[name] = str(artifact.pk)
    return Ending(State.SUCCEEDED, result={**outcome.result["summary"], "pictures": pictures})


def _labelled(checkpoint: Checkpoint) -> DatasetVersion | None:
    """Return what a checkpoint learned from, where it is still there and its labels can be told apart."""
    version = checkpoint.dataset_version
    if version is None or len(version.labels) < 2 or version.trashed_at or version.dataset.trashed_at:
        return None
    return None if version.report.get("erased") else version
