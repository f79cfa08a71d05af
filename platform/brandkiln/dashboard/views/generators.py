"""Generators: what there is, and the page from which a job of one is started."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brandkiln.core.errors import NotFound, StudioError
from brandkiln.dashboard.larger import larger_for
from brandkiln.dashboard.lookup import find_spec
from brandkiln.dashboard.starting import Start, start_from
from brandkiln.dashboard.views.campaigns import campaign_asked
from brandkiln.datasets.checks.advice import advise, remarks
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.estimates import estimate_params
from brandkiln.jobs.forecasts import Forecast, known_forecast
from brandkiln.jobs.metering import expected_cost
from brandkiln.jobs.models import Checkpoint
from brandkiln.jobs.services import submit_job
from brandkiln.planning.campaigns import work_for
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators import registry


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the generators with what each needs: those that can make something at once before those to be trained."""
    trained = set(Checkpoint.objects.filter(workspace=request.workspace).values_list("generator", flat=True))
    specs = registry.specs().values()
    untrained = [spec for spec in specs if spec.needs.checkpoint and spec.name not in trained]
    ready = [spec for spec in specs if spec not in untrained]
    groups = [
        (_("Ready to use"), "", ready),
        (_("To be trained first"), _("They learn from your own pictures, texts or tables."), untrained),
    ]
    context = {"groups": groups, "trained": trained, "campaign": campaign_asked(request)}
    return render(request, "generators/index.html", context)


@in_workspace()
def start(request: MemberRequest, name: str, kind: str) -> HttpResponse:
    """Ask for what a job of this generator needs, and submit it."""
    spec = find_spec(name, kind)
    begun, campaign = start_from(request, spec, kind), campaign_asked(request)
    if request.method == "POST" and begun.is_valid():
        try:
            job = submit_job(
                workspace=request.workspace,
                requested_by=request.user,
                kind=kind,
                generator=spec.name,
                **begun.choices(),
            )
        except NotFound as error:
            raise Http404(error.message) from error
        except StudioError as error:
            begun.refuse(error)
        else:
            if campaign:
                work_for(campaign=campaign, job=job, actor=request.user)
            return redirect("dashboard:job_page", request.workspace.slug, job.pk)
    status = 422 if request.method == "POST" else 200
    context = _context(begun) | {
        "campaign": campaign,
        "larger": larger_for(request) if begun.formats else None,
    }
    return render(request, "generators/start.html", context, status=status)


@in_workspace()
def expect(request: MemberRequest, name: str, kind: str) -> HttpResponse:
    """Answer with the wait and the run to expect for the params as they stand in the form."""
    spec = find_spec(name, kind)
    begun = start_from(request, spec, kind)
    params: dict[str, Any] = begun.params.cleaned_params if begun.params.is_valid() else {}
    estimate = estimate_params(workspace=request.workspace, kind=kind, generator=spec.name, params=params)
    forecast = _forecast(begun, params) if not estimate.basis else None
    seconds = estimate.run_seconds if estimate.basis else forecast.seconds if forecast else None
    cost = expected_cost(workspace=request.workspace, kind=kind, params=params, seconds=seconds)
    context = {"estimate": estimate, "forecast": forecast, "cost": cost, **_advice(begun)}
    return render(request, "generators/_estimate.html", context)


def _forecast(begun: Start, params: dict[str, Any]) -> Forecast | None:
    """Return what is known of a training's length from its pace, where no job of its kind has run yet."""
    version = _chosen_version(begun)
    if begun.kind != "train" or version is None or not params:
        return None
    return known_forecast(spec=begun.spec, params=params | {"seed": 0}, version=version)


def _chosen_version(begun: Start) -> DatasetVersion | None:
    begun.on.is_valid()
    chosen: dict[str, Any] = getattr(begun.on, "cleaned_data", {})  # a form that was sent nothing has none
    return chosen.get("dataset_version")


def _advice(begun: Start) -> dict[str, Any]:
    """Return whether the chosen version is enough to train on, before a minute of training is spent."""
    if begun.kind != "train":
        return {}
    version = _chosen_version(begun)
    if version is None:
        return {}
    return {
        "version": version,
        "advice": advise(version, generator=begun.spec.name),
        "remarks": remarks(version),
    }


def _context(begun: Start) -> dict[str, Any]:
    verbs = {
        "train": _("Train"),
        "sample": _("Generate"),
        "report": _("Make the report"),
        "evaluate": _("Evaluate"),
        "compress": _("Make it smaller"),
        "export": _("Export as ONNX"),
    }
    return {"start": begun, "spec": begun.spec, "kind": begun.kind, "verb": verbs[begun.kind]}
