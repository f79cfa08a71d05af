"""Connections of a workspace to networks on other servers."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from brandkiln.connections.models import Connection
from brandkiln.connections.services import (
    KEY_LENGTH,
    MOST_TOKENS,
    change_connection,
    create_connection,
    delete_connection,
    spent_this_month,
)
from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import find
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role


class ConnectionForm(forms.Form):
    """Where a network is, and how much of it may be used."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("What people choose it by.")
    )
    base_url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=400,
        help_text=gettext_lazy("Where the API begins, such as https://gpu.example.com/v1."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    model = forms.CharField(
        label=gettext_lazy("Model"),
        max_length=200,
        help_text=gettext_lazy("What the network is called on that server."),
    )
    key = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=KEY_LENGTH,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept sealed and shown to nobody again. Leave it empty where none is needed."),
    )
    monthly_tokens = forms.IntegerField(
        label=gettext_lazy("Tokens a month"),
        min_value=0,
        max_value=MOST_TOKENS,
        initial=1_000_000,
        help_text=gettext_lazy("Read and written ones together; 0 sets no limit."),
    )


@in_workspace(Role.ADMIN)
def index(request: MemberRequest) -> HttpResponse:
    """List connections, and make one."""
    form = ConnectionForm(request.POST or None)
    if form.is_valid():
        try:
            made = create_connection(workspace=request.workspace, actor=request.user, **form.cleaned_data)
        except Unprocessable as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(name)s can be used now.") % {"name": made.name})
            return redirect("dashboard:connection_list", request.workspace.slug)
    rows = Connection.objects.filter(workspace=request.workspace).order_by("name")
    listed = [{"connection": row, "spent": spent_this_month(row)} for row in rows]
    context = {"rows": listed, "form": form}
    return render(request, "connections/index.html", context, status=422 if form.is_bound else 200)


@in_workspace(Role.ADMIN)
def page(request: MemberRequest, connection: UUID) -> HttpResponse:
    """Change a connection; an empty key leaves the old one."""
    row = find(Connection.objects.all(), request.workspace, connection)
    names = ("name", "base_url", "model", "monthly_tokens")
    form = ConnectionForm(request.POST or None, initial={name: getattr(row, name) for name in names})
    form.fields["key"].help_text = _("Leave it empty to keep the one that is there.")
    if form.is_valid():
        values: dict[str, Any] = dict(form.cleaned_data)
        values["key"] = values["key"] or None
        try:
            change_connection(connection=row, actor=request.user, **values)
        except Unprocessable as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The connection is changed."))
            return redirect("dashboard:connection_list", request.workspace.slug)
    context = {"connection": row, "form": form}
    return render(request, "connections/page.html", context, status=422 if form.is_bound else 200)


@require_POST
@in_workspace(Role.ADMIN)
def delete(request: MemberRequest, connection: UUID) -> HttpResponse:
    """Delete a connection with its key."""
    row = find(Connection.objects.all(), request.workspace, connection)
    delete_connection(connection=row, actor=request.user)
    messages.success(request, _("%(name)s is deleted, with its key.") % {"name": row.name})
    return redirect("dashboard:connection_list", request.workspace.slug)
