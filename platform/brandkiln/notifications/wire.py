"""One request of a webhook to a server that may do anything: pinned address, no redirect, bounded in time and size."""

import http.client
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from generators.errors import GeneratorError
from generators.remote import PinnedConnection, check_url, resolve

SECONDS = 15.0
"""How long one request may take as a whole."""
EXCERPT = 2_000
"""Bytes of an answer that are read and kept."""
SETTING = "BRANDKILN_WEBHOOK_HOSTS"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or the reason why there is none."""

    status: int | None
    error: str
    body: str
    milliseconds: int
    retry_after: int | None = None

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def check_address(url: str) -> None:
    """Raise BadAddress where an address can't be used as far as it can be told without looking it up."""
    check_url(url.partition("?")[0], settings.WEBHOOK_HOSTS, setting=SETTING)


def send(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Answer:
    """Post the body and return the answer; it never raises for what a server does."""
    begun = time.monotonic()

    def since() -> int:
        return round((time.monotonic() - begun) * 1000)

    base, mark, query = url.partition("?")
    try:
        target = resolve(base, settings.WEBHOOK_HOSTS, setting=SETTING)
    except GeneratorError as refusal:
        return Answer(None, str(refusal)[:300], "", since())
    connection = PinnedConnection(target)
    is_over = threading.Event()

    def abort() -> None:
        is_over.set()
        connection.abort()

    timer = threading.Timer(seconds, abort)
    timer.daemon = True
    timer.start()
    try:
        connection.connect()
        if is_over.is_set():
            raise TimeoutError
        connection.request("POST", f"{target.path or '/'}{mark}{query}", body, dict(headers))
        response = connection.getresponse()
        text = response.read(EXCERPT).decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        status, wait = response.status, response.getheader("Retry-After") or ""
        error = ""
        if 300 <= status < 400:
            error = "It redirects elsewhere, which is not followed. Write the final address into the webhook."
        after = int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 6 else None
        return Answer(status, error, text, since(), after)
    except (OSError, ssl.SSLError, http.client.HTTPException, ValueError, AttributeError) as failure:
        if is_over.is_set():
            return Answer(None, f"It did not answer within {seconds:g} seconds.", "", since())
        return Answer(None, f"It can't be reached: {failure or type(failure).__name__}."[:300], "", since())
    finally:
        timer.cancel()
        connection.close()
