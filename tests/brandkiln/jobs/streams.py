"""Streams of jobs as clients read them, for tests."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from brandkiln.jobs.claims import add_job_events, claim_next, finish_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.stream import event_stream

from tests.factories import JobFactory


def running_job() -> Job:
    JobFactory()
    job = claim_next(queues=["sample"], worker="w1")
    assert job is not None
    return job


def say(job: Job, line: str) -> None:
    add_job_events(job_id=job.pk, attempt=job.attempt, events=[("log", {"line": line})])


def finish(job: Job) -> None:
    finish_job(job_id=job.pk, attempt=job.attempt, state=Job.State.SUCCEEDED)


def read(chunk: bytes) -> dict[str, Any]:
    fields = dict(line.split(": ", 1) for line in chunk.decode().strip().split("\n"))
    return {"id": int(fields["id"]), "type": fields["event"], "data": json.loads(fields["data"])}


async def events_of(chunks: AsyncIterator[bytes], *, stop_after: int = 1000) -> list[dict[str, Any]]:
    found = []
    async for chunk in chunks:
        if chunk.startswith(b"id:"):
            found.append(read(chunk))
            if len(found) >= stop_after:
                break
    return found


def collect(job: Job, after: int = 0) -> list[dict[str, Any]]:
    """Return what a client gets until the end of the job."""

    async def run() -> list[dict[str, Any]]:
        async with asyncio.timeout(20):
            return await events_of(event_stream([job.pk], after, until_end=True))

    return asyncio.run(run())


def live(job: Job, act: Any) -> tuple[list[dict[str, Any]], float]:
    """Return what a client gets that was there before, and how long the first event took after `act`."""

    async def run() -> tuple[list[dict[str, Any]], float]:
        async with asyncio.timeout(20):
            chunks = event_stream([job.pk], until_end=True)
            await anext(chunks)
            first = asyncio.create_task(anext(chunks))
            while not first.done():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
            begun = time.monotonic()
            await sync_to_async(act, thread_sensitive=False)()
            events = [read(await anext(chunks))]
            took = time.monotonic() - begun
            return events + await events_of(chunks), took

    return asyncio.run(run())
