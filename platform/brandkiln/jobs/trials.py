"""Where the trials of a search stand, read from the rows of their trainings each time it is asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any
from uuid import UUID

from brandkiln.jobs.experiments import best_kids
from brandkiln.jobs.models import Job, JobEvent, Trial
from brandkiln.jobs.moves import State

RUNGS = 8
"""Moments of a training, at equal shares of it, at which trials are compared; as in generators.search."""


@dataclass
class Tried:
    """One setting with its trainings, one for each seed.

    Attributes:
        value: The smallest validation KID, the mean over its seeds; None until all of them have ended well.
        rungs: The validation KID by moment of the training, where all seeds have come so far.
    """

    number: int
    settings: dict[str, Any]
    rows: list[Trial] = field(default_factory=list)
    value: float | None = None
    rungs: dict[int, float] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Where it stands: running, done, pruned or failed."""
        if any(not row.job.is_final for row in self.rows):
            return "running"
        if self.value is not None:
            return "done"
        return "pruned" if any(row.pruned_at for row in self.rows) else "failed"

    @property
    def shown_value(self) -> float | None:
        """Its value; of one that runs or was given up, the last one known."""
        return self.value if self.value is not None or not self.rungs else self.rungs[max(self.rungs)]

    def advised(self) -> dict[str, Any]:
        """Return what the advice rests on."""
        state = self.state
        if state == "pruned" and not self.rungs:
            state = "failed"  # ended before it was compared
        value = self.shown_value if state in ("done", "pruned") else None
        return {"state": state, "settings": self.settings, "value": value, "rungs": self.rungs}


def lineage(search: Job) -> list[UUID]:
    """Return the search and those that it tries again, whose trials it takes over."""
    chain = [search.pk]
    while search.retry_of and search.retry_of.kind == Job.Kind.SEARCH and search.retry_of.pk not in chain:
        search = search.retry_of
        chain.append(search.pk)
    return chain


def tried(search: Job) -> list[Tried]:
    """Return the settings that a search has tried or tries, in the order in which it came to them.

    One that is a retry has those of the search before it that ended well or were given up for others.
    """
    own, *before = lineage(search)
    rows = Trial.objects.filter(search__in=[own, *before]).select_related("job", "job__trained_checkpoint")
    settings: dict[tuple[UUID, int], Tried] = {}
    for row in rows.order_by("created_at", "number", "repeat"):
        settings.setdefault((row.search_id, row.number), Tried(row.number, row.settings)).rows.append(row)
    jobs = [row.job for one in settings.values() for row in one.rows]
    best, measured = best_kids(jobs), _rungs(jobs)
    for one in settings.values():
        keys = [row.job_id for row in one.rows]
        if all(row.job.state == State.SUCCEEDED and row.job_id in best for row in one.rows):
            one.value = fmean(best[key][0] for key in keys)
        shared = set.intersection(*(set(measured.get(key, {})) for key in keys))
        one.rungs = {rung: fmean(measured[key][rung] for key in keys) for rung in sorted(shared)}
    return [one for (key, _), one in settings.items() if key == own or one.state in ("done", "pruned")]


def ranked(settings: Iterable[Tried]) -> list[Tried]:
    """Return them with the best first; those that were given up follow, and what has no value comes last."""
    order = {"done": 0, "running": 1, "pruned": 2, "failed": 3}
    return sorted(
        settings,
        key=lambda one: (order[one.state], one.shown_value is None, one.shown_value or 0, one.number),
    )


def best_job(settings: Iterable[Tried]) -> Job | None:
    """Return the training that came closest, among the seeds of the best settings."""
    first = next((one for one in ranked(settings) if one.state == "done"), None)
    if first is None:
        return None
    best = best_kids(row.job for row in first.rows)
    return min((row.job for row in first.rows), key=lambda job: best[job.pk][0])


def fingerprint(search: Job) -> tuple[Any, ...]:
    """Return what changes whenever there is something new for the search to look at."""
    jobs = Job.objects.filter(trial__search=search)
    measures = JobEvent.objects.filter(job__trial__search=search, type="measure").order_by("-id")
    asked = Job.objects.filter(pk=search.pk).values_list("cancel_requested_at", flat=True).first()
    ended = jobs.filter(state__in=Job.FINAL).count()
    return ended, measures.values_list("id", flat=True).first(), asked


def _rungs(jobs: list[Job]) -> dict[UUID, dict[int, float]]:
    """Return the smallest validation KID of each job up to each moment that it has passed."""
    totals = {job.pk: 1000 * float(job.params.get("kimg") or 0) for job in jobs}
    rows = JobEvent.objects.filter(job__in=jobs, type="measure").order_by("id").values_list("job_id", "data")
    measured: dict[UUID, dict[int, float]] = {}
    for key, data in rows.iterator():
        kid = data.get("metrics", {}).get("validation_kid")
        if kid is None or not totals[key]:
            continue
        rung = max(1, min(RUNGS, int(RUNGS * data["done"] / totals[key])))
        known = measured.setdefault(key, {})
        known[rung] = min(kid, *known.values()) if known else kid
    ended = {job.pk for job in jobs if job.state == State.SUCCEEDED}
    return {key: _carried(known, to_end=key in ended) for key, known in measured.items()}


def _carried(known: dict[int, float], *, to_end: bool) -> dict[int, float]:
    """Return the values with those of moments in between at which nothing was measured."""
    filled: dict[int, float] = {}
    for rung in range(min(known), (RUNGS if to_end else max(known)) + 1):
        filled[rung] = known[rung] if rung in known else filled[rung - 1]
    return filled
