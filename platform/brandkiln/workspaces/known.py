"""Whether the studio knows who sends a request, told from its headers before its body is there."""

from importlib import import_module
from io import BytesIO
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest

from brandkiln.workspaces.services import find_token


async def is_known(scope: dict[str, Any]) -> bool:
    """Return whether a request carries a live session or a live token."""
    return await sync_to_async(_looked_up, thread_sensitive=False)(ASGIRequest(scope, BytesIO()))


def has_credentials(request: HttpRequest) -> bool:
    """Return whether a request's headers carry a live session or a live token."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and find_token(token):
        return True
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(
        request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    )
    return get_user(request).is_authenticated


def _looked_up(request: HttpRequest) -> bool:
    try:
        return has_credentials(request)
    finally:
        connections.close_all()
