"""Settings of a workspace: who is in it, and who is invited."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.dashboard.forms import InvitationForm
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.mail import send_invitation
from brandkiln.dashboard.views.trash import UNDO
from brandkiln.workspaces import services
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Invitation, Membership, Role


@in_workspace()
def members(request: MemberRequest) -> HttpResponse:
    """List members and open invitations."""
    return _members(request, InvitationForm())


@require_POST
@in_workspace(Role.ADMIN)
def invite(request: MemberRequest) -> HttpResponse:
    """Invite an address; the link is shown once, and mailed where there is a mail server."""
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            invitation, secret = services.invite_member(
                workspace=request.workspace,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                invited_by=request.user,
            )
        except (Conflict, Unprocessable) as error:
            form.add_error("email", error.message)
        else:
            link = request.build_absolute_uri(reverse("dashboard:invitation", args=[secret]))
            language = form.cleaned_data.get("language", "")
            sent = send_invitation(invitation, link, language=language)
            return _members(request, InvitationForm(), link=link, invitation=invitation, sent=sent)
    return _members(request, form, status=422)


@require_POST
@in_workspace(Role.ADMIN)
def withdraw(request: MemberRequest, invitation: UUID) -> HttpResponse:
    """Take an open invitation back."""
    services.withdraw_invitation(
        invitation=find(Invitation.objects.all(), request.workspace, invitation), actor=request.user
    )
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("dashboard:member_list", request.workspace.slug)


@require_POST
@in_workspace(Role.ADMIN)
def role(request: MemberRequest, member: UUID) -> HttpResponse:
    """Give a member another role."""
    membership = find(Membership.objects.select_related("user"), request.workspace, member)
    wanted, before = request.POST.get("role") or request.GET.get("role", ""), membership.role
    if wanted not in Role.values:
        raise Unprocessable(_("There is no such role."), fields={"role": ", ".join(Role.values)})
    services.change_role(membership=membership, role=Role(wanted), actor=request.user)
    undo = reverse("dashboard:member_role", args=[request.workspace.slug, membership.pk]) + f"?role={before}"
    told = _("%(who)s is now: %(role)s.") % {"who": membership.user, "role": Role(wanted).label}
    messages.success(request, told, extra_tags=f"{UNDO}{undo}")
    return redirect("dashboard:member_list", request.workspace.slug)


@require_POST
@in_workspace(Role.ADMIN)
def remove(request: MemberRequest, member: UUID) -> HttpResponse:
    """End a membership."""
    membership = find(Membership.objects.select_related("user"), request.workspace, member)
    left = services.remove_member(membership=membership, actor=request.user)
    told = _("%(who)s is no longer a member.") % {"who": membership.user}
    messages.success(request, " ".join([told, *left]))
    return redirect("dashboard:member_list", request.workspace.slug)


def _members(
    request: MemberRequest, form: InvitationForm, *, status: int = 200, **shown: object
) -> HttpResponse:
    rows = Membership.objects.filter(workspace=request.workspace).select_related("user")
    invitations = Invitation.objects.filter(
        workspace=request.workspace, accepted_at=None, expires_at__gt=timezone.now()
    )
    return render(
        request,
        "workspaces/members.html",
        {
            "members": rows.order_by("user__email"),
            "invitations": invitations,
            "roles": Role.choices,
            "form": form,
            **shown,
        },
        status=status,
    )
