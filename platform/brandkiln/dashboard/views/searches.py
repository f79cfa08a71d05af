"""Searches for good settings: the form that starts one, and its page while it runs and after."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find, find_spec
from brandkiln.dashboard.scatter import scatters
from brandkiln.dashboard.starting import Start, start_from
from brandkiln.jobs.experiments import best_kids
from brandkiln.jobs.models import Job
from brandkiln.jobs.search_params import SearchParams
from brandkiln.jobs.searches import read_search, submit_search
from brandkiln.jobs.trials import best_job, ranked, tried
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators.searchable import Range, ranges
from generators.spec import Spec

NUMBERS = ("trials", "kimg", "repeats", "at_once")
LONGER = 8
"""How many times as long as a trial the training is that is proposed after a search."""


@in_workspace()
def start(request: MemberRequest, name: str) -> HttpResponse:
    """Ask what to try, with the params of the training form as they stand; sent with ``search``, submit it."""
    spec = find_spec(name, "train")
    if not spec.searchable or spec.train is None:
        raise Http404(_("%(title)s names no params to search.") % {"title": spec.title})
    begun = start_from(request, spec, "train")
    proposed = ranges(spec.train, spec.searchable)
    problem = ""
    if request.method == "POST" and "search" in request.POST and begun.on.is_valid():
        try:
            job = submit_search(
                workspace=request.workspace,
                requested_by=request.user,
                generator=spec.name,
                params=_asked(request.POST, proposed),
                **begun.on.cleaned_data,
            )
        except StudioError as error:
            begun.refuse(error) if "override_reason" in error.fields else None
            problem = error.message
        else:
            return redirect("dashboard:search_page", request.workspace.slug, job.pk)
    return render(
        request,
        "search/start.html",
        {
            "spec": spec,
            "start": begun,
            "rows": [(one, *_shown(request.POST, one)) for one in proposed],
            "base": request.POST.get("base") or json.dumps(_base(spec, begun)),
            "fields": {
                part: request.POST.get(part, SearchParams.model_fields[part].default) for part in NUMBERS
            },
            "pruning": request.POST.get("pruning", "median"),
            "problem": problem,
        },
        status=422 if problem else 200,
    )


@in_workspace()
def page(request: MemberRequest, job: UUID) -> HttpResponse:
    """Show a search: its settings with the best first, what each param does, and what to do with the best."""
    rows = Job.objects.select_related("project", "requested_by", "dataset_version__dataset", "retry_of")
    row = find(rows, request.workspace, job)
    if row.kind != Job.Kind.SEARCH:
        return redirect("dashboard:job_page", request.workspace.slug, row.pk)
    asked, known = read_search(row.params), tried(row)
    best = best_job(known)
    importance = row.result.get("importance") or {}
    context = {
        "job": row,
        "asked": asked,
        "names": [one.name for one in asked.space],
        "settings": ranked(known),
        "best": best,
        "best_kid": best_kids([best])[best.pk][0] if best else None,
        "best_checkpoint": getattr(best, "trained_checkpoint", None),
        "charts": scatters(asked.space, known, importance),
        "longer": _longer(request, row, asked, best) if best else "",
    }
    template = "search/_standing.html" if request.headers.get("HX-Request") else "search/page.html"
    return render(request, template, context)


def _asked(sent: QueryDict, proposed: tuple[Range, ...]) -> dict[str, Any]:
    """Return the params of a search as the form holds them; what is wrong with them is said when they are read."""
    space: list[dict[str, Any]] = []
    for one in proposed:
        if f"try.{one.name}" not in sent:
            continue
        if one.choices:
            chosen = sent.getlist(f"choices.{one.name}")
            space.append(
                {"name": one.name, "choices": [choice for choice in one.choices if str(choice) in chosen]}
            )
        else:
            ends = {end: sent.get(f"{end}.{one.name}") or None for end in ("low", "high")}
            space.append({"name": one.name, "log": one.log, "whole": one.whole, **ends})
    try:
        base = json.loads(sent.get("base", "{}"))
    except ValueError:
        base = {}
    numbers = {name: sent.get(name) or None for name in NUMBERS}
    return {"space": space, "params": base, "pruning": sent.get("pruning"), **numbers}


def _base(spec: Spec, begun: Start) -> dict[str, Any]:
    """Return the params that the training form brought along, without those that a search sets itself."""
    given = begun.params.cleaned_params if begun.params.is_bound and begun.params.is_valid() else {}
    if begun.like is not None and isinstance(begun.like, Job):
        given = begun.like.params
    fields = spec.params_for("train").model_fields
    return {
        name: value
        for name, value in given.items()
        if name in fields and name not in ("kimg", "seed") and value != fields[name].default
    }


def _shown(sent: QueryDict, one: Range) -> tuple[bool, Any, Any, list[tuple[str, bool]]]:
    """Return whether a param is tried, its ends, and its choices with whether each is."""
    if "search" not in sent:
        low, high = one.ends() if not one.choices else (None, None)
        return one.name == "learning_rate", low, high, [(str(choice), True) for choice in one.choices]
    chosen = sent.getlist(f"choices.{one.name}")
    choices = [(str(choice), str(choice) in chosen) for choice in one.choices]
    return f"try.{one.name}" in sent, sent.get(f"low.{one.name}"), sent.get(f"high.{one.name}"), choices


def _longer(request: MemberRequest, row: Job, asked: SearchParams, best: Job) -> str:
    """Return the address of the training form with the best settings and more time."""
    fields = find_spec(row.generator, "train").params_for("train").model_fields
    settings = {
        name: "" if value is False else value  # a box that is not ticked
        for name, value in best.params.items()
        if name in fields and name != "measures" and value is not None and value != fields[name].default
    }
    settings |= {"kimg": LONGER * asked.kimg, "project": row.project_id}
    if row.dataset_version_id:
        settings["dataset_version"] = row.dataset_version_id
    address = reverse("dashboard:generator_start", args=[request.workspace.slug, row.generator, "train"])
    return f"{address}?{urlencode(settings)}"
