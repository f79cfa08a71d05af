"""Personal data in a version: looking for it, deciding about what was found, and applying that."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import Conflict, NotAllowed, Unprocessable
from brandkiln.dashboard.version_page import find_version
from brandkiln.datasets.models import DatasetVersion, Kind, PersonalDataScan
from brandkiln.datasets.protection.decisions import ACTIONS, KINDS, NAME, TEXT, decide, undecided_findings
from brandkiln.datasets.terms import may_set_terms
from brandkiln.jobs.models import Job
from brandkiln.jobs.personal_data import submit_protection, submit_scan
from brandkiln.workspaces.access import MemberRequest, in_workspace


@require_POST
@in_workspace()
def scan(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Start looking for personal data in the version."""
    job = submit_scan(version=find_version(request, dataset, number), actor=request.user)
    return redirect("dashboard:job_page", request.workspace.slug, job.pk)


@require_POST
@in_workspace()
def decide_findings(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Keep what was decided about the findings and, where asked for, make the version that follows from it."""
    version = find_version(request, dataset, number)
    if not may_set_terms(version.dataset, request.membership):
        raise NotAllowed(
            _("Whoever made the data set, publishers and admins decide about personal data in it.")
        )
    found = PersonalDataScan.objects.filter(version=version).first()
    if found is None:
        raise Conflict(_("This version was not scanned for personal data yet. Scan it, then decide."))
    chosen = [
        {"column": one["column"], "kind": one["kind"], "action": action}
        for place, one in enumerate(found.summary.get("found", []))
        if (action := request.POST.get(f"action-{place}", ""))
    ]
    decide(scan=found, decisions=chosen, actor=request.user)
    if "apply" in request.POST:
        try:
            job = submit_protection(version=version, actor=request.user)
        except Unprocessable as error:
            messages.error(request, error.message)
        else:
            return redirect("dashboard:job_page", request.workspace.slug, job.pk)
    else:
        messages.success(request, _("The decisions are saved."))
    return redirect("dashboard:dataset_protection", request.workspace.slug, dataset, number)


def findings_context(version: DatasetVersion) -> dict[str, Any]:
    """Return what the Protection tab shows of personal data in the version."""
    found = PersonalDataScan.objects.filter(version=version).select_related("decided_by").first()
    jobs = Job.objects.filter(dataset_version=version, kind=Job.Kind.SCAN)
    return {
        "scan": found,
        "findings": list(_rows(found, version)) if found else [],
        "actions": ACTIONS.items(),
        "undecided": len(undecided_findings(version)) if found else 0,
        "scanning": jobs.filter(state__in=Job.OPEN).first(),
        "protected": any(step.get("step") == "protect_text" for step in version.recipe),
    }


def _rows(found: PersonalDataScan, version: DatasetVersion) -> Iterator[dict[str, Any]]:
    decided = {(one["column"], one["kind"]): one["action"] for one in found.decisions}
    is_text = version.dataset.kind == Kind.TEXT
    own = {TEXT: _("Text") if is_text else _("Caption"), NAME: _("File name")}
    for one in found.summary.get("found", []):
        yield {
            **one,
            "column": own.get(one["column"], one["column"]),
            "kind": KINDS.get(one["kind"], one["kind"]),
            "action": decided.get((one["column"], one["kind"]), ""),
        }
