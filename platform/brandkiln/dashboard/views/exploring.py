"""A checkpoint's latent space: sliders, directions and morphs."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.lookup import find
from brandkiln.jobs.exploring import EXPLORED, explore
from brandkiln.jobs.forms import ParamsForm, form_of
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators.latent.params import ExploreParams


@in_workspace()
def page(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Show the sliders of a checkpoint."""
    row = find(Checkpoint.objects.select_related("project"), request.workspace, checkpoint)
    return render(
        request,
        "checkpoints/explore.html",
        {"checkpoint": row, "form": _form(row, request), "can_explore": row.generator in EXPLORED},
    )


@require_POST
@in_workspace()
def begin(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Start what the form asks for and answer with where it stands."""
    row = find(Checkpoint.objects.select_related("project"), request.workspace, checkpoint)
    form = _form(row, request)
    if not form.is_valid():
        said = " ".join(str(text) for errors in form.errors.values() for text in errors)
        return render(request, "checkpoints/_explored.html", {"said": said})
    try:
        job = explore(checkpoint=row, params=form.cleaned_params, actor=request.user)
    except Unprocessable as refusal:
        return render(request, "checkpoints/_explored.html", {"said": refusal.message})
    return render(request, "checkpoints/_explored.html", {"job": job})


@in_workspace()
def look(request: MemberRequest, job: UUID) -> HttpResponse:
    """Answer with the pictures once they are there, and with how the job stands until then."""
    row = find(Job.objects.all(), request.workspace, job)
    return render(request, "checkpoints/_explored.html", {"job": row})


def _form(row: Checkpoint, request: MemberRequest) -> ParamsForm:
    data = request.POST if request.method == "POST" else None
    form = form_of(ExploreParams, labels=row.card.get("labels", ()), data=data)
    if row.card.get("config", {}).get("channels") == 1:
        del form.fields["colourfulness"]
    form.fields["mode"].label = _("What to look at")
    return form
