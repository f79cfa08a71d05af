"""What a running job says, written to the database in bounded portions together with the heartbeat."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import RLock
from typing import Any

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.jobs.claims import Progress, Stop, add_job_events, heartbeat, requested_stop
from brandkiln.jobs.events import Event
from brandkiln.jobs.models import Job, JobEvent
from django.conf import settings
from django.db import connection

from workers.outages import OUTAGES, outlast

logger = logging.getLogger(__name__)
EVENTS_PAUSE_SECONDS = 0.25
PROGRESS_PAUSE_SECONDS = 1.0
CANCEL_PAUSE_SECONDS = 1.0
PREVIEW_PAUSE_SECONDS = 2.0
PREVIEW_BYTES = 8 * 2**20
LOG_LINES = 5_000
MEASURES = 2_000
NOTICES = 50
LOG_LINE_LENGTH = 2_000
SAVED_MARK = ".saved"


@dataclass(frozen=True)
class KeptSample:
    """A sample whose bytes are kept; its asset is written when the job ends."""

    artifact: Artifact
    message: dict[str, Any]


class Reporter:
    """Collects the messages of one attempt; ``tick`` writes them and renews the lease.

    Raises from ``tick`` and ``on_message``:
        LeaseLost: If the attempt was given to another worker.
    """

    def __init__(
        self, job: Job, *, scratch: Path, stopping: Flag, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.job = job
        self.scratch = scratch
        self.stopping = stopping
        self.samples: list[KeptSample] = []
        self.saved: Path | None = None
        self.preview: Artifact | None = None
        self.progress = Progress()
        self._clock = clock
        self._lock = RLock()
        self._begun = self._last_beat = self._last_look = clock()
        self._last_events = self._last_progress = self._last_preview = float("-inf")
        self._progress_waits = False
        self._stop: Stop = ""
        self._texts: dict[int, str] = defaultdict(str)
        self._events: list[Event] = []
        self._preview: dict[str, Any] | None = None
        self._lines = self._previews = self._measures = self._notices = 0

    def cancelled(self) -> bool:
        """Return whether the attempt has to stop: a person asked for it, or the worker is being stopped."""
        return self._stop == "cancel" or self.stopping.is_set()

    def finishing(self) -> bool:
        """Return whether a person asked the attempt to end with what it has."""
        return self._stop == "finish"

    @property
    def cancelled_by_person(self) -> bool:
        return self._stop != ""

    def notices(self) -> list[dict[str, Any]]:
        """Return what people were told, in earlier attempts too; what waits to be written is among it."""
        written = JobEvent.objects.filter(job=self.job, type="notice").order_by("id")
        waiting = [data for kind, data in self._events if kind == "notice"]
        return [*written.values_list("data", flat=True), *waiting]

    def on_message(self, message: dict[str, Any]) -> None:
        """Take one message of the host; samples are kept at once, the rest waits for the next tick."""
        with self._lock:
            match message["type"]:
                case "progress":
                    self.on_progress(
                        message["done"], message["total"], message["message"], message["metrics"]
                    )
                case "stream":
                    self._texts[message["index"]] += message["text"]
                case "preview":
                    self._preview = message["sample"]
                case "measured" if self._measures < MEASURES:
                    self._measures += 1
                    self._events.append(("measure", {"done": message["done"], "metrics": message["metrics"]}))
                case "notice" if self._notices < NOTICES:
                    self._notices += 1
                    self._events.append(("notice", message["notice"]))
                case "log" if self._lines < LOG_LINES:
                    self._lines += 1
                    self._events.append(("log", {"line": message["line"][:LOG_LINE_LENGTH]}))
                case "sample":
                    self.samples.append(KeptSample(outlast(lambda: self._keep(message)), message))
                case "saved":
                    self._mark_saved(Path(message["folder"]))

    def on_progress(
        self, done: int, total: int, text: str = "", metrics: dict[str, float] | None = None
    ) -> None:
        with self._lock:
            known = self.progress.metrics | (metrics or {})
            self.progress = Progress(done, total, text[:300], known)
            self._progress_waits = True

    def tick(self) -> None:
        """Write what is due. A database that is away is tried again at the next tick; nothing is forgotten."""
        with self._lock:
            try:
                self._write(self._clock())
            except OUTAGES as error:
                logger.warning("The database did not answer, the next tick tries again: %s", error)
                connection.close()

    def rest(self) -> tuple[Progress | None, list[Event]]:
        """Return what is left to write at the end of the attempt, for the transaction that ends it."""
        with self._lock:
            if self._preview:
                outlast(lambda: self._keep_preview(self._clock()))
            events = self._waiting_events()
            if self._progress_waits:
                events.append(("progress", self.progress.columns()))
            return (self.progress if self._progress_waits else None), events

    def _write(self, now: float) -> None:
        job_id, attempt = self.job.pk, self.job.attempt
        if self._preview and now - self._last_preview >= PREVIEW_PAUSE_SECONDS:
            self._keep_preview(now)
        if (self._texts or self._events) and now - self._last_events >= EVENTS_PAUSE_SECONDS:
            add_job_events(job_id=job_id, attempt=attempt, events=self._waiting_events())
            self._texts.clear()
            self._events.clear()
            self._last_events = now
        if self._progress_waits and now - self._last_progress >= self._progress_pause(now):
            self._stop = heartbeat(job_id=job_id, attempt=attempt, progress=self.progress)
            self._progress_waits = False
            self._last_progress = self._last_beat = self._last_look = now
        elif now - self._last_beat >= settings.JOB_LEASE_SECONDS / 3:
            self._stop = heartbeat(job_id=job_id, attempt=attempt)
            self._last_beat = self._last_look = now
        elif now - self._last_look >= CANCEL_PAUSE_SECONDS:
            self._stop = requested_stop(job_id=job_id, attempt=attempt)
            self._last_look = now

    def _waiting_events(self) -> list[Event]:
        texts: list[Event] = [("text", {"index": i, "text": text}) for i, text in self._texts.items()]
        return [*texts, *self._events]

    def _progress_pause(self, now: float) -> float:
        """Return how far apart progress is written: a second, and in long trainings up to 15."""
        return min(15.0, max(PROGRESS_PAUSE_SECONDS, (now - self._begun) / 600))

    def _keep(self, sample: dict[str, Any]) -> Artifact:
        workspace = self.job.workspace
        if sample["path"] is None:
            data = (sample["text"] or "").encode()
            return store.put_bytes(data, workspace=workspace, media_type=sample["media_type"])
        path = self._in_scratch(Path(sample["path"]))
        return store.put(path, workspace=workspace, media_type=sample["media_type"])

    def _keep_preview(self, now: float) -> None:
        """Keep the preview that waits; where the database is away, it goes on waiting."""
        sample = self._preview
        assert sample is not None
        shown = {"index": self._previews, "media_type": sample["media_type"], "text": sample["name"]}
        if sample["path"] is None:
            shown |= {"text": sample["text"], "name": sample["name"]}
        elif self._is_small(Path(sample["path"])):
            self.preview = self._keep(sample)
            shown["artifact"] = str(self.preview.pk)
        self._preview, self._last_preview = None, now
        self._previews += 1
        if sample["path"] is None or "artifact" in shown:
            self._events.append(("preview", shown))

    def _is_small(self, path: Path) -> bool:
        path = self._in_scratch(path)
        return path.is_file() and path.stat().st_size <= PREVIEW_BYTES

    def _mark_saved(self, folder: Path) -> None:
        """Remember the checkpoint in the scratch folder, where the next attempt finds it."""
        self.saved = self._in_scratch(folder)
        mark = self.scratch / f"{SAVED_MARK}.new"
        mark.write_text(str(self.saved.relative_to(self.scratch.resolve())), encoding="utf-8")
        mark.replace(self.scratch / SAVED_MARK)

    def _in_scratch(self, path: Path) -> Path:
        resolved = path.resolve()
        if not resolved.is_relative_to(self.scratch.resolve()):
            raise OutsideScratch(
                f"The generator named {path}, which lies outside its scratch folder. Write files to run.scratch."
            )
        return resolved


class OutsideScratch(Exception):
    """A generator named a file that is not its own."""
