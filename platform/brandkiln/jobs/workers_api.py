"""/api/v1/workers: which workers there are, on what they compute, and how busy they are."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from brandkiln.core.api import ERRORS
from brandkiln.jobs.crew import live_workers
from brandkiln.workspaces.tokens import require_admin

router = Router(tags=["administration"])


class WorkerOut(Schema):
    """A worker, as it reported itself last."""

    name: str
    queues: list[str]
    devices: list[dict[str, Any]]
    load: dict[str, Any]
    started_at: datetime
    seen_at: datetime


class WorkerPage(Schema):
    """All workers that have reported of late."""

    items: list[WorkerOut]


@router.get("/workers", response={200: WorkerPage, **ERRORS}, summary="List workers")
def list_workers(request: HttpRequest) -> dict[str, Any]:
    require_admin(request, "read")
    return {"items": list(live_workers())}
