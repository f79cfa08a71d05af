"""The Protection tab of a version: its terms, personal data in it, how long it is kept."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brandkiln.core.errors import NotAllowed, Unprocessable
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.terms import FOLDED, TermsForm
from brandkiln.dashboard.version_page import find_version, version_context
from brandkiln.dashboard.views.personal_data import findings_context
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.terms import LICENCES, has_expired, may_set_terms, missing_terms, set_terms
from brandkiln.jobs.clearance import NAMES
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def page(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Show how the data is protected, and take changes of its terms."""
    version = find_version(request, dataset, number)
    if request.method != "POST":
        return _shown(request, version, TermsForm.of(version.dataset))
    if not may_set_terms(version.dataset, request.membership):
        raise NotAllowed(
            _("Whoever made the data set, publishers and admins change its terms. Ask one of them.")
        )
    form = TermsForm(request.POST)
    if form.is_valid():
        try:
            set_terms(dataset=version.dataset, actor=request.user, **form.cleaned_data)
        except Unprocessable as error:
            refuse(form, error)
        else:
            messages.success(request, _("The terms are saved."))
            return redirect("dashboard:dataset_protection", request.workspace.slug, dataset, number)
    return _shown(request, version, form, status=422)


def _shown(
    request: MemberRequest, version: DatasetVersion, form: TermsForm, status: int = 200
) -> HttpResponse:
    dataset = version.dataset
    context = {
        **version_context(version, tab="protection"),
        **findings_context(version),
        "form": form,
        "licences": LICENCES,
        "may_change": may_set_terms(dataset, request.membership),
        "missing": [NAMES[name] for name in missing_terms(dataset)],
        "trash_days": settings.TRASH_DAYS,
        "has_expired": has_expired(dataset),
        "is_open": bool(form.errors) or any(getattr(dataset, name) for name in FOLDED),
    }
    return render(request, "datasets/protection.html", context, status=status)
