"""Bytes on their way to a browser, in pieces, whichever kind of server runs."""

from collections.abc import AsyncIterator, Iterator
from typing import IO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

PIECE = 2**18


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

    A browser takes the media type at its word and runs nothing that the bytes hold.
    """
    pieces = AsyncPieces(source) if isinstance(request, ASGIRequest) else Pieces(source)
    response = StreamingHttpResponse(pieces, content_type=media_type)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(not inline, filename) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    )
    return response


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
