"""Quick jobs that show records of a version: deleted with what they showed, once records or the version are."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from brandkiln.artifacts.removal import release
from brandkiln.jobs.models import Job, JobEvent


@transaction.atomic
def forget_previews(versions: Collection[UUID]) -> int:
    """Delete the previews of versions with their pictures and pages; return how many there were.

    Whoever wants to look again gets a new one.
    """
    jobs = Job.objects.filter(kind=Job.Kind.PREVIEW, dataset_version__in=versions, state__in=Job.FINAL)
    said = JobEvent.objects.filter(job__in=jobs, type="preview").values_list("data", flat=True)
    shown = {data.get("artifact") for data in said}
    shown |= {result.get("page") for result in jobs.values_list("result", flat=True)}
    release([UUID(key) for key in shown if key])
    count = jobs.count()
    jobs.delete()
    return count
