"""The mark "not for diagnosis" on pieces: as their receipts say it, and as their data says it since."""

from brandkiln.datasets.medical_mark import mark_of
from brandkiln.jobs.marks import mark_of_checkpoint, pictures_of
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset


def mark_of_asset(asset: Asset) -> str | None:
    """Return the mark of a piece, also where its data set was called medical only after it was made."""
    return asset.receipt.get("mark") or (mark_of_job(asset.job) if asset.job else None)


def mark_of_job(job: Job) -> str | None:
    """Return the mark of what a job makes: that of its data, its checkpoint, or of pieces that it works on."""
    found = mark_of(job.dataset_version) or mark_of_checkpoint(job.checkpoint)
    if found or not (keys := pictures_of(job)):
        return found
    marked = Asset.objects.filter(workspace=job.workspace_id, artifact__in=keys).values_list(
        "receipt__mark", flat=True
    )
    return next(filter(None, marked), None)
