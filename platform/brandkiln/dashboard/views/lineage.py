"""Lineage: finding a record, seeing what became of it, and erasing it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.lineage_picture import draw
from brandkiln.datasets.models import Erasure
from brandkiln.datasets.protection.search import HASH, find_like, find_records, record_with
from brandkiln.jobs.erasure import submit_erasure
from brandkiln.library.lineage import chain_of, chain_of_erased
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """Look for a record by words, by its hash, name or number, or by a picture."""
    query = request.GET.get("q", "")[:1000]
    problem, hits = "", find_records(request.workspace, query)
    picture = request.FILES.get("picture")
    if picture is not None:
        try:
            hits = find_like(request.workspace, picture)
        except Unprocessable as error:
            problem = error.message
    shown = {
        "query": query,
        "hits": hits,
        "problem": problem,
        "searched": bool(query.strip() or picture),
        "erasures": Erasure.objects.filter(workspace=request.workspace)[:10],
    }
    return render(request, "lineage/index.html", shown, status=422 if problem else 200)


@in_workspace()
def record(request: MemberRequest, content: str) -> HttpResponse:
    """Show the chain of a record: files, versions, checkpoints, assets."""
    row, erasure = record_with(request.workspace.pk, content), _erasure(request, content)
    if row is None and erasure is None:
        raise Http404(_("No record of this workspace has this content."))
    chain = chain_of_erased(erasure) if row is None and erasure else chain_of(request.workspace, content)
    return render(
        request,
        "lineage/record.html",
        {
            "record": row,
            "erasure": erasure,
            "chain": chain,
            "picture": draw(chain, request.workspace),
            "to_retrain": [one for one in chain.checkpoints if one.retrain_reason],
        },
    )


@in_workspace(Role.ADMIN)
def erase(request: MemberRequest, content: str) -> HttpResponse:
    """Say what erasing a record means, and do it once that was confirmed in writing."""
    row = record_with(request.workspace.pk, content)
    if row is None:
        raise Http404(_("No record of this workspace has this content."))
    problem, confirmed = "", request.POST.get("confirm", "") == content[:8]
    if request.method == "POST" and not confirmed:
        problem = _("Type the first eight characters of the hash to confirm: %(text)s.") % {
            "text": content[:8]
        }
    elif request.method == "POST":
        try:
            job = submit_erasure(
                workspace=request.workspace,
                content=content,
                actor=request.user,
                reason=request.POST.get("reason", ""),
            )
        except StudioError as error:
            problem = error.message
        else:
            messages.success(request, _("The record is being erased."))
            return redirect("dashboard:job_page", request.workspace.slug, job.pk)
    shown = {"record": row, "chain": chain_of(request.workspace, content), "problem": problem}
    return render(request, "lineage/erase.html", shown, status=422 if problem else 200)


def _erasure(request: MemberRequest, content: str) -> Erasure | None:
    if not HASH.fullmatch(content):
        return None
    rows = Erasure.objects.filter(workspace=request.workspace, content_sha256=content)
    return rows.select_related("workspace", "requested_by").first()
