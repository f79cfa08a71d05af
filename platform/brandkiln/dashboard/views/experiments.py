"""Experiments: the trainings of a project and generator as a table, and up to six of them laid over each other."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.dashboard.figure_names import figure_title
from brandkiln.dashboard.lookup import find, find_spec, keys_of
from brandkiln.dashboard.views.checkpoints import frames_of
from brandkiln.jobs.curves import curves
from brandkiln.jobs.experiments import (
    MOST_COMPARED,
    MOST_ROWS,
    Experiment,
    describe_training,
    experiments,
    experiments_csv,
    ordered,
    trainings,
)
from brandkiln.jobs.models import Job
from brandkiln.projects.models import Project
from brandkiln.projects.services import find_project
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators import registry

MOST_POINTS = 400
LEADING = "validation_kid"


@in_workspace()
def index(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """List the trainings with the params in which they differ; with ``?form=csv`` hand the table out."""
    project, rows = _rows(request, slug, name)
    if request.GET.get("form") == "csv":
        response = HttpResponse(experiments_csv(rows), content_type="text/csv; charset=utf-8")
        filename = f"{project.slug}-{name}.csv"
        response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
        return response
    context = {
        "project": project,
        "generator": name,
        "spec": registry.specs().get(name),
        "generators": _generators(project),
        "rows": rows,
        "varied": list(rows[0].varied) if rows else [],
        "states": Job.State.choices,
        "most_rows": MOST_ROWS,
        "best": min((row.kid for row in rows if row.kid is not None), default=None),
    }
    return render(request, "experiments/index.html", context)


@in_workspace()
def compare(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """Lay the curves of up to six trainings over each other, with the params that differ and their films."""
    project = find_project(workspace=request.workspace, slug=slug)
    find_spec(name, "train")
    keys = keys_of(request.GET.getlist("j")[: 2 * MOST_COMPARED])
    found = trainings(workspace=request.workspace, project=project, generator=name).in_bulk(keys)
    rows = experiments([found[key] for key in keys if key in found][:MOST_COMPARED])
    points = {row.job.pk: list(curves(row.job)) for row in rows}
    names = list(dict.fromkeys(figure for some in points.values() for one in some for figure in one.figures))
    figure = request.GET.get("figure", "")
    if figure not in names:
        figure = LEADING if LEADING in names else next(iter(names), "")
    labels = {row.job.pk: f"{number}: {row.name}" for number, row in enumerate(rows, 1)}
    lines = [
        (point.step, {labels[pk]: point.figures[figure]})
        for pk, some in points.items()
        for point in _thinned([one for one in some if figure in one.figures])
    ]
    return render(
        request,
        "experiments/compare.html",
        {
            "project": project,
            "generator": name,
            "rows": rows,
            "figures": [(one, figure_title(one)) for one in names],
            "title": figure_title(figure),
            "figure": figure,
            "lines": lines,
            "differences": [
                (one, [row.varied[one] for row in rows]) for one in (rows[0].varied if rows else ())
            ],
            "films": [(row, f"film-{row.job.pk}", frames_of(row.job)) for row in rows],
        },
    )


@require_POST
@in_workspace()
def describe(request: MemberRequest, job: UUID) -> HttpResponse:
    """Keep the name and the note of a training."""
    row = find(Job.objects.select_related("project", "workspace"), request.workspace, job)
    name, note = (request.POST.get(part, "").strip() for part in ("name", "note"))
    if len(name) > 120 or len(note) > 2000:
        messages.error(request, _("A name has at most 120 characters and a note 2,000. Shorten it."))
    else:
        describe_training(job=row, name=name, note=note, actor=request.user)
        messages.success(request, _("Name and note are kept."))
    if row.kind != Job.Kind.TRAIN:
        return redirect("dashboard:job_page", request.workspace.slug, row.pk)
    return redirect("dashboard:experiment_list", request.workspace.slug, row.project.slug, row.generator)


def _rows(request: MemberRequest, slug: str, generator: str) -> tuple[Project, list[Experiment]]:
    """Return the trainings that the address asks for, in its order."""
    project = find_project(workspace=request.workspace, slug=slug)
    find_spec(generator, "train")
    asked = trainings(workspace=request.workspace, project=project, generator=generator)
    if (state := request.GET.get("state", "")) in Job.State.values:
        asked = asked.filter(state=state)
    if words := request.GET.get("q", "").strip()[:120]:
        asked = asked.filter(name__icontains=words) | asked.filter(note__icontains=words)
    return project, ordered(experiments(asked[:MOST_ROWS]), request.GET.get("sort", ""))


def _generators(project: Project) -> list[str]:
    rows = Job.objects.filter(project=project, kind=Job.Kind.TRAIN).order_by("generator")
    return list(rows.values_list("generator", flat=True).distinct())


def _thinned(points: list[Any]) -> list[Any]:
    """Return at most so many points as can be seen, the last one among them."""
    every = -(-len(points) // MOST_POINTS) or 1
    return points[-1::-every][::-1]
