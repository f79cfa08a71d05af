"""A request as a job: submitted, followed piece by piece, and cancelled when its client goes away."""

import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection

from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.jobs.retention import SERVED
from brandkiln.jobs.services import cancel_job, submit_job
from brandkiln.jobs.stream import follow
from brandkiln.projects.models import Project
from brandkiln.served.catalogue import ServedModel
from brandkiln.served.errors import Refusal, failure_of
from brandkiln.workspaces.models import ApiToken

PRIORITY = 10
"""Somebody looks on."""
_CANCELLING = ThreadPoolExecutor(2, thread_name_prefix="cancel")

Piece = tuple[int, str]
"""The number of an answer and the next piece of its text."""


def submit(
    *,
    token: ApiToken,
    project: Project,
    model: ServedModel,
    kind: Job.Kind,
    params: dict[str, Any],
    idempotency_key: str | None,
) -> Job:
    """Return the job that answers a request.

    Raises:
        Refusal: If the workspace has too many requests open.
        StudioError: If the request does not fit.
    """
    waiting = Job.objects.filter(workspace=token.workspace, kind__in=SERVED, state__in=Job.OPEN).count()
    if waiting >= settings.SERVED_OPEN:
        raise Refusal(
            429,
            f"{waiting} requests of this workspace are open; at most {settings.SERVED_OPEN} may be. Wait for one to "
            "end, then send this one again.",
            code="too_many_open_requests",
        )
    return submit_job(
        workspace=token.workspace,
        project=project,
        requested_by=token.user,
        kind=kind,
        generator=model.generator,
        params=params | ({"connection": str(model.connection.pk)} if model.connection else {}),
        checkpoint=model.checkpoint,
        priority=PRIORITY,
        idempotency_key=f"v1:{idempotency_key}" if idempotency_key else None,
    )


class Followed:
    """A job whose client waits.

    Attributes:
        job: Its row; once ``pieces`` is over, as it ended.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._attempt = 0
        self._sent: dict[int, str] = defaultdict(str)
        self._heard: dict[int, str] = defaultdict(str)

    async def pieces(self) -> AsyncGenerator[Piece | None, None]:
        """Yield the texts as they are written, None for a pause. Left before its end, it cancels the job.

        Raises:
            Refusal: If the job did not succeed, or took longer than a client waits.
        """
        ended, deadline = False, time.monotonic() + settings.SERVED_SECONDS
        try:
            async with contextlib.aclosing(
                follow([self.job.pk], until_end=True, seconds=settings.SERVED_SECONDS)
            ) as events:
                async for event in events:
                    if event is None:
                        yield None
                    elif event.type == "state" and event.data["attempt"] != self._attempt:
                        self._attempt = event.data["attempt"]
                        self._heard.clear()  # a worker that was lost is followed by another, which begins anew
                    elif event.type == "text":
                        if piece := self._new(event.data["index"], event.data["text"]):
                            yield piece
                    elif event.type == "end":
                        ended = True
                    if time.monotonic() > deadline:
                        break
            if not ended:
                said = f"The request was not answered within {settings.SERVED_SECONDS} seconds. Ask for fewer tokens."
                raise Refusal(504, said, code="timeout")
        finally:
            if not ended:
                cancel_soon(self.job.pk)
        await sync_to_async(self._read_end)()
        if self.job.state != State.SUCCEEDED:
            raise failure_of(self.job)

    async def until_end(self) -> Job:
        """Return the job as it ended."""
        async with contextlib.aclosing(self.pieces()) as pieces:
            async for _ in pieces:
                pass
        return self.job

    def _new(self, index: int, text: str) -> Piece | None:
        """Return what is new about a text; a second attempt first repeats what was sent already."""
        self._heard[index] += text
        heard, sent = self._heard[index], self._sent[index]
        if not heard.startswith(sent[: len(heard)]):
            said = "The worker was lost while it wrote, and the next one went on otherwise. Send the request again."
            raise Refusal(503, said, code="worker_lost")
        if len(heard) <= len(sent):
            return None
        self._sent[index] = heard
        return index, heard[len(sent) :]

    def _read_end(self) -> None:
        self.job.refresh_from_db()
        close_connection()


def cancel_soon(job_id: UUID) -> None:
    """Cancel a job that nobody waits for any more, from wherever: the caller may itself be ending."""
    _CANCELLING.submit(_cancel, job_id)


def close_connection() -> None:
    """Give the thread's database connection back before a long wait."""
    if not connection.in_atomic_block:
        connection.close()


async def first_of(pieces: AsyncGenerator[Piece | None, None]) -> Piece | None:
    """Return the first piece, or None where the answer is empty; what is wrong with the request is raised here."""
    async for piece in pieces:
        if piece is not None:
            return piece
    return None


def _cancel(job_id: UUID) -> None:
    try:
        job = Job.objects.filter(pk=job_id).first()
        if job is not None:
            cancel_job(job=job, actor=job.requested_by)
    finally:
        connection.close()
