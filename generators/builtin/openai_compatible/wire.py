"""HTTP to a server that may do anything: one pinned address, no redirects, bounded in time, size and patience.

The request runs in a thread of its own, so that a person can cancel while the server is silent.
"""

import http.client
import json
import queue
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from generators.errors import GeneratorError
from generators.remote import PinnedConnection, Remote, Target, resolve

IDLE_SECONDS = 60.0
LOOK_SECONDS = 0.2
MOST_BYTES = 8 * 2**20
LONGEST_LINE = 2**20
TRIES = 3
BACKOFF_SECONDS = 1.0
LONGEST_WAIT = 20.0
DAY = 24 * 3600.0
BUSY = (429, 503)
"""A server that answers so has not begun the work, so that asking again is safe."""


class RemoteFailed(GeneratorError):
    """The remote server did not answer as it should."""

    code = "remote"


class _NotBegun(Exception):
    """The server did not begin the work, so the request may be sent again after so many seconds."""

    def __init__(self, failure: RemoteFailed, seconds: float | None) -> None:
        super().__init__(str(failure))
        self.failure, self.seconds = failure, seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a server may be silent, and how much it may send."""

    idle_seconds: float = IDLE_SECONDS
    most_bytes: int = MOST_BYTES
    backoff_seconds: float = BACKOFF_SECONDS


def post(
    remote: Remote,
    path: str,
    body: dict[str, Any],
    *,
    check: Callable[[], None],
    limits: Limits | None = None,
) -> Iterator[str]:
    """Yield the data of the server-sent events of the answer, or the whole body where the server does not stream.

    Args:
        remote: The server.
        path: Below its base address.
        body: Sent as JSON.
        check: Called again and again while waiting; what it raises ends the request.

    Raises:
        GeneratorError: If the server can't be reached, refuses, hangs, or sends too much or for too long.
    """
    limits = limits or Limits()
    target = resolve(remote.base_url, remote.allowed)
    deadline = time.monotonic() + remote.seconds
    for attempt in range(TRIES):
        try:
            yield from _once(remote, target, path, body, check, limits, deadline)
            return
        except _NotBegun as refusal:
            wait = refusal.seconds if refusal.seconds is not None else limits.backoff_seconds * 2**attempt
            if attempt == TRIES - 1 or wait > LONGEST_WAIT or time.monotonic() + wait > deadline:
                raise refusal.failure from refusal
            until = time.monotonic() + wait
            while time.monotonic() < until:
                check()
                time.sleep(min(LOOK_SECONDS, max(0.0, until - time.monotonic())))


def _once(
    remote: Remote,
    target: Target,
    path: str,
    body: dict[str, Any],
    check: Callable[[], None],
    limits: Limits,
    deadline: float,
) -> Iterator[str]:
    connection = PinnedConnection(target)
    heard: queue.Queue[str | BaseException | None] = queue.Queue(maxsize=256)
    over = threading.Event()

    def say(what: str | BaseException | None) -> None:
        while not over.is_set():
            try:
                heard.put(what, timeout=LOOK_SECONDS)
                return
            except queue.Full:
                continue

    def work() -> None:
        try:
            for piece in _exchange(connection, remote, target, path, body, limits.most_bytes):
                say(piece)
            say(None)
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
            say(error)

    threading.Thread(target=work, name="remote", daemon=True).start()
    last = time.monotonic()
    try:
        while True:
            check()
            now = time.monotonic()
            if now > deadline:
                raise RemoteFailed(
                    f"{target.host} did not finish within {remote.seconds:g} seconds. Ask for fewer tokens, or try a "
                    "faster server."
                )
            if now - last > limits.idle_seconds:
                raise RemoteFailed(
                    f"{target.host} said nothing for {limits.idle_seconds:g} seconds. Check that it is well, then try "
                    "again."
                )
            try:
                piece = heard.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            last = time.monotonic()
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        over.set()
        connection.abort()


def _exchange(
    connection: PinnedConnection, remote: Remote, target: Target, path: str, body: dict[str, Any], most: int
) -> Iterator[str]:
    try:
        connection.connect()
    except (OSError, ssl.SSLError) as error:
        failure = RemoteFailed(f"{target.host} can't be reached: {error}. Check that the server runs.")
        raise _NotBegun(failure, None) from error
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
    if remote.key:
        headers["Authorization"] = f"Bearer {remote.key}"
    try:
        connection.request("POST", f"{target.path}{path}", json.dumps(body).encode(), headers)
        response = connection.getresponse()
        _check_status(response, remote, target)
        if "event-stream" in (response.getheader("Content-Type") or ""):
            yield from _events(response, target, most)
        else:
            data = _bounded(response.read(most + 1), target, most)
            if response.length:  # of what was promised and did not come
                raise http.client.IncompleteRead(b"", response.length)
            yield data.decode("utf-8", "replace")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RemoteFailed(
            f"The connection to {target.host} broke off ({type(error).__name__}). Whether it counted the request is "
            "not known, so it was not sent again."
        ) from error


def _events(response: http.client.HTTPResponse, target: Target, most: int) -> Iterator[str]:
    total = 0
    while line := response.readline(LONGEST_LINE + 1):
        total += len(line)
        if len(line) > LONGEST_LINE or total > most:
            raise _too_much(target, most)
        if line.startswith(b"data:"):
            data = line[5:].strip()
            if data == b"[DONE]":
                return
            yield data.decode("utf-8", "replace")


def _check_status(response: http.client.HTTPResponse, remote: Remote, target: Target) -> None:
    status = response.status
    if status == 200:
        return
    if 300 <= status < 400:
        raise RemoteFailed(
            f"{target.host} redirects elsewhere, which is not followed. Let an admin write the final address into the "
            "connection."
        )
    said = _said(response.read(4_096), remote)
    if status in BUSY:
        wait = _seconds(response.getheader("Retry-After"))
        raise _NotBegun(
            RemoteFailed(f"{target.host} is busy ({status}){said}. Try again {_later(wait)}."), wait
        )
    if status in (401, 403):
        raise RemoteFailed(
            f"{target.host} refused the key ({status}){said}. Let an admin put a live one into the connection."
        )
    if status == 404:
        raise RemoteFailed(
            f"{target.host} knows no such address or model ({remote.model}){said}. Let an admin check the connection."
        )
    next_step = (
        "Let an admin look at the server"
        if status >= 500
        else "Change what is asked, or let an admin check the connection"
    )
    raise RemoteFailed(f"{target.host} answered {status}{said}. {next_step}.")


def _said(data: bytes, remote: Remote) -> str:
    """Return what a server says of an error, shortened, without the key if it repeats that."""
    text = data.decode("utf-8", "replace")
    try:
        error = json.loads(text)["error"]
        text = error["message"] if isinstance(error, dict) else str(error)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return f': "{shorten(text, remote)}"' if str(text).strip() else ""


def shorten(text: object, remote: Remote, length: int = 200) -> str:
    """Return a server's text as it may be shown: in one line, without control characters and the key."""
    shown = str(text)
    if remote.key:
        shown = shown.replace(remote.key, "…")
    shown = " ".join("".join(character if character.isprintable() else " " for character in shown).split())
    shown = shown.rstrip(".")
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"


def _seconds(text: str | None) -> float | None:
    """Return how long a server asks to wait, which it says in seconds or as a time; None where it says neither."""
    text = (text or "").strip()[:40]
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - time.time())


def _later(seconds: float | None) -> str:
    if seconds is None or seconds <= LONGEST_WAIT or seconds > DAY:
        return "in a while"
    return f"in {seconds:.0f} seconds" if seconds < 120 else f"in {seconds / 60:.0f} minutes"


def _bounded(data: bytes, target: Target, most: int) -> bytes:
    if len(data) > most:
        raise _too_much(target, most)
    return data


def _too_much(target: Target, most: int) -> RemoteFailed:
    return RemoteFailed(f"{target.host} sent more than {most // 2**20} MiB, so the rest was not read.")
