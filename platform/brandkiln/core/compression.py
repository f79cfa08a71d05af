"""Pages, tables and answers of the API go compressed to whoever takes that.

An event stream does not: each event has to leave at once. Neither does a file of the library: most are compressed by
their kind, and a browser shows how much of one has come only where its length is known.
"""

import asyncio
import secrets
from collections.abc import AsyncIterable, AsyncIterator
from gzip import GzipFile
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.text import StreamingBuffer

KINDS = ("text/", "application/json", "application/x-ndjson", "application/xml", "image/svg+xml")
LEAST = 1_000
"""Fewer bytes fit into one packet as they are."""


class TextCompression(GZipMiddleware):
    """Compresses text. A random number of bytes is added, so that no length betrays a secret in it (BREACH)."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        kind = response.get("Content-Type", "")
        if not kind.startswith(KINDS) or kind.startswith("text/event-stream"):
            return response
        if response.has_header("Content-Length") if response.streaming else len(response.content) < LEAST:
            return response
        if not getattr(response, "is_async", False):
            return super().process_response(request, response)
        # Django makes a gzip file of each piece, and browsers read only the first.
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" in request.headers.get("Accept-Encoding", "") and not response.has_header(
            "Content-Encoding"
        ):
            response.streaming_content = packed(response.streaming_content)
            response["Content-Encoding"] = "gzip"
        return response


async def packed(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yield the pieces as one gzip file while they are made."""
    out = StreamingBuffer()
    with GzipFile("x" * secrets.randbelow(100), "wb", 6, out, 0) as file:
        async for piece in pieces:
            await asyncio.to_thread(file.write, piece)
            if some := out.read():
                yield some
    yield out.read()


@sync_and_async_middleware
def compressed(get_response: Any) -> Any:
    """Compress what is made in a thread; the answers of /v1 wait in the event loop and stay as they are."""
    return get_response if iscoroutinefunction(get_response) else TextCompression(get_response)
