"""A page is made in one thread, from its first middleware to its last.

Django's ASGI handler waits in the event loop and goes to a thread for each middleware that is not a coroutine, and
back: sixteen times for a page of the studio. While hundreds of event streams keep the loop busy a page would stand in
its line as often. Here a whole request is one visit to a thread; only what is named waits in the loop.
"""

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http.response import HttpResponseBase

from brandkiln.core.pushing import EventStream


class Studio(ASGIHandler):
    """The application: requests below ``waiting`` are worked on in the event loop, all others in a thread each."""

    def __init__(self, waiting: tuple[str, ...]) -> None:
        super().__init__()
        self._waiting = waiting
        self._pages = BaseHandler()
        self._pages.load_middleware(is_async=False)

    async def get_response_async(self, request: ASGIRequest) -> HttpResponseBase:  # type: ignore[override]
        if request.path_info.startswith(self._waiting):
            return await super().get_response_async(request)
        return await sync_to_async(self._pages.get_response)(request)

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        if isinstance(response, EventStream) and response.wire:
            response.wire.connect(send)
        await super().send_response(response, send)
