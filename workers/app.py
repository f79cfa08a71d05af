"""The Celery application of the workers: `celery -A workers.app worker --queues sample`.

Celery only carries the doorbell. Which job is done next, by whom and how often is decided by the job table.
"""

import os

import django
from celery import Celery
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandkiln.settings")
django.setup()

from brandkiln.jobs.broker import celery_url  # noqa: E402  needs settings
from brandkiln.jobs.models import Job  # noqa: E402  needs the app registry

from workers.sharing import JOBS_AT_ONCE  # noqa: E402  likewise

app = Celery("brandkiln-workers", broker=celery_url(), include=["workers.tasks"], fixups=[])
app.conf.update(
    task_queues=[Queue(name) for name in Job.Queue.values],
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=False,  # the lease recovers a lost job, not the broker
    task_reject_on_worker_lost=False,
    worker_pool="threads",  # one process; the main thread goes on answering signals and the broker
    worker_concurrency=JOBS_AT_ONCE,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 86_400,
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "socket_keepalive": not celery_url().startswith("redis+socket"),
        "health_check_interval": 10,
    },
    timezone="UTC",
)
