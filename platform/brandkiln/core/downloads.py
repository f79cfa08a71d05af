"""Bytes on their way to a browser, in pieces, whichever kind of server runs."""

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import IO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from generators.interactive import SCRIPT_SOURCE

PIECE = 2**18
LINES = 1_000
NOTHING_ELSE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def send_file(
    request: HttpRequest,
    source: IO[bytes],
    *,
    size: int,
    media_type: str,
    filename: str,
    inline: bool = False,
) -> StreamingHttpResponse:
    """Return the open file's bytes; no more than a piece of them is ever in memory.

    A browser takes the media type at its word and runs nothing that the bytes hold but the script that shows the values
    of charts, in a place apart from the studio's own.
    """
    pieces = AsyncPieces(source) if isinstance(request, ASGIRequest) else Pieces(source)
    response = StreamingHttpResponse(pieces, content_type=media_type)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(not inline, filename) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    scripts = f"; script-src {SCRIPT_SOURCE}; sandbox allow-scripts" if "html" in media_type else "; sandbox"
    response["Content-Security-Policy"] = f"{NOTHING_ELSE}{scripts}"
    return response


def send_lines(
    request: HttpRequest, lines: Iterator[str], *, media_type: str, filename: str
) -> StreamingHttpResponse:
    """Return lines of text as a file to keep, while they are made; no more than LINES of them are ever in memory."""
    whole = AsyncLines(lines) if isinstance(request, ASGIRequest) else lines
    response = StreamingHttpResponse(whole, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def send_pieces(
    request: HttpRequest, pieces: Iterator[bytes], *, media_type: str, filename: str
) -> StreamingHttpResponse:
    """Return bytes as a file to keep, while they are made."""
    whole = AsyncBytes(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(whole, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


class AsyncBytes:
    """Pieces for an asynchronous server, each made in a thread."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (some := await sync_to_async(lambda: next(self.pieces, None))()) is not None:
            yield some


class AsyncLines:
    """Lines for an asynchronous server, whose loop does not wait for the database."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    async def __aiter__(self) -> AsyncIterator[str]:
        while some := await sync_to_async(lambda: "".join(islice(self.lines, LINES)))():
            yield some


class Pieces:
    """An open file in pieces. The response closes it, whether it was read or not."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.source.read(PIECE), b"")

    def close(self) -> None:
        self.source.close()


class AsyncPieces:
    """The same for an asynchronous server, whose loop does not wait for the disk."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await sync_to_async(self.source.read)(PIECE):
            yield piece

    def close(self) -> None:
        self.source.close()
