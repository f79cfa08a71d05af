"""What a worker does when its doorbell rings, when it is ready, and when it has to stop."""

from functools import cache
from typing import Any

from brandkiln.jobs.models import Job
from brandkiln.jobs.queue import TASK, ring
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.db import close_old_connections

from workers.app import app
from workers.presence import Presence
from workers.runner import Runner


@app.task(name=TASK, bind=True)  # type: ignore[untyped-decorator]
def answer_doorbell(task: Any, job_id: str) -> None:
    """Do jobs until the queues are empty. The job that rang may be done by then, or by somebody else."""
    close_old_connections()
    runner(task.request.hostname).work_until_empty()


@cache
def runner(name: str) -> Runner:
    served = set(app.amqp.queues.consume_from)
    return Runner(name, queues=[queue for queue in Job.Queue.values if queue in served])


@cache
def presence(name: str) -> Presence:
    return Presence(name, runner(name).queues)


@worker_ready.connect  # type: ignore[untyped-decorator]
def start(sender: Any, **_: Any) -> None:
    """Ask for work once, since rings may have been lost while nobody listened."""
    own = runner(sender.hostname)
    presence(sender.hostname).start()
    own.clear_scratch()
    for queue in own.queues:
        ring(queue, "start")


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def stop(sender: str, **_: Any) -> None:
    """Give the running job back to the queue."""
    runner(sender).stopping.set()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def end(sender: Any, **_: Any) -> None:
    presence(sender.hostname).end()
    runner(sender.hostname).close()
