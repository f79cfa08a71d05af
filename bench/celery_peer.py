"""Plain Celery, to compare with: a task that notes when it started, and nothing else."""

import os
import time

from celery import Celery
from redis import Redis

app = Celery("peer", broker=os.environ["PEER_BROKER"])
app.conf.update(
    task_ignore_result=True, worker_prefetch_multiplier=1, worker_pool="threads", worker_concurrency=1
)
STARTED = "peer:started"
redis = Redis.from_url(os.environ["BRANDKILN_BROKER_URL"])


@app.task(name="peer.note")  # type: ignore[untyped-decorator]
def note() -> None:
    redis.rpush(STARTED, repr(time.time()))
