"""Sets of generated pictures for another network: the form that starts one."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find
from brandkiln.datasets.models import DatasetVersion, Kind
from brandkiln.jobs.augmentations import can_augment, submit_augmentation
from brandkiln.jobs.forms import ParamsForm, form_of
from brandkiln.jobs.models import Checkpoint
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators import registry
from generators.augmenting.params import AugmentParams

OPTIONAL = ("truncation", "guidance")
"""Params that only some generators know."""


class OnForm(forms.Form):
    """The data that a set is drawn for."""

    prefix = "on"

    version = forms.ModelChoiceField(DatasetVersion.objects.none(), label=_("Data set"), empty_label=None)
    override_reason = forms.CharField(
        label=_("Reason to go on"), max_length=400, required=False, widget=forms.HiddenInput()
    )


@in_workspace()
def page(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Ask what to draw for which data; sent, begin it."""
    rows = Checkpoint.objects.select_related("project", "dataset_version__dataset", "workspace")
    row = find(rows, request.workspace, checkpoint)
    on, form = _on(row, request), _form(row, request)
    problem = ""
    if request.method == "POST" and on.is_valid() and form.is_valid():
        try:
            job = submit_augmentation(
                checkpoint=row,
                version=on.cleaned_data["version"],
                params=form.cleaned_params,
                actor=request.user,
                override_reason=on.cleaned_data["override_reason"],
            )
        except StudioError as error:
            problem = error.message
            if "override_reason" in error.fields:
                on.fields["override_reason"].widget = forms.TextInput()
                on.fields["override_reason"].help_text = error.fields["override_reason"]
        else:
            return redirect("dashboard:job_page", request.workspace.slug, job.pk)
    context = {"checkpoint": row, "on": on, "form": form, "can": can_augment(row), "problem": problem}
    return render(request, "checkpoints/augment.html", context, status=422 if problem else 200)


def _on(row: Checkpoint, request: MemberRequest) -> OnForm:
    wanted = request.GET.get("version") or row.dataset_version_id
    form = OnForm(request.POST if request.method == "POST" else None, initial={"version": wanted})
    every = DatasetVersion.objects.filter(
        workspace=request.workspace, trashed_at=None, dataset__trashed_at=None, dataset__kind=Kind.IMAGE
    )
    known = set(row.card.get("labels", ()))
    sharing = [key for key, labels in every.values_list("pk", "labels") if known.intersection(labels)]
    versions = every.filter(pk__in=sharing)
    field = form.fields["version"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = versions.select_related("dataset__project").order_by("-created_at")
    field.label_from_instance = _version_text  # type: ignore[assignment]
    return form


def _version_text(row: DatasetVersion) -> str:
    return f"{row} · {row.record_count:,}"


def _form(row: Checkpoint, request: MemberRequest) -> ParamsForm:
    form = form_of(AugmentParams, data=request.POST if request.method == "POST" else None)
    spec = registry.specs().get(row.generator)
    known = spec.sample.model_fields if spec and spec.sample else {}
    for name in OPTIONAL:
        if name not in known:
            del form.fields[name]
        else:
            form.fields[name].initial = known[name].default
            form.initial[name] = known[name].default
    return form
