"""Labelling a version: the page, and what its script asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from brandkiln.core.api import StrictParser
from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.label_board import counts_json, news_json, rows_json
from brandkiln.dashboard.version_page import find_version, version_context
from brandkiln.datasets.label_schemas import ChangesIn, as_json
from brandkiln.datasets.label_sets import (
    KEYS,
    add_labels,
    label_set_of,
    remove_label,
    rename_label,
    set_key,
)
from brandkiln.datasets.labels import CAPTIONED, LABELLED, annotate, clear_annotations
from brandkiln.datasets.models import DatasetVersion, Split
from brandkiln.datasets.suggestions import neighbours_of
from brandkiln.jobs.checks import open_job, submit_comparison
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job
from brandkiln.workspaces.access import MemberRequest, in_workspace

ON_SCREEN = 200
EDITED = 200
"""Labels that the dialogue lists; more are found by the API."""


def _answers_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer errors as the API does, for the page's script."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StudioError as error:
            return JsonResponse(error.body(), status=error.status)

    return answer


@in_workspace()
def page(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Show the records of a version to label them."""
    version = find_version(request, dataset, number)
    if version.dataset.kind not in LABELLED:
        raise Http404(_("Rows of a table get their labels from a column, when their file is read."))
    labels = label_set_of(version)
    counts = counts_json(version, labels, request.user)
    query = {name: request.GET.get(name, "") for name in ("show", "label", "split", "sort")}
    return render(
        request,
        "datasets/label.html",
        {
            **version_context(version, tab="label"),
            "board": {**rows_json(version, labels, query), **counts, "query": query, "keys": list(KEYS)},
            "counts": counts,
            "edited": counts["labels"][:EDITED],
            "splits": Split.choices,
            "has_captions": version.dataset.kind in CAPTIONED,
            "compared": neighbours_of(version) is not None,
            "comparing": open_job(version, Job.Kind.FEATURES),
        },
    )


@in_workspace()
@_answers_json
def rows(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Answer with some records as they are labelled now."""
    version = find_version(request, dataset, number)
    return JsonResponse(rows_json(version, label_set_of(version), request.GET.dict()))


@require_POST
@in_workspace()
@_answers_json
def save(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Write changes that nobody has overtaken; answer with what was saved, what others changed, and the counts."""
    version = find_version(request, dataset, number)
    try:
        body = ChangesIn.model_validate(StrictParser().parse_body(request))
    except ValidationError as error:
        raise Unprocessable(_("These changes can't be read. Load the page anew and try again.")) from error
    done = annotate(
        version=version, changes=[change.to_change() for change in body.changes], actor=request.user
    )
    return JsonResponse(
        {
            "saved": [as_json(said) for said in done.saved],
            "conflicts": [as_json(said) for said in done.conflicts],
            **counts_json(version, label_set_of(version), request.user),
        }
    )


@in_workspace()
@_answers_json
def news(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Answer with what others did to the records on the screen."""
    version = find_version(request, dataset, number)
    given = request.GET.get("positions", "").split(",")[:ON_SCREEN]
    positions = [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 10]
    found = news_json(version, positions, request.user)
    return JsonResponse({**found, "compared": neighbours_of(version) is not None})


@require_POST
@in_workspace()
def edit_set(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Add, rename, merge or remove a label, or change its key; answers a script with the set."""
    version = find_version(request, dataset, number)
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        _edit(version, request)
    except StudioError as error:
        if by_script:
            return JsonResponse(error.body(), status=error.status)
        messages.error(request, error.message)
    if by_script:
        return JsonResponse(counts_json(version, label_set_of(version), request.user))
    return redirect("dashboard:dataset_labels", request.workspace.slug, dataset, number)


@require_POST
@in_workspace()
def compare(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Let a worker compare the records, from which suggestions come."""
    version = find_version(request, dataset, number)
    job = submit_comparison(version=version, actor=request.user)
    return redirect("dashboard:job_page", request.workspace.slug, job.pk)


@require_POST
@in_workspace()
def make_version(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Let a worker make a version in which the labels are those that people gave."""
    version = find_version(request, dataset, number)
    recipe = [{"step": "labels", "of": str(version.pk)}]
    params = {
        "recipe": recipe,
        "origin": DatasetVersion.Origin.LABELS.value,
        "split_rule": {"by": "keep"},  # a record that was kept for the test was seen by nobody else
        "split_seed": version.split_seed,
    }
    job = submit_data_job(kind=Job.Kind.DERIVE, version=version, actor=request.user, params=params)
    return redirect("dashboard:job_page", request.workspace.slug, job.pk)


def _edit(version: DatasetVersion, request: MemberRequest) -> None:
    sent, actor = request.POST, request.user
    name, to = sent.get("name", ""), sent.get("to", "")
    match sent.get("action"):
        case "add":
            add_labels(version=version, names=[name], actor=actor)
        case "change":
            set_key(version=version, name=name, key=sent.get("key", ""), actor=actor)
            rename_label(version=version, name=name, to=to, actor=actor)
        case "merge":
            rename_label(version=version, name=name, to=to, actor=actor, merge=True)
        case "remove":
            remove_label(version=version, name=name, actor=actor)
        case "clear":
            clear_annotations(version=version, actor=actor)
        case other:
            raise Unprocessable(_('Labels can\'t be edited by "%(action)s".') % {"action": other})
