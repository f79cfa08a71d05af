"""Which workers there are, what they run on, and how busy they are, as they report it themselves."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from brandkiln.jobs.models import Worker

EVERY_SECONDS = 10.0
GONE_SECONDS = 45.0
"""After so long without a report a worker counts as gone."""
FORGET_DAYS = 7


def report_worker(
    *,
    name: str,
    host: str,
    queues: list[str],
    devices: list[dict[str, Any]],
    load: dict[str, Any],
    is_first: bool,
) -> None:
    """Keep what a worker says of itself."""
    now = timezone.now()
    facts = {
        "host": host[:120],
        "queues": queues,
        "devices": devices,
        "load": load,
        "seen_at": now,
        "stopped_at": None,
    }
    fresh = {"started_at": now} if is_first else {}
    if not Worker.objects.filter(name=name[:120]).update(**facts, **fresh):
        Worker.objects.update_or_create(name=name[:120], defaults={**facts, "started_at": now})


def worker_stopped(name: str) -> None:
    """Keep that a worker was ended in order."""
    Worker.objects.filter(name=name[:120]).update(stopped_at=timezone.now())


def live_workers() -> "QuerySet[Worker]":
    """Return the workers that have reported of late."""
    since = timezone.now() - timedelta(seconds=GONE_SECONDS)
    return Worker.objects.filter(seen_at__gt=since, stopped_at=None).order_by("name")


def runs_on_gpu(name: str) -> bool:
    """Return whether a worker computes on a GPU, as far as it has said."""
    devices = Worker.objects.filter(name=name[:120]).values_list("devices", flat=True).first() or []
    return _has_gpu(devices)


def queue_runs_on_gpu(queue: str) -> bool:
    """Return whether a live worker of a queue computes on a GPU."""
    return any(queue in worker.queues and _has_gpu(worker.devices) for worker in live_workers())


def _has_gpu(devices: list[dict[str, Any]]) -> bool:
    return any(device.get("memory_mb") for device in devices)  # a CPU has no memory of its own


def forget_workers() -> int:
    """Delete workers that are long gone; return how many."""
    return Worker.objects.filter(seen_at__lt=timezone.now() - timedelta(days=FORGET_DAYS)).delete()[0]
