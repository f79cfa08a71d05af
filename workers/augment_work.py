"""Keeping a set of generated pictures: a data set of its own, with what the set did to a classifier."""

from functools import partial
from pathlib import Path
from typing import Any

from brandkiln.artifacts import store
from brandkiln.datasets.generated import keep_set, prepare_set
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.checks import check_first_time
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect


def keep_augmentation(job: Job, summary: dict[str, Any], files: dict[str, Path]) -> Effect | None:
    """Store the pictures, which join the summary; return the effect that writes the data set, if it has a source."""
    source, checkpoint = job.dataset_version, job.checkpoint
    if source is None or checkpoint is None:  # nothing is left to say where the pictures come from
        return None
    by = str(checkpoint)
    shown = store.put(files["shown"], workspace=job.workspace, media_type="image/png")
    summary["pictures"] = {"shown": str(shown.pk)}
    prepared = prepare_set(
        source=source,
        listing=files["set"],
        by=by,
        with_real=job.params["augment"]["with_real"],
        report_progress=lambda done, total, message: None,
    )
    facts = {
        "checkpoint": str(checkpoint.pk),
        "job": str(job.pk),
        "params": job.params["augment"],
        "pictures": sum(summary["generated"]),
    }
    return partial(_keep, prepared=prepared, source=source, by=by, facts=facts)


def _keep(job: Job, *, prepared: Any, source: DatasetVersion, by: str, facts: dict[str, Any]) -> None:
    version = keep_set(prepared, source=source, by=by, facts=facts, actor=job.requested_by)
    job.result = job.result | {"dataset_version": str(version.pk)}
    job.save(update_fields=["result"])
    check_first_time(version=version, actor=job.requested_by)
