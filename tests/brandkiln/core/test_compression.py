"""What is text goes compressed; streams of events and files go as they are."""

import asyncio
import gzip
from collections.abc import AsyncIterator

from brandkiln.core.compression import TextCompression
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

ROWS = b"one,two\n" * 1000


def through(response: HttpResponseBase, takes: str = "gzip, br") -> HttpResponseBase:
    request = RequestFactory().get("/", headers={"accept-encoding": takes})
    sent: HttpResponseBase = TextCompression(lambda _request: response).process_response(request, response)
    return sent


def test_a_page_is_compressed_for_whoever_takes_it_and_never_twice_to_the_same_length() -> None:
    pages = [through(HttpResponse(ROWS)) for _ in range(20)]
    assert gzip.decompress(pages[0].content) == ROWS  # type: ignore[attr-defined]
    assert len({page["Content-Length"] for page in pages}) > 1
    assert not through(HttpResponse(ROWS), takes="").has_header("Content-Encoding")
    assert not through(HttpResponse(b"short")).has_header("Content-Encoding")


def test_a_table_is_one_compressed_file_while_it_is_made() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield ROWS

    async def read() -> bytes:
        response = through(StreamingHttpResponse(pieces(), content_type="text/csv"))
        assert response["Content-Encoding"] == "gzip"
        return b"".join([piece async for piece in response])  # type: ignore[attr-defined]

    assert gzip.decompress(asyncio.run(read())) == 3 * ROWS


def test_events_and_files_leave_as_they_are() -> None:
    events = StreamingHttpResponse([ROWS], content_type="text/event-stream")
    picture = HttpResponse(ROWS, content_type="image/png")
    file = StreamingHttpResponse(
        [ROWS], content_type="text/plain", headers={"Content-Length": str(len(ROWS))}
    )
    for response in (events, picture, file):
        assert not through(response).has_header("Content-Encoding")
