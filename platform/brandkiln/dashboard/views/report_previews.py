"""A template as it looks on a table, beside the editor: a quick job, and the page that it made in a closed frame."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.artifacts import store
from brandkiln.core.downloads import send_file
from brandkiln.core.errors import Conflict, StudioError
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.report_editor import read_draft
from brandkiln.dashboard.report_tables import table_versions
from brandkiln.jobs.models import Job
from brandkiln.reports.drafts import problems_of
from brandkiln.reports.looking import PREVIEW_ROWS, preview_template, previewed_page
from brandkiln.workspaces.access import MemberRequest, in_workspace


@require_POST
@in_workspace()
def begin(request: MemberRequest) -> HttpResponse:
    """Start the preview of a draft and answer with where it stands."""
    sent = request.POST
    version = table_versions(request.workspace).find(sent.get("on", ""))
    was = sent.get("was", "")
    if version is None:
        said = _("There is no table yet to try the template on. Add a data set of rows; the draft stays.")
        return render(request, "report_templates/_preview.html", {"said": said})
    try:
        draft = read_draft(sent.get("document", ""))
        if problems := problems_of(draft):
            return render(
                request, "report_templates/_preview.html", {"problems": problems, "frame": _known(was)}
            )
        language = "zh" if sent.get("language") == "zh" else "en"
        job = preview_template(version=version, document=draft, language=language, actor=request.user)
    except StudioError as refusal:
        return render(
            request, "report_templates/_preview.html", {"said": refusal.message, "frame": _known(was)}
        )
    return _shown(request, job, was)


@in_workspace()
def look(request: MemberRequest, job: UUID) -> HttpResponse:
    """Answer with the preview once it is there, and with how the job stands until then."""
    row = find(Job.objects.all(), request.workspace, job)
    return _shown(request, row, request.GET.get("was", ""))


@in_workspace()
def page(request: MemberRequest, job: UUID) -> HttpResponseBase:
    """Answer with the page that a preview made; the browser runs nothing in it."""
    row = find(Job.objects.all(), request.workspace, job)
    artifact = previewed_page(row)
    if artifact is None:
        raise Conflict(_("This job has made no preview. Look at it again from the editor."))
    response = send_file(
        request,
        store.open_artifact(artifact),
        size=artifact.size,
        media_type="text/html; charset=utf-8",
        filename="preview.html",
        inline=True,
    )
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _shown(request: MemberRequest, job: Job, was: str) -> HttpResponse:
    made = previewed_page(job)
    context = {
        "job": job,
        "page": made,
        "frame": job.pk if made else _known(was),
        "empty": job.result.get("missing", {}).items() if made else (),
        "rows": PREVIEW_ROWS,
    }
    return render(request, "report_templates/_preview.html", context)


def _known(was: str) -> UUID | str:
    """Return the job whose page the frame shows until there is a newer one."""
    try:
        return UUID(was)
    except ValueError:
        return ""
