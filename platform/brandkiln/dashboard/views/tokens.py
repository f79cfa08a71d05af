"""API tokens of a workspace."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.dashboard.forms import TokenForm
from brandkiln.dashboard.lookup import find
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import ApiToken, Role
from brandkiln.workspaces.services import issue_token, revoke_token


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List one's tokens, an admin everybody's; issue one, whose text is shown this once."""
    form = TokenForm(request.POST or None)
    text = ""
    if form.is_valid():
        days = form.cleaned_data["days"]
        _token, text = issue_token(
            workspace=request.workspace,
            user=request.user,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        form = TokenForm()
    return render(
        request,
        "workspaces/tokens.html",
        {"tokens": _visible(request), "form": form, "text": text, "now": timezone.now()},
        status=422 if form.is_bound else 200,
    )


@require_POST
@in_workspace()
def revoke(request: MemberRequest, token: UUID) -> HttpResponse:
    """Make a token useless."""
    revoke_token(token=find(_visible(request), request.workspace, token), actor=request.user)
    messages.success(request, _("The token is revoked."))
    return redirect("dashboard:token_list", request.workspace.slug)


def _visible(request: MemberRequest) -> QuerySet[ApiToken]:
    tokens = ApiToken.objects.filter(workspace=request.workspace, revoked_at=None).select_related("user")
    return tokens if request.membership.role == Role.ADMIN else tokens.filter(user=request.user)
