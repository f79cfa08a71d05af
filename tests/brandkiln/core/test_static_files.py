"""Static files leave compressed, once, with an address that changes when any of them does."""

import asyncio
import gzip
from typing import Any

import pytest
from brandkiln.core import static_files
from django.templatetags.static import static

Message = dict[str, Any]


async def pages(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


def fetch(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": lines}
    asyncio.run(static_files.static_files(pages, "/static/")(scope, None, send))  # type: ignore[arg-type]
    start, body = sent
    return start["status"], {key.decode(): value.decode() for key, value in start["headers"]}, body["body"]


def test_a_style_sheet_is_sent_compressed_and_kept_for_ever() -> None:
    address = static("brandkiln/studio.css")
    assert address == f"/static/{static_files.version()}/brandkiln/studio.css"
    status, headers, body = fetch(address, accept_encoding="br, gzip")
    assert (status, headers["content-encoding"], headers["vary"]) == (200, "gzip", "Accept-Encoding")
    assert headers["content-type"] == "text/css; charset=utf-8"
    assert headers["cache-control"].endswith("immutable")
    plain = fetch(address)
    assert "content-encoding" not in plain[1]
    assert plain[2] == gzip.decompress(body)
    assert int(plain[1]["content-length"]) > 4 * len(body)


def test_a_font_is_sent_as_it_is_and_a_browser_that_has_it_gets_nothing() -> None:
    font = static("brandkiln/fonts/instrument-sans-latin.woff2")
    _, headers, _ = fetch(font, accept_encoding="gzip")
    assert headers["content-type"] == "font/woff2"
    assert "content-encoding" not in headers
    assert fetch(font, if_none_match=headers["etag"])[::2] == (304, b"")
    assert fetch(font, "HEAD")[::2] == (200, b"")


def test_what_another_release_asks_for_is_answered_but_not_kept_for_ever() -> None:
    for address in ("/static/0123456789ab/brandkiln/js/theme.js", "/static/brandkiln/js/theme.js"):
        status, headers, _ = fetch(address)
        assert (status, headers["cache-control"]) == (200, "public, max-age=60")


@pytest.mark.parametrize("path", ["/static/../settings.py", "/static/no.js", "/w/"])
def test_what_is_no_static_file_goes_to_the_pages(path: str) -> None:
    assert fetch(path)[2] == b"a page"
