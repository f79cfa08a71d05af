"""Files on their way into a data set, and the list of what was wrong with them."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.datasets.queries import faults_csv
from brandkiln.datasets.services import receive_files
from brandkiln.jobs.services import submit_ingest
from brandkiln.workspaces.access import MemberRequest, in_workspace


@require_POST
@in_workspace()
def receive(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Keep the files and start the job that reads them; answers a script with that job's address."""
    row = find(Dataset.objects.all(), request.workspace, dataset)
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        upload = receive_files(dataset=row, files=request.FILES.getlist("file"), actor=request.user)
        job = submit_ingest(upload=upload, actor=request.user)
    except StudioError as error:
        if not by_script:
            raise
        return JsonResponse(error.body(), status=error.status)
    address = reverse("dashboard:job_page", args=[request.workspace.slug, job.pk])
    return JsonResponse({"address": address}, status=202) if by_script else redirect(address)


@in_workspace()
def report(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Answer with every fault of a version's report as CSV."""
    row = find(Dataset.objects.all(), request.workspace, dataset)
    version = get_object_or_404(DatasetVersion, dataset=row, number=number)
    return HttpResponse(
        faults_csv(version.report.get("faults", [])),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="report-v{version.number}.csv"'},
    )
