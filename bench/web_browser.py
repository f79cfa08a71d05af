"""What Chromium says of the pages: what a first visit of each brings over the network, and when it is painted."""

import os
import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PAINTS = 3
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
WATCH = """() => new Promise((done) => { new PerformanceObserver((list) => {
    window.paints = list.getEntries().at(-1).startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    setTimeout(() => done(window.paints), 1200); })"""


@contextmanager
def browser(cookie: str, base: str) -> Iterator[Any]:
    """Yield what opens a context with an empty cache, signed in."""
    from playwright.sync_api import sync_playwright

    name, _, value = cookie.partition("=")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # nothing but the browser runs in its event loop
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)

        def opened() -> Any:
            context = chromium.new_context(viewport={"width": 1280, "height": 800})
            context.add_cookies([{"name": name, "value": value, "url": base}])
            return context

        yield opened
        chromium.close()


def weighed(cookie: str, base: str, pages: dict[str, str]) -> dict[str, Any]:
    """Return the kilobytes that the first visit of each page transfers, head lines of the answers included.

    It is what the network panel counts, all but pictures, until the page has been at rest for half a second.
    """
    with browser(cookie, base) as opened:
        return {name: _weigh(opened(), base + address) for name, address in pages.items()}


def _weigh(context: Any, address: str) -> dict[str, Any]:
    page = context.new_page()
    network = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    bytes_of: Counter[str] = Counter()
    network.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    network.on("Network.loadingFinished", lambda event: bytes_of.update(
        {kinds.get(event["requestId"], "Other"): round(event["encodedDataLength"])}
    ))  # fmt: skip
    network.send("Network.enable")
    page.goto(address, wait_until="load")
    page.wait_for_timeout(500)
    context.close()
    pictures = bytes_of.pop("Image", 0)
    return {
        "kB": round(bytes_of.total() / 1000, 1),
        "by_kind": {kind.lower(): round(size / 1000, 1) for kind, size in bytes_of.most_common()},
        "pictures_kB": round(pictures / 1000, 1),
    }


def painted(cookie: str, base: str, pages: dict[str, str]) -> dict[str, Any]:
    """Return the median of the largest contentful paint of each page, with an empty cache each time."""
    found: dict[str, Any] = {}
    with browser(cookie, base) as opened:
        for name, address in pages.items():
            taken = []
            for _ in range(1 + PAINTS):
                context = opened()
                page = context.new_page()
                page.goto(base + address, wait_until="load")
                taken.append(float(page.evaluate(WATCH)))
                context.close()
            found[name] = {
                "largest_paint_ms": round(statistics.median(taken[1:])),
                "worst_ms": round(max(taken[1:])),
            }
    return found
