"""A page is made in one thread, from its first middleware to its last."""

import asyncio
import threading
from io import BytesIO
from typing import Any

import pytest
from brandkiln.core.threads import Studio
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse


def request_of(path: str) -> ASGIRequest:
    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"host", b"localhost")]}
    return ASGIRequest(scope, BytesIO())


@pytest.mark.django_db
def test_middleware_and_view_share_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio, threads = Studio(waiting=("/v1/",)), set()
    chain = studio._pages._middleware_chain

    def noted(request: Any) -> HttpResponse:
        threads.add(threading.get_ident())
        response: HttpResponse = chain(request)
        threads.add(threading.get_ident())
        return response

    monkeypatch.setattr(studio._pages, "_middleware_chain", noted)
    page = asyncio.run(studio.get_response_async(request_of("/nowhere/")))
    assert page.status_code == 404
    assert len(threads) == 1
    assert threading.get_ident() not in threads
