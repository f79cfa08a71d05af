"""Pages that belong to a person, not to a workspace."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brandkiln.core.models import User
from brandkiln.dashboard.forms import ProfileForm, WorkspaceForm
from brandkiln.workspaces import services
from brandkiln.workspaces.models import Membership


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Go to the workspace of the last visit, or ask to create the first one."""
    assert isinstance(request.user, User)
    memberships = Membership.objects.filter(user=request.user).select_related("workspace")
    slugs = [membership.workspace.slug for membership in memberships.order_by("created_at")]
    if not slugs:
        return redirect("dashboard:workspace_new")
    last = request.session.get("workspace", "")
    return redirect("dashboard:workspace", last if last in slugs else slugs[0])


@login_required
def create_workspace(request: HttpRequest) -> HttpResponse:
    """Create a workspace and go there."""
    assert isinstance(request.user, User)
    form = WorkspaceForm(request.POST or None)
    if form.is_valid():
        workspace = services.create_workspace(name=form.cleaned_data["name"], owner=request.user)
        return redirect("dashboard:workspace", workspace.slug)
    return render(request, "workspaces/new.html", {"form": form}, status=422 if form.is_bound else 200)


def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who invites to what; a signed-in person accepts, a visitor signs in or up first."""
    invited = services.open_invitation(secret)
    if isinstance(request.user, User):
        if request.method == "POST":
            membership = services.accept_invitation(secret=secret, user=request.user)
            request.session.pop("invitation", None)
            messages.success(request, _("Welcome to %(name)s.") % {"name": membership.workspace.name})
            return redirect("dashboard:workspace", membership.workspace.slug)
    else:
        request.session["invitation"] = secret
    return render(request, "workspaces/invitation.html", {"invited": invited})


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change one's name and language."""
    assert isinstance(request.user, User)
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("dashboard:profile")
    return render(request, "people/profile.html", {"form": form}, status=422 if form.is_bound else 200)
