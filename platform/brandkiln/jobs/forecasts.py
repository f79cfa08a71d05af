"""How long a training will take on this machine: from past ones with the same params, else from a few timed steps."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.estimates import SIZES, size_of
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.jobs.wishes import Wish
from generators.spec import Spec

LOOK_BACK = 40
PRIORITY = -2
"""Whoever asks for something within two minutes goes first: a forecast helps to choose, a piece is waited for."""
UNPACED = {
    *SIZES,
    "seed",
    "learning_rate",
    "save_every_kimg",
    "measures",
    "patience_kimg",
    "ema_halflife_kimg",
    "balance",
}
"""Params that say nothing about how long a step takes."""
UNTIMED = 1.1
"""Previews, saved checkpoints and measuring, in steps timed without them."""
ENDED_EARLY = {"ended_early", "early_stop", "text_early_stop"}


@dataclass(frozen=True)
class Forecast:
    """How long a training will take.

    Attributes:
        seconds: None as long as it is being measured.
        basis: How many past trainings it rests on; 0 where steps were timed.
        job: The job that times them.
    """

    seconds: float | None
    basis: int = 0
    job: Job | None = None


def forecast_training(
    *, spec: Spec, params: dict[str, Any], version: DatasetVersion, actor: User | None
) -> Forecast:
    """Return the forecast for a training with these params; where nothing is known, a job begins to measure it."""
    if known := known_forecast(spec=spec, params=params, version=version):
        return known
    timing = submit_data_job(
        kind=Job.Kind.PACE,
        version=version,
        actor=actor,
        params={"generator": spec.name, "train": _paced(params) | _unpaced(spec)},
        idempotency_key=_wish(spec, params, version).next_key,
        priority=PRIORITY,
    )
    return read_forecast(timing, params)


def known_forecast(*, spec: Spec, params: dict[str, Any], version: DatasetVersion) -> Forecast | None:
    """Return the forecast for a training as far as something is known or being measured; nothing is begun."""
    past = _past(spec, params, version)
    if past:
        return Forecast(median(past) * size_of(params), len(past))
    timing = _wish(spec, params, version).answer
    return read_forecast(timing, params) if timing else None


def read_forecast(job: Job, params: dict[str, Any]) -> Forecast:
    """Return what a timing job says of a training with these params, which may be longer or shorter."""
    if job.state != State.SUCCEEDED:
        return Forecast(None, job=job)
    timed = job.result
    scale = size_of(params) / size_of(job.params["train"])
    steps = UNTIMED * scale * timed["total"] * timed["seconds_per_unit"]
    return Forecast(timed["begin_seconds"] + steps, job=job)


def _past(spec: Spec, params: dict[str, Any], version: DatasetVersion) -> list[float]:
    """Return the seconds for one unit of size of past trainings at the same pace, the newest first."""
    rows = (
        Job.objects.filter(
            workspace=version.workspace, kind=Job.Kind.TRAIN, generator=spec.name,
            generator_version=spec.version, state=State.SUCCEEDED, started_at__isnull=False,
        )
        .order_by("-finished_at")
        .values_list("params", "started_at", "finished_at", "result")[:LOOK_BACK]
    )  # fmt: skip
    wanted = _paced(params)
    return [
        (end - start).total_seconds() / (size_of(known) * _share(result))
        for known, start, end, result in rows
        if _paced(known) == wanted and start and end
    ]


def _share(result: dict[str, Any]) -> float:
    """Return how much of a training was done, which ended early or not."""
    for notice in result.get("notices", ()):
        shown, total = (notice["values"].get(name) for name in ("shown", "total"))
        if notice["code"] in ENDED_EARLY and shown and total:
            return float(shown) / float(total)
    return 1.0


def _wish(spec: Spec, params: dict[str, Any], version: DatasetVersion) -> Wish:
    """Return the wish to have a training at this pace timed."""
    return Wish.of(version.workspace, "pace", [str(version.pk), spec.name, spec.version, _paced(params)])


def _unpaced(spec: Spec) -> dict[str, Any]:
    """Return the params that say nothing of the pace as they are by default: so one wish serves all lengths."""
    fields = spec.params_for("train").model_fields
    return {
        name: field.default for name, field in fields.items() if name in UNPACED and not field.is_required()
    }


def _paced(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in UNPACED}
