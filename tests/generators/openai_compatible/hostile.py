"""Small servers that speak OpenAI's API, badly: each answers a request with bytes of a test's choice."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

Serve = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server in a thread of its own; it remembers what it was sent.

    Attributes:
        url: Where its API begins.
        requests: The bodies, oldest first.
        heads: The first lines and headers.
    """

    def __init__(self, *serving: Serve) -> None:
        self.requests: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self._serving = serving
        self._writers: list[asyncio.StreamWriter] = []
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._started.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._over = asyncio.Event()
        self._loop.run_until_complete(self._main())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _main(self) -> None:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._started.set()
        await self._over.wait()
        server.close()
        answers = asyncio.all_tasks() - {asyncio.current_task()}
        for task in answers:
            task.cancel()
        await asyncio.gather(*answers, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()  # what a client no longer reads is never flushed
        await asyncio.sleep(0)  # the transports close their sockets

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length:")
            )
            body = json.loads(await reader.readexactly(length))
            serve = self._serving[min(len(self.requests), len(self._serving) - 1)]
            self.requests.append(body)
            self.heads.append(head)
            await serve(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()


def replies(status: str, body: bytes, *headers: str, kind: str = "application/json") -> Serve:
    """Return what sends one whole answer."""

    async def serve(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()

    return serve


def streams(*events: str) -> Serve:
    """Return what sends server-sent events and then [DONE]."""
    body = "".join(f"data: {event}\n\n" for event in (*events, "[DONE]")).encode()
    return replies("200 OK", body, kind="text/event-stream")


def says(*texts: str, finish: str = "stop", **usage: Any) -> Serve:
    """Return what streams texts, and then how many tokens it says that took."""
    pieces = [
        json.dumps({"choices": [{"delta": {"content": text}, "finish_reason": None}]}) for text in texts
    ]
    end = json.dumps({"choices": [{"delta": {}, "finish_reason": finish}], "usage": usage or None})
    return streams(*pieces, end)


@contextmanager
def wrote_by_seed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the remote writer of the command line reach a server that writes something else for each seed."""
    server = Server(lambda writer: says(f"Mug {server.requests[-1]['seed']}.", completion_tokens=3)(writer))
    with server:
        for name, value in {"URL": server.url, "MODEL": "tiny", "HOSTS": f"127.0.0.1:{server.port}"}.items():
            monkeypatch.setenv(f"BRANDKILN_REMOTE_{name}", value)
        yield


async def hangs(writer: asyncio.StreamWriter) -> None:
    """Say nothing."""
    await asyncio.sleep(60)


async def streams_for_ever(writer: asyncio.StreamWriter) -> None:
    """Send one word again and again."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    while True:
        writer.write(b'data: {"choices": [{"delta": {"content": "again and again "}}]}\n\n' * 50)
        await writer.drain()
        await asyncio.sleep(0)


async def sends_a_gigabyte(writer: asyncio.StreamWriter) -> None:
    """Send zeros without a line's end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n")
    while True:
        writer.write(bytes(2**18))
        await writer.drain()


async def trickles(writer: asyncio.StreamWriter) -> None:
    """Send a comment now and then, but no answer."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    while True:
        writer.write(b'data: {"choices": []}\n\n')
        await writer.drain()
        await asyncio.sleep(0.02)


async def breaks_off(writer: asyncio.StreamWriter) -> None:
    """Promise more than is sent."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
