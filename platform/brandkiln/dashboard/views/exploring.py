"""A checkpoint's latent space: sliders, directions, components with names of people's own, and morphs."""

from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.lookup import find, whole
from brandkiln.jobs.exploring import EXPLORED, explore, explored_checkpoint, has_components, name_direction
from brandkiln.jobs.forms import ParamsForm, form_of
from brandkiln.jobs.marks import mark_of_checkpoint
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators.latent.params import COMPONENTS, ExploreParams

ATTRIBUTES = ("brightness", "contrast", "object_area", "colourfulness")
NUMBERED = tuple(f"component_{number + 1}" for number in range(COMPONENTS))
SHOWN_IN = (
    dict.fromkeys((*ATTRIBUTES, *NUMBERED), "sliders")
    | dict.fromkeys(("to_seed", "to_label"), "morph")
    | {"frames": "directions components morph"}
)
"""For which modes a param means something; the others do for all."""


@in_workspace()
def page(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Show the sliders of a checkpoint."""
    row = find(Checkpoint.objects.select_related("project"), request.workspace, checkpoint)
    context = {
        "checkpoint": row,
        "fields": _fields(_form(row, request)),
        "can_explore": row.generator in EXPLORED,
        "mark": mark_of_checkpoint(row),
    }
    return render(request, "checkpoints/explore.html", context)


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
    return render(request, "checkpoints/_explored.html", {"job": job, "names": row.direction_names})


@in_workspace()
def look(request: MemberRequest, job: UUID) -> HttpResponse:
    """Answer with the pictures once they are there, and with how the job stands until then."""
    row = find(Job.objects.all(), request.workspace, job)
    checkpoint = explored_checkpoint(row)
    names = checkpoint.direction_names if checkpoint else {}
    return render(request, "checkpoints/_explored.html", {"job": row, "names": names, "explored": checkpoint})


@require_POST
@in_workspace()
def name(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Give a component the name that a person chose."""
    row = find(Checkpoint.objects.all(), request.workspace, checkpoint)
    try:
        name_direction(
            checkpoint=row,
            direction=request.POST.get("direction", ""),
            name=request.POST.get("name", ""),
            actor=request.user,
        )
    except Unprocessable as refusal:
        return render(request, "checkpoints/_named.html", {"said": refusal.message}, status=422)
    if request.headers.get("HX-Request"):
        return render(request, "checkpoints/_named.html", {"said": ""})
    return redirect(reverse("dashboard:checkpoint_explore", args=[request.workspace.slug, row.pk]))


def _form(row: Checkpoint, request: MemberRequest) -> ParamsForm:
    data = request.POST if request.method == "POST" else None
    seed = whole(request.GET.get("seed", ""), -1, most=2**32 - 1)
    begin = {"seed": seed} if seed >= 0 else {}
    form = form_of(ExploreParams, labels=row.card.get("labels", ()), data=data, initial=begin)
    if row.card.get("config", {}).get("channels") == 1:
        del form.fields["colourfulness"]
    form.fields["mode"].label = _("What to look at")
    if not has_components(row):
        for component in NUMBERED:
            del form.fields[component]
        mode = form.fields["mode"]
        assert isinstance(mode, forms.TypedChoiceField)
        mode.choices = [(value, text) for value, text in mode.choices if value != "components"]  # type: ignore[union-attr,misc]
    for component in NUMBERED[1:]:
        if component in form.fields:
            form.fields[component].help_text = ""
    for component, called in row.direction_names.items():
        if component in form.fields:
            form.fields[component].label = called
            form.fields[component].help_text = ""
    return form


def _fields(form: ParamsForm) -> list[tuple[BoundField, str]]:
    """Return the fields, each with the modes that it is shown in; "" for all."""
    return [(form[name], SHOWN_IN.get(name, "")) for name in form.fields]
