"""One look of a search at its trainings: give up the hopeless, submit the next, and rest until there is news."""

import json
import subprocess
import sys
from functools import partial
from typing import Any

from brandkiln.jobs.claims import JobFailure, LeaseLost, Progress
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import InvalidMove, State
from brandkiln.jobs.search_params import SearchParams
from brandkiln.jobs.searches import mark_best, prune_trials, read_search, submit_trial
from brandkiln.jobs.services import cancel_trials
from brandkiln.jobs.trials import Tried, best_job, fingerprint, tried
from django.conf import settings

from workers.ending import Ending
from workers.heartbeat import beating
from workers.reporter import Reporter

ADVICE_SECONDS = 120
HOPELESS = 3
"""A search whose first trials all fail, so many of them, ends."""


def search(job: Job, reporter: Reporter) -> Ending:
    """Look at the trials of a search once; what it knows is in the rows of its trainings, so it can be killed."""
    try:
        with beating(reporter):
            return _look(job, reporter)
    except (LeaseLost, InvalidMove):
        raise  # another worker has it now, and its trainings with it
    except Exception:
        cancel_trials(job, actor=None)  # or they would go on for nobody
        raise


def _look(job: Job, reporter: Reporter) -> Ending:
    asked, seen = read_search(job.params), fingerprint(job)
    known = tried(job)
    reporter.on_progress(*_progress(asked, known))
    is_open = any(one.state == "running" for one in known)
    if seen[-1] is not None:
        if is_open:
            cancel_trials(job, actor=None)
            return _rest(job, asked, known, seen)
        return Ending(State.CANCELLED, message="Cancelled.", result=_result(job, known))
    states = [one.state for one in known]
    if len(states) >= HOPELESS and set(states) == {"failed"}:
        return Ending(State.FAILED, failure=_why_hopeless(known), result=_result(job, known))
    wanted = _wanted(asked, known)
    if not wanted and not is_open:
        return _end(job, known)
    advice = _advise(asked, known, wanted)
    for place in advice["prune"]:
        prune_trials(known[place].rows)
    number = max((one.number for one in known), default=-1) + 1
    for place, chosen in enumerate(advice["settings"]):
        for repeat in range(asked.repeats):
            submit_trial(search=job, number=number + place, repeat=repeat, settings=chosen)
    return _rest(job, asked, known, seen, advice["importance"])


def _wanted(asked: SearchParams, known: list[Tried]) -> int:
    """Return for how many settings there is room now."""
    trainings = sum(not row.job.is_final for one in known for row in one.rows)
    room = -(-(asked.at_once - trainings) // asked.repeats) if trainings < asked.at_once else 0
    return min(room, asked.trials - len(known))


def _advise(asked: SearchParams, known: list[Tried], wanted: int) -> dict[str, Any]:
    """Ask Optuna in a process of its own, for it needs the numerical libraries."""
    question = {
        "space": [one.model_dump(mode="json") for one in asked.space],
        "trials": [one.advised() for one in known],
        "ask": max(wanted, 0),
        "planned": asked.trials,
        "pruning": asked.pruning,
        "seed": asked.seed,
    }
    told = subprocess.run(
        [sys.executable, "-m", "generators.search"], input=json.dumps(question), cwd=settings.ROOT,
        capture_output=True, text=True, timeout=ADVICE_SECONDS, check=False,
    )  # fmt: skip
    if told.returncode:
        raise RuntimeError(f"Optuna gave no advice: {told.stderr.strip()[-800:]}")
    advice: dict[str, Any] = json.loads(told.stdout)
    return advice


def _rest(
    job: Job, asked: SearchParams, known: list[Tried], seen: Any, importance: dict[str, float] | None = None
) -> Ending:
    result = job.result | {"importance": importance} if importance else job.result
    progress = Progress(*_progress(asked, known))
    return Ending(State.RUNNING, result=result, progress=progress, has_news=lambda: fingerprint(job) != seen)


def _progress(asked: SearchParams, known: list[Tried]) -> tuple[int, int, str]:
    ended = sum(one.state != "running" for one in known)
    return ended, asked.trials, f"{ended} of {asked.trials} settings tried"


def _end(job: Job, known: list[Tried]) -> Ending:
    best = best_job(known)
    if best is None:
        return Ending(State.FAILED, failure=_why_hopeless(known), result=_result(job, known))
    effect = partial(mark_best, best=best)
    return Ending(State.SUCCEEDED, result=_result(job, known), effect=effect)


def _result(job: Job, known: list[Tried]) -> dict[str, Any]:
    best = best_job(known)
    return {**job.result, "tried": len(known), "best": str(best.pk) if best else None}


def _why_hopeless(known: list[Tried]) -> JobFailure:
    failed = [row.job for one in known for row in one.rows if row.job.error_message]
    if failed:
        said = f"No training of the search succeeded. The first said: {failed[0].error_message}"
        return JobFailure("trials_failed", said)
    return JobFailure(
        "not_measured",
        "No training of the search was measured on validation pictures, so there is nothing to choose by. Give the "
        "data set a validation split with more pictures, or train each setting for longer.",
    )
