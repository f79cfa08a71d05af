"""How long each way to train would take, beside the form that starts it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find, find_spec
from brandkiln.dashboard.starting import start_from
from brandkiln.jobs.forecasts import Forecast, forecast_training, read_forecast
from brandkiln.jobs.models import Job
from brandkiln.jobs.requests import check_params
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators.spec import Preset, Spec


@require_POST
@in_workspace()
def begin(request: MemberRequest, name: str, preset: str) -> HttpResponse:
    """Answer with the forecast of a preset on the chosen data, or begin to measure it."""
    spec = find_spec(name, "train")
    chosen = _preset(spec, preset)
    begun = start_from(request, spec, "train")
    begun.on.is_valid()
    version = getattr(begun.on, "cleaned_data", {}).get("dataset_version")
    if version is None:
        return _shown(request, chosen, said=_("Choose a data set."))
    try:
        params = check_params(spec, "train", dict(chosen.params) | {"seed": 0})
        forecast = forecast_training(spec=spec, params=params, version=version, actor=request.user)
    except StudioError as error:
        return _shown(request, chosen, said=error.message)
    return _shown(request, chosen, forecast=forecast)


@in_workspace()
def look(request: MemberRequest, job: UUID, preset: str) -> HttpResponse:
    """Answer with the forecast once it is measured, and with how that stands until then."""
    row = find(Job.objects.all(), request.workspace, job)
    if row.kind != Job.Kind.PACE:
        return HttpResponse(_("This job measures no time. Open the form again."), status=422)
    spec = find_spec(row.params["generator"], "train")
    chosen = _preset(spec, preset)
    params = check_params(spec, "train", dict(chosen.params) | {"seed": 0})
    return _shown(request, chosen, forecast=read_forecast(row, params))


def _preset(spec: Spec, name: str) -> Preset:
    for preset in spec.presets:
        if preset.name == name:
            return preset
    raise Http404(f"{spec.name} has no preset {name}.")


def _shown(
    request: MemberRequest, preset: Preset, *, forecast: Forecast | None = None, said: str = ""
) -> HttpResponse:
    about: dict[str, Any] = {"preset": preset, "forecast": forecast, "said": said}
    return render(request, "generators/_forecast.html", about)
