"""Previews of what a training would show its network."""

from typing import Any

from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.wishes import Wish
from generators.training.params import Augmentation


def preview_augmentation(*, version: DatasetVersion, params: dict[str, Any], actor: User | None) -> Job:
    """Return the job that shows pictures of the version as these train params would change them.

    Args:
        params: Train params of an image generator; only those that change pictures count.
    """
    wanted = {
        "augmentation": {name: params[name] for name in Augmentation.model_fields if name in params},
        "resolution": params.get("resolution", 32),
    }
    wish = Wish.of(version.workspace, "augmentation", [str(version.pk), wanted])
    return wish.answer or submit_data_job(
        kind=Job.Kind.PREVIEW, version=version, actor=actor, params=wanted, idempotency_key=wish.next_key
    )


def preview_artifact(job: Job) -> str | None:
    """Return the id of the picture that a preview made, or None as long as there is none."""
    last = job.events.filter(type="preview").order_by("-id").first()
    return last.data.get("artifact") if last else None
