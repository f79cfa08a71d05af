"""Labels as files: brought with a preview of what they would do, and taken away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.removal import release
from brandkiln.core.downloads import send_lines
from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.version_page import find_version, version_context
from brandkiln.datasets.label_files import LARGEST, labels_csv, labels_jsonl, read_labels
from brandkiln.datasets.label_import import apply_labels, match_labels
from brandkiln.datasets.models import DatasetVersion
from brandkiln.workspaces.access import MemberRequest, in_workspace

MEDIA_TYPE = "application/x-brandkiln-labels"
FORMATS = {"csv": (labels_csv, "text/csv"), "jsonl": (labels_jsonl, "application/jsonl")}


@in_workspace()
def bring(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Ask for a file of labels, show what it would do, and do it."""
    version = find_version(request, dataset, number)
    context: dict[str, Any] = {**version_context(version, tab="label")}
    if request.method != "POST":
        return render(request, "datasets/label_import.html", context)
    try:
        if kept := request.POST.get("kept"):
            _apply(request, version, kept)
            return redirect("dashboard:dataset_labels", request.workspace.slug, dataset, number)
        data = _sent(request)
        context["match"] = match_labels(version, read_labels(data))
        context["kept"] = store.put_bytes(data, workspace=request.workspace, media_type=MEDIA_TYPE)
        return render(request, "datasets/label_import.html", context)
    except StudioError as error:
        return render(
            request, "datasets/label_import.html", {**context, "problem": error.message}, status=error.status
        )


@in_workspace()
def export(request: MemberRequest, dataset: UUID, number: int) -> HttpResponseBase:
    """Answer with the labels of all records as they are now."""
    version = find_version(request, dataset, number)
    name = request.GET.get("format", "csv")
    if name not in FORMATS:
        raise Unprocessable(_("Labels are exported as csv or jsonl; %(name)s is neither.") % {"name": name})
    lines, media_type = FORMATS[name]
    filename = f"labels-v{version.number}.{name}"
    return send_lines(request, lines(version), media_type=media_type, filename=filename)


def _sent(request: MemberRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise Unprocessable(_("No file was chosen. Choose one with names and labels."))
    data: bytes = file.read(LARGEST + 1)
    return data


def _apply(request: MemberRequest, version: DatasetVersion, kept: str) -> None:
    files = Artifact.objects.filter(workspace=request.workspace, media_type=MEDIA_TYPE)
    artifact = files.filter(sha256=kept[:64]).first()  # by what was previewed, to the last byte
    if artifact is None:
        raise Unprocessable(_("The file is no longer there. Choose it again."))
    with store.open_artifact(artifact) as source:
        rows = read_labels(source.read())
    counts = apply_labels(version=version, match=match_labels(version, rows), actor=request.user)
    with transaction.atomic():
        release([artifact.pk])  # nothing refers to it; its bytes are deleted in time
    said = ngettext("%(n)d record was labelled.", "%(n)d records were labelled.", counts["saved"])
    messages.success(request, said % {"n": counts["saved"]})
    if counts["conflicts"]:
        said = ngettext(
            "%(n)d was changed by somebody else meanwhile and stays as it is.",
            "%(n)d were changed by somebody else meanwhile and stay as they are.",
            counts["conflicts"],
        )
        messages.info(request, said % {"n": counts["conflicts"]})
