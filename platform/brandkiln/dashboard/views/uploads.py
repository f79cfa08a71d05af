"""Files on their way into a data set: a plain form, a look before they are read, and what was wrong with them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import Conflict, StudioError
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.reading_form import ReadingForm
from brandkiln.dashboard.views.arrivals import chosen_base, find_upload, next_step
from brandkiln.datasets.looking import look_at, tabular_files
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload
from brandkiln.datasets.queries import faults_csv
from brandkiln.datasets.services import correct_options, receive_files
from brandkiln.jobs.services import submit_ingest
from brandkiln.workspaces.access import MemberRequest, in_workspace


@require_POST
@in_workspace()
def receive(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Keep the files of a plain form and go on to a look at them or to the job that reads them."""
    row = find(Dataset.objects.filter(trashed_at=None), request.workspace, dataset)
    upload = receive_files(
        dataset=row,
        files=request.FILES.getlist("file"),
        actor=request.user,
        base=chosen_base(request, row),
    )
    return redirect(next_step(request, upload))


@in_workspace()
def page(request: MemberRequest, upload: UUID) -> HttpResponse:
    """Show how a file with rows would be read; the form asks again whenever something is corrected."""
    row = find_upload(request, upload)
    files = tabular_files(row)
    if not files or row.state == Upload.State.RECEIVING:
        return redirect(_files_page(request, row))
    chosen = next((file for file in files if str(file.pk) == request.GET.get("file")), files[0])
    form = ReadingForm(request.GET if "encoding" in request.GET else None, initial=row.options)
    shown: dict[str, Any] = {
        "upload": row,
        "dataset": row.dataset,
        "files": files,
        "file": chosen,
        "form": form,
    }
    status = 200
    try:
        options = form.options() if form.is_bound else row.options
        shown["look"] = look_at(chosen, options)
        form.offer(shown["look"], row.dataset.kind)
    except StudioError as error:
        shown["error"], status = error, 200 if request.headers.get("HX-Request") else error.status
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render(request, "datasets/_look.html" if fragment else "datasets/look.html", shown, status=status)


@require_POST
@in_workspace()
def read(request: MemberRequest, upload: UUID) -> HttpResponse:
    """Keep how the files are to be read and start the job that reads them."""
    row = find_upload(request, upload)
    if row.state == Upload.State.RECEIVING:
        raise Conflict(_("Files of this upload are still arriving. Finish it first."))
    correct_options(upload=row, options=ReadingForm(request.POST).options())
    job = submit_ingest(upload=row, actor=request.user)
    return redirect("dashboard:job_page", request.workspace.slug, job.pk)


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


def _files_page(request: MemberRequest, upload: Upload) -> str:
    return reverse("dashboard:dataset_page", args=[request.workspace.slug, upload.dataset_id]) + "?uploads"
