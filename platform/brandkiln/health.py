"""/healthz, /readyz and /metrics."""

import hmac
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from brandkiln.artifacts import store
from brandkiln.jobs.metrics import JobCollector

REGISTRY = CollectorRegistry()
REGISTRY.register(JobCollector())
LOOPBACK = {"127.0.0.1", "::1"}
PROXIES_SAY = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""Headers that a proxy on this machine adds to what comes from elsewhere."""


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if database, broker and storage can be reached, else 503; each is named."""
    checks: dict[str, Callable[[], object]] = {
        "database": _database,
        "broker": _broker,
        "storage": store.is_reachable,
    }
    result = {name: _state(check) for name, check in checks.items()}
    return JsonResponse(result, status=200 if set(result.values()) == {"ok"} else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics: to this machine, or to whoever knows BRANDKILN_METRICS_TOKEN; 404 to others."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = bool(token) and hmac.compare_digest(given.encode(), token.encode())
    came_by_proxy = any(name in request.headers for name in PROXIES_SAY)
    local = not token and request.META.get("REMOTE_ADDR") in LOOPBACK and not came_by_proxy
    if not known and not local:
        raise Http404
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with redis.Redis.from_url(settings.BROKER_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        client.ping()


def _state(check: Callable[[], object]) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001  whatever is wrong, the answer says that it is not ready
        return type(error).__name__
    return "ok"
