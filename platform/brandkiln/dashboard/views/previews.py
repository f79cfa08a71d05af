"""What a training would show its network, beside the form that starts it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.dashboard.lookup import find, find_spec
from brandkiln.dashboard.starting import start_from
from brandkiln.datasets.models import DatasetVersion, Record
from brandkiln.jobs.models import Job
from brandkiln.jobs.previews import preview_artifact, preview_augmentation
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators.errors import BadParams
from generators.texts.synonyms import read_synonyms

LOOKED_AT = 200
SHOWN = 4


@require_POST
@in_workspace()
def begin(request: MemberRequest, name: str, kind: str) -> HttpResponse:
    """Start a preview for the params as they stand in the form."""
    begun = start_from(request, find_spec(name, kind), kind)
    if not begun.params.is_valid() or not begun.on.is_valid():
        said = _("Some values do not fit yet; change them, then look again.")
        return render(request, "generators/_preview.html", {"said": said})
    version = begun.on.cleaned_data.get("dataset_version")
    if "synonyms" in begun.params.cleaned_params:
        return render(request, "generators/_varied.html", _varied(version, begun.params.cleaned_params))
    if version is None or version.dataset.kind != "image":
        said = _("Choose a data set of images, then look again.")
        return render(request, "generators/_preview.html", {"said": said})
    job = preview_augmentation(version=version, params=begun.params.cleaned_params, actor=request.user)
    return _shown(request, job)


@in_workspace()
def look(request: MemberRequest, job: UUID) -> HttpResponse:
    """Answer with the preview once it is there, and with how the job stands until then."""
    return _shown(request, find(Job.objects.all(), request.workspace, job))


def _varied(version: DatasetVersion | None, params: dict[str, Any]) -> dict[str, Any]:
    """Return some training texts with a changed copy of each, by the code of the training."""
    try:
        synonyms = read_synonyms(params["synonyms"], params["synonym_share"])
    except BadParams as refusal:
        return {"said": str(refusal)}
    if version is None or version.dataset.kind != "text":
        return {"said": _("Choose a data set of texts, then look again.")}
    if synonyms is None or not params["synonym_copies"]:
        return {"said": _("List some synonyms and choose one copy or more, then look again.")}
    texts = Record.objects.filter(version=version, split="train").exclude(text="").order_by("position")
    shown = (
        (text[:400], synonyms.varied(text[:400], str(number)))
        for number, text in enumerate(texts.values_list("text", flat=True)[:LOOKED_AT])
    )
    changed = [pair for pair in shown if pair[0] != pair[1]][:SHOWN]
    return {
        "pairs": changed,
        "said": _("None of the words stands in the first texts.") if not changed else "",
    }


def _shown(request: MemberRequest, job: Job) -> HttpResponse:
    return render(request, "generators/_preview.html", {"job": job, "picture": preview_artifact(job)})
