"""Servers that are told of what happens: webhooks, their secrets, and the log of what was sent."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.notifications import endpoints
from brandkiln.notifications.kinds import KINDS, NOT_CHOSEN
from brandkiln.notifications.models import Delivery, Endpoint
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role

LOG_PAGE = 30


class WebhookForm(forms.Form):
    """Where messages go, and of what they tell."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=400,
        help_text=gettext_lazy("Messages are posted there, such as https://example.com/hooks/brandkiln."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Of what it is told"),
        required=False,
        choices=[(kind.name, kind.label) for kind in KINDS.values() if kind.name not in NOT_CHOSEN],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen stands for everything."),
    )


@in_workspace(Role.ADMIN)
def index(request: MemberRequest) -> HttpResponse:
    """List webhooks, and make one; its secret is shown this once."""
    form = WebhookForm(request.POST or None)
    secret, made = "", None
    if form.is_valid():
        try:
            made, secret = endpoints.create_endpoint(
                workspace=request.workspace, actor=request.user, **form.cleaned_data
            )
            form = WebhookForm()
        except Unprocessable as refusal:
            refuse(form, refusal)
    rows = Endpoint.objects.filter(workspace=request.workspace).order_by("name")
    context = {"rows": rows, "form": form, "secret": secret, "made": made}
    return render(request, "webhooks/index.html", context, status=422 if form.errors else 200)


@in_workspace(Role.ADMIN)
def page(request: MemberRequest, endpoint: UUID) -> HttpResponse:
    """Show a webhook with its log, and change it."""
    row = _find(request, endpoint)
    form = WebhookForm(request.POST or None, initial={"name": row.name, "url": row.url, "kinds": row.kinds})
    if form.is_valid():
        try:
            endpoints.change_endpoint(endpoint=row, actor=request.user, **form.cleaned_data)
        except Unprocessable as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The webhook is changed."))
            return redirect("dashboard:webhook_page", request.workspace.slug, row.pk)
    return _page(request, row, form, status=422 if form.errors else 200)


@require_POST
@in_workspace(Role.ADMIN)
def rotate(request: MemberRequest, endpoint: UUID) -> HttpResponse:
    """Make a new secret, which is shown this once; the old one signs as well for a day."""
    row = _find(request, endpoint)
    secret = endpoints.rotate_secret(endpoint=row, actor=request.user)
    row.refresh_from_db()
    initial = {"name": row.name, "url": row.url, "kinds": row.kinds}
    return _page(request, row, WebhookForm(initial=initial), secret=secret)


@require_POST
@in_workspace(Role.ADMIN)
def switch(request: MemberRequest, endpoint: UUID) -> HttpResponse:
    """Pause a webhook, or go on with it."""
    row = _find(request, endpoint)
    if request.POST.get("do") == "resume":
        endpoints.resume_endpoint(endpoint=row, actor=request.user)
        messages.success(request, _("%(name)s goes on with what waits.") % {"name": row.name})
    else:
        endpoints.pause_endpoint(endpoint=row, actor=request.user)
        messages.success(request, _("%(name)s is paused.") % {"name": row.name})
    return redirect("dashboard:webhook_page", request.workspace.slug, row.pk)


@require_POST
@in_workspace(Role.ADMIN)
def test(request: MemberRequest, endpoint: UUID) -> HttpResponse:
    """Send a message that says it is a test."""
    row = _find(request, endpoint)
    endpoints.send_test(endpoint=row, actor=request.user)
    messages.success(request, _("A test is on its way. Load this page again to see what came back."))
    return redirect("dashboard:webhook_page", request.workspace.slug, row.pk)


@require_POST
@in_workspace(Role.ADMIN)
def delete(request: MemberRequest, endpoint: UUID) -> HttpResponse:
    """Delete a webhook with its log."""
    row = _find(request, endpoint)
    endpoints.delete_endpoint(endpoint=row, actor=request.user)
    messages.success(request, _("%(name)s is deleted, with its log.") % {"name": row.name})
    return redirect("dashboard:webhook_list", request.workspace.slug)


@require_POST
@in_workspace(Role.ADMIN)
def again(request: MemberRequest, delivery: UUID) -> HttpResponse:
    """Send a message again."""
    row = find(Delivery.objects.select_related("endpoint"), request.workspace, delivery)
    endpoints.send_again(delivery=row)
    messages.success(request, _("It is sent again, under the id that it had."))
    return redirect("dashboard:webhook_page", request.workspace.slug, row.endpoint_id)


def _page(
    request: MemberRequest, row: Endpoint, form: WebhookForm, *, status: int = 200, secret: str = ""
) -> HttpResponse:
    log = Delivery.objects.filter(endpoint=row).select_related("announcement").prefetch_related("tries")
    context = {
        "endpoint": row, "form": form, "secret": secret, "page": page_of(request, log, LOG_PAGE),
        "kinds": KINDS,
    }  # fmt: skip
    return render(request, "webhooks/page.html", context, status=status)


def _find(request: MemberRequest, key: UUID) -> Endpoint:
    return find(Endpoint.objects.all(), request.workspace, key)
