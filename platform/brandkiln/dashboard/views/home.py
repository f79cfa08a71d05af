"""The first page of a workspace: what is running, what was made, what to do next."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.dashboard.brand_form import speaks
from brandkiln.jobs.models import Job
from brandkiln.library.queries import find_assets
from brandkiln.planning.entries import entries_of
from brandkiln.planning.models import Campaign
from brandkiln.projects.models import Project
from brandkiln.review.queries import waiting_for
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Membership, Workspace

RECENT = 8
LINES = 5
"""Of each list."""
AHEAD = timedelta(days=7)
K = Job.Kind
SHOWN = (K.TRAIN, K.SAMPLE, K.EVALUATE, K.REPORT, K.EXPORT, K.INGEST, K.IMPORT, K.SEARCH, K.PACK)
"""Kinds of jobs that people ask for by name; the rest serves them."""


@in_workspace()
def overview(request: MemberRequest) -> HttpResponse:
    """Show what matters now."""
    workspace = request.workspace
    if request.session.get("workspace") != workspace.slug:
        request.session["workspace"] = workspace.slug  # where the next visit starts
    jobs = Job.objects.filter(workspace=workspace, kind__in=SHOWN).select_related("project", "requested_by")
    return render(
        request,
        "workspaces/home.html",
        {
            "open_jobs": jobs.filter(state__in=Job.OPEN)[:LINES],
            "ended_jobs": jobs.exclude(state__in=Job.OPEN)[:LINES],
            "assets": find_assets(workspace=workspace)[:RECENT],
            "steps": _first_steps(workspace),
            "tasks": _tasks(workspace),
            "reviews": waiting_for(request.user, workspace).select_related("asset__artifact", "asked_by")[
                :LINES
            ],
            "entries": entries_of(workspace).filter(published_at=None, at__lt=timezone.now() + AHEAD)[:LINES],
        },
    )


def _tasks(workspace: Workspace) -> list[dict[str, Any]]:
    """Return what people come to do most, each with where it begins."""
    slug = workspace.slug
    return [
        {
            "icon": "type",
            "title": _("Write copy"),
            "text": _("Ads, posts, e-mails and pages from product facts."),
            "address": reverse("dashboard:generator_start", args=[slug, "text-lm", "sample"]),
        },
        {
            "icon": "image",
            "title": _("Product pictures"),
            "text": _("Your products on your colours, in each channel's size."),
            "address": reverse("dashboard:generator_start", args=[slug, "picture-edit", "sample"]),
        },
        {
            "icon": "table-2",
            "title": _("A whole list at once"),
            "text": _("A table of products becomes a piece for each row."),
            "address": reverse("dashboard:bulk_new", args=[slug]),
        },
        {
            "icon": "file-chart-column",
            "title": _("Make a report"),
            "text": _("Figures, charts and sentences whose numbers are bound to the data."),
            "address": reverse("dashboard:report_start", args=[slug]),
        },
    ]


def _first_steps(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the way from an empty workspace to a campaign; no steps once all are done."""
    slug = workspace.slug
    project = (
        Project.objects.filter(workspace=workspace).select_related("brand_kit").order_by("created_at").first()
    )
    steps = [
        {
            "done": project is not None,
            "title": _("Set up a project"),
            "text": _("It speaks for one brand, and holds everything that is made for it."),
            "address": reverse("dashboard:project_new", args=[slug]),
        },
        {
            "done": project is not None and speaks(getattr(project, "brand_kit", None)),
            "title": _("Say how the brand sounds"),
            "text": _(
                "Paste your brand guide, or write a sentence and the words to avoid. Every piece is tested against it."
            ),
            "address": reverse("dashboard:project_brand", args=[slug, project.slug])
            if project
            else reverse("dashboard:project_new", args=[slug]),
        },
        {
            "done": find_assets(workspace=workspace).exists(),
            "title": _("Make the first piece"),
            "text": _("Three texts about a product of yours, in a minute."),
            "address": reverse("dashboard:first_piece", args=[slug]),
        },
        {
            "done": Membership.objects.filter(workspace=workspace)[1:].exists(),
            "title": _("Invite somebody who reviews"),
            "text": _("Who made a piece cannot be the only one who approves it."),
            "address": reverse("dashboard:member_list", args=[slug]),
        },
        {
            "done": Campaign.objects.filter(workspace=workspace).exists(),
            "title": _("Begin a campaign"),
            "text": _("Its board leads from a list of products to what goes out, and says what is missing."),
            "address": reverse("dashboard:campaign_new", args=[slug]),
        },
    ]
    return [] if all(step["done"] for step in steps) else steps
