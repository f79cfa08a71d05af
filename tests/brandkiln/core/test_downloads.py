"""Bytes leave in pieces, whichever kind of server runs, and their file is closed."""

import asyncio
import io

import pytest
from brandkiln.core.downloads import NOTHING_ELSE, PIECE, send_file
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.test import RequestFactory

from generators.interactive import SCRIPT_SOURCE

pytestmark = pytest.mark.django_db  # the end of a response closes old connections
DATA = bytes(range(256)) * (PIECE // 256) + b"the end"


def asgi_request() -> ASGIRequest:
    return ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": []}, io.BytesIO())


def test_a_server_with_threads_gets_every_byte() -> None:
    source = io.BytesIO(DATA)
    response = send_file(
        RequestFactory().get("/"),
        source,
        size=len(DATA),
        media_type="image/png",
        filename="cup.png",
        inline=True,
    )
    assert b"".join(response) == DATA
    response.close()
    assert source.closed
    assert response["Content-Length"] == str(len(DATA))
    assert response["Content-Disposition"] == 'inline; filename="cup.png"'


def test_an_asynchronous_server_gets_every_byte() -> None:
    source = io.BytesIO(DATA)
    response = send_file(asgi_request(), source, size=len(DATA), media_type="text/html", filename="page.html")

    async def read(response: StreamingHttpResponse) -> bytes:
        return b"".join([piece async for piece in response])

    assert asyncio.run(read(response)) == DATA
    response.close()
    assert source.closed


def test_a_file_that_nobody_read_is_closed_too() -> None:
    source = io.BytesIO(DATA)
    send_file(asgi_request(), source, size=1, media_type="text/plain", filename="a.txt").close()
    assert source.closed


@pytest.mark.parametrize(
    ("media_type", "ends"),
    [("image/svg+xml", "; sandbox"), ("text/html", f"; script-src {SCRIPT_SOURCE}; sandbox allow-scripts")],
)
def test_a_browser_runs_nothing_but_the_one_script_that_is_known(media_type: str, ends: str) -> None:
    response = send_file(
        RequestFactory().get("/"), io.BytesIO(b"<script>"), size=8, media_type=media_type, filename="a"
    )
    assert response["Content-Security-Policy"] == f"{NOTHING_ELSE}{ends}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
