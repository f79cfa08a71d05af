"""The doorbell: the only lines with which the platform talks to Celery."""

from functools import cache, partial
from typing import Any
from uuid import UUID

from celery import Celery
from django.db import transaction

from brandkiln.jobs.broker import TIMEOUT_SECONDS, celery_url, forgiving, is_paused

TASK = "brandkiln.answer_doorbell"
EXPIRES_SECONDS = 120


def ring_on_commit(queue: str, job_id: UUID) -> None:
    """Ring for a job once the transaction that wrote it is over."""
    transaction.on_commit(partial(ring, queue, job_id), robust=True)


def ring(queue: str, job_id: UUID | str) -> None:
    """Wake a worker of the queue. Never fails: a ring that is lost is repeated by the sweeper."""
    if is_paused():
        return
    with forgiving(f"The ring for job {job_id}"):
        _bell().send_task(
            TASK, args=[str(job_id)], queue=queue, expires=EXPIRES_SECONDS, retry=False, ignore_result=True
        )


@cache
def _bell() -> Any:
    bell = Celery("brandkiln", broker=celery_url(), set_as_current=False, fixups=[])
    bell.conf.update(
        task_serializer="json",
        task_publish_retry=False,
        task_ignore_result=True,
        broker_connection_timeout=TIMEOUT_SECONDS,
        broker_transport_options={
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
        },
    )
    return bell
