"""Previews of what a training would show its network: a quick job, the same for the same wish."""

import hashlib
import json
from typing import Any

from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from generators.training.params import Augmentation

GIVEN_UP = {State.FAILED, State.CANCELLED}


def preview_augmentation(*, version: DatasetVersion, params: dict[str, Any], actor: User | None) -> Job:
    """Return the job that shows pictures of the version as these train params would change them.

    Args:
        params: Train params of an image generator; only those that change pictures count.
    """
    wanted = {
        "augmentation": {name: params[name] for name in Augmentation.model_fields if name in params},
        "resolution": params.get("resolution", 32),
    }
    text = json.dumps([str(version.pk), wanted], sort_keys=True)
    key = f"augmentation:{hashlib.sha256(text.encode()).hexdigest()}"
    made = Job.objects.filter(workspace=version.workspace, idempotency_key__startswith=key)
    usable = made.exclude(state__in=GIVEN_UP).order_by("-created_at").first()
    return usable or submit_data_job(
        kind=Job.Kind.PREVIEW,
        version=version,
        actor=actor,
        params=wanted,
        idempotency_key=f"{key}:{made.count()}",
    )


def preview_artifact(job: Job) -> str | None:
    """Return the id of the picture that a preview made, or None as long as there is none."""
    last = job.events.filter(type="preview").order_by("-id").first()
    return last.data.get("artifact") if last else None
