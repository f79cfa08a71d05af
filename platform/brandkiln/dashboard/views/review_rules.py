"""How pieces are approved: of the whole workspace, and of single projects."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import whole
from brandkiln.projects.models import Project
from brandkiln.projects.services import find_project
from brandkiln.review.models import ReviewRules
from brandkiln.review.rules import MOST_APPROVALS, MOST_DAYS, forget_rules, rules_for, set_rules
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def page(request: MemberRequest) -> HttpResponse:
    """Show the rules; posted by a publisher, set or forget those of a project or of all."""
    if request.method == "POST":
        return _set(request)
    workspace = request.workspace
    own = {row.project_id for row in ReviewRules.objects.filter(workspace=workspace).exclude(project=None)}
    projects = Project.objects.filter(workspace=workspace).order_by("name")
    context = {
        "rules": rules_for(workspace, None),
        "projects": [(one, rules_for(workspace, one)) for one in projects if one.pk in own],
        "others": [one for one in projects if one.pk not in own],
        "most_approvals": MOST_APPROVALS,
        "most_days": MOST_DAYS,
    }
    return render(request, "review/rules.html", context)


def _set(request: MemberRequest) -> HttpResponse:
    sent, slug = request.POST, request.POST.get("project", "")
    project = find_project(workspace=request.workspace, slug=slug) if slug else None
    try:
        if "forget" in sent and project:
            forget_rules(project=project, actor=request.user)
        else:
            set_rules(
                workspace=request.workspace,
                project=project,
                four_eyes="four_eyes" in sent,
                approvals=whole(sent.get("approvals", ""), -1),
                days=whole(sent.get("days", ""), -1),
                actor=request.user,
            )
    except StudioError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The rules are kept. They hold for what is decided from now on."))
    return redirect("dashboard:review_rules", request.workspace.slug)
