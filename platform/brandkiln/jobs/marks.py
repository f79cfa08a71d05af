"""The mark "not for diagnosis" on checkpoints, and the pictures by which it goes on."""

from uuid import UUID

from brandkiln.datasets.medical_mark import mark_of
from brandkiln.jobs.models import Checkpoint, Job
from generators import registry
from generators.params import named_pictures


def mark_of_checkpoint(checkpoint: Checkpoint | None) -> str | None:
    """Return the mark of what a checkpoint learned from, which its card keeps when the data is deleted."""
    if checkpoint is None:
        return None
    return mark_of(checkpoint.dataset_version) or checkpoint.card.get("data", {}).get("mark")


def pictures_of(job: Job) -> list[UUID]:
    """Return the ids of the pictures that a job was given to work on."""
    spec = registry.specs().get(job.generator)
    if spec is None or job.kind not in spec.kinds:
        return []
    named = named_pictures(spec.params_for(job.kind), job.params).values()
    return [UUID(key) for keys in named for key in keys]
