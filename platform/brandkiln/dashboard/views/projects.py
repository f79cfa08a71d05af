"""Projects and their brand kits."""

from django.contrib import messages
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from brandkiln.dashboard.forms import ProjectForm
from brandkiln.dashboard.lookup import page_of
from brandkiln.datasets.models import Dataset
from brandkiln.datasets.queries import with_versions
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.library.queries import find_assets
from brandkiln.planning.models import Campaign
from brandkiln.projects.models import BrandKit, Project
from brandkiln.projects.services import create_project, find_project, update_project
from brandkiln.workspaces.access import MemberRequest, in_workspace

MOST_COUNTED = 1_000
"""Where a project has more assets, the list says so and counts no further: however many there are, it stays quick."""
ASSETS: RawSQL = RawSQL(
    "(SELECT count(*) FROM (SELECT 1 FROM library_asset WHERE project_id = projects_project.id"
    " AND trashed_at IS NULL LIMIT %s) counted)",
    [MOST_COUNTED + 1],
    IntegerField(),
)
DATASETS: RawSQL = RawSQL(
    "(SELECT count(*) FROM datasets_dataset WHERE project_id = projects_project.id AND trashed_at IS NULL)",
    [],
    IntegerField(),
)


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the workspace's projects."""
    projects = Project.objects.filter(workspace=request.workspace).select_related("brand_kit")
    shown = page_of(
        request, projects.annotate(dataset_count=DATASETS, asset_count=ASSETS).order_by("name", "pk")
    )
    return render(request, "projects/index.html", {"projects": shown, "most": MOST_COUNTED})


@in_workspace()
def create(request: MemberRequest) -> HttpResponse:
    """Create a project."""
    form = ProjectForm(request.POST or None)
    if form.is_valid():
        project = create_project(workspace=request.workspace, actor=request.user, **form.cleaned_data)
        if request.GET.get("then") == "data":  # somebody was about to add a data set
            messages.success(request, _("The project is set up. Now the data set."))
            address = reverse("dashboard:dataset_new", args=[request.workspace.slug])
            return redirect(f"{address}?project={project.slug}")
        if request.GET.get("then") == "campaign":
            messages.success(request, _("The project is set up. Now the campaign."))
            return redirect("dashboard:campaign_new", request.workspace.slug)
        messages.success(request, _("The project is set up. Its brand kit is next."))
        return redirect("dashboard:project_brand", request.workspace.slug, project.slug)
    return render(request, "projects/edit.html", {"form": form}, status=422 if form.is_bound else 200)


@in_workspace()
def page(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a project: its brand kit, data, checkpoints, jobs and latest assets."""
    project = find_project(workspace=request.workspace, slug=slug)
    return render(
        request,
        "projects/page.html",
        {
            "project": project,
            "kit": BrandKit.objects.filter(project=project).first(),
            "campaigns": Campaign.objects.filter(project=project, archived_at=None)[:4],
            "datasets": with_versions(Dataset.objects.filter(project=project, trashed_at=None))[:6],
            "checkpoints": Checkpoint.objects.filter(project=project, trashed_at=None)[:4],
            "jobs": Job.objects.filter(project=project).select_related("project", "requested_by")[:5],
            "assets": find_assets(workspace=request.workspace, project=project.slug)[:8],
        },
    )


@in_workspace()
def edit(request: MemberRequest, slug: str) -> HttpResponse:
    """Rename a project or say anew what it is for."""
    project = find_project(workspace=request.workspace, slug=slug)
    form = ProjectForm(request.POST or None, initial={"name": project.name, "summary": project.summary})
    if form.is_valid():
        update_project(project=project, actor=request.user, **form.cleaned_data)
        return redirect("dashboard:project_page", request.workspace.slug, project.slug)
    return render(
        request,
        "projects/edit.html",
        {"form": form, "project": project},
        status=422 if form.is_bound else 200,
    )
