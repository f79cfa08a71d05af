"""Does jobs: claims, runs, and ends them; one after the other, or several at once where they share a process."""

import logging
import math
import shutil
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event as Flag

from brandkiln.artifacts.cache import trim_cache
from brandkiln.core.errors import StudioError
from brandkiln.datasets.caches import prune_caches
from brandkiln.datasets.parts import FOLDER
from brandkiln.jobs.claims import (
    JobFailure,
    Joining,
    LeaseLost,
    Progress,
    claim_next,
    finish_job,
    give_back,
    rest_job,
)
from brandkiln.jobs.events import Event
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import InvalidMove, State
from django.conf import settings

from generators.errors import GeneratorError
from workers.devices import hosted
from workers.ending import Ending
from workers.generation import generate
from workers.host import Host
from workers.inspection import INSPECTIONS, inspect
from workers.outages import OUTAGES, outlast
from workers.platform_work import PLATFORM_WORK
from workers.reporter import Reporter
from workers.sharing import Floor
from workers.text_work import TEXT_WORK

logger = logging.getLogger(__name__)
TRIM_SECONDS = 600
SPARED_SECONDS = 3600
"""What was used so long before the oldest running job began, or later, stays in the cache."""
JOB_FOLDERS = "????????-????-????-????-????????????"
FORGOTTEN_SECONDS = 2 * 24 * 3600
"""Nobody works in a scratch folder that no job's id names for so long without a new file in it."""


class Runner:
    """One worker's way of working. It never imports torch: generators run in the host's child process.

    Several threads may work at once: the first takes any job, the others only those that may join it.
    """

    def __init__(self, name: str, *, queues: Sequence[str]) -> None:
        self.name = name
        self.queues = list(queues)
        self.stopping = Flag()
        self._trimmed = -math.inf
        self._floor = Floor()
        self.device, environment = hosted(settings.TRAIN_PROCESSES)
        self.host = Host(
            memory_mb=settings.HOST_MEMORY_MB,
            idle_seconds=settings.HOST_IDLE_SECONDS,
            grace_seconds=settings.JOB_GRACE_SECONDS,
            environment=environment | {"BRANDKILN_CACHE": str(settings.CACHE)},
        )

    def work_until_empty(self) -> None:
        """Claim and do jobs until there is none left in this worker's queues."""
        while not self.stopping.is_set():
            job = self._floor.claim(self._claim, takes_more=self.host.takes_more)
            if job is None:
                return
            try:
                self.do(job)
            finally:
                self._floor.leave(job)
            self.trim_cache()

    def _claim(self, joining: Joining | None) -> Job | None:
        warm = {self.host.warm} if self.host.warm else frozenset()
        return outlast(lambda: claim_next(queues=self.queues, worker=self.name, warm=warm, joining=joining))

    def do(self, job: Job) -> None:
        """Run one claimed job and write how it ended; an attempt that was lost ends without a trace."""
        scratch = scratch_of(job) / str(job.attempt)
        scratch.mkdir(parents=True, exist_ok=True)
        reporter = Reporter(job, scratch=scratch, stopping=self.stopping)
        try:
            ending = self._attempt(job, reporter)
            moved = self._end_for_certain(job, ending, reporter)
        except (LeaseLost, InvalidMove) as lost:
            logger.warning("Attempt %s of job %s has no effect: %s", job.attempt, job.pk, lost)
            return
        if moved.is_final:
            shutil.rmtree(scratch_of(job), ignore_errors=True)

    def clear_scratch(self) -> None:
        """Remove the scratch folders of jobs that have ended meanwhile, and those that a killed process left behind."""
        folders = {path.name: path for path in settings.SCRATCH.glob(JOB_FOLDERS)}
        still = Job.objects.filter(pk__in=folders, state__in=Job.OPEN)
        for name in folders.keys() - set(map(str, outlast(lambda: list(still.values_list("pk", flat=True))))):
            shutil.rmtree(folders[name], ignore_errors=True)
        forgotten = time.time() - FORGOTTEN_SECONDS
        for path in set(settings.SCRATCH.glob("*")) - {*folders.values(), settings.SCRATCH / FOLDER}:
            with suppress(OSError):  # its owner removed it just now
                inside = path.iterdir() if path.is_dir() else ()
                if max(one.stat().st_mtime for one in (path, *inside)) < forgotten:
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()

    def trim_cache(self) -> None:
        """Drop what belongs to deleted data from this machine's cache and keep it within its limit, now and then."""
        if time.monotonic() - self._trimmed < TRIM_SECONDS:
            return
        self._trimmed = time.monotonic()
        running = Job.objects.filter(state=State.RUNNING, started_at__isnull=False).order_by("started_at")
        oldest = outlast(lambda: running.values_list("started_at", flat=True).first())
        since = min(time.time(), oldest.timestamp() if oldest else math.inf) - SPARED_SECONDS
        outlast(prune_caches)
        if removed := trim_cache(spare_since=since):
            logger.info("Removed %d MiB from the cache", removed // 2**20)

    def close(self) -> None:
        """End the child process."""
        self.host.close()

    def _attempt(self, job: Job, reporter: Reporter) -> Ending:
        try:
            if job.kind in PLATFORM_WORK:
                return PLATFORM_WORK[job.kind](job, reporter)
            if job.kind in TEXT_WORK:
                return TEXT_WORK[job.kind](job, reporter, self.host, self.device)
            if job.kind in INSPECTIONS:
                return inspect(job, reporter, self.host, self.device)
            return generate(job, reporter, self.host, self.device)
        except (LeaseLost, InvalidMove):
            raise
        except (StudioError, GeneratorError) as refusal:
            return Ending(State.FAILED, failure=JobFailure(refusal.code, str(refusal)))
        except Exception as error:
            logger.exception("Job %s failed in the worker", job.pk)
            return _own_fault(error)

    def _end_for_certain(self, job: Job, ending: Ending, reporter: Reporter) -> Job:
        """End the attempt; where what it made can't be written, end it as failed, or it would be tried for ever."""
        try:
            progress, history = reporter.rest()
            return outlast(lambda: self._end(job, ending, progress, history))
        except (LeaseLost, InvalidMove, *OUTAGES):
            raise
        except Exception as error:
            logger.exception("The end of job %s can't be written", job.pk)
            fault = _own_fault(error)
            return outlast(lambda: self._end(job, fault, None, []))

    def _end(self, job: Job, ending: Ending, progress: Progress | None, history: list[Event]) -> Job:
        failure = ending.failure
        if ending.state == State.RUNNING and ending.has_news:
            return rest_job(
                job_id=job.pk,
                attempt=job.attempt,
                has_news=ending.has_news,
                progress=ending.progress,
                result=ending.result,
            )
        if ending.state == State.QUEUED and failure:
            job.refresh_from_db(fields=["cancel_requested_at", "max_attempts"])
            return give_back(job=job, failure=failure, costs_attempt=ending.costs_attempt)
        return finish_job(
            job_id=job.pk,
            attempt=job.attempt,
            state=ending.state,
            message=ending.message or (failure.message if failure else ""),
            failure=failure,
            result=ending.result,
            effect=ending.effect,
            progress=progress,
            history=history,
        )


def _own_fault(error: Exception) -> Ending:
    said = f"The studio itself failed at this job ({type(error).__name__}: {error}). Retry the job."
    return Ending(State.FAILED, failure=JobFailure("studio", said, traceback.format_exc()))


def scratch_of(job: Job) -> Path:
    """Return the folder of the job's files; each attempt has its own below, for the one before may still write."""
    folder: Path = settings.SCRATCH / str(job.pk)
    return folder
