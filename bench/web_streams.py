"""Clients of event streams in a process of their own: read beside the pages, they would hold up who times those.

`python -m bench.web_streams PORT ADDRESS COOKIE COUNT LAST` opens the streams, says how long it took, counts events
until its standard input ends, and says how many each stream heard.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import uvloop

GRACE_SECONDS = 5
"""For what was said last."""


class Streams:
    """The streams of a child process."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self._child = child
        self.opened: dict[str, Any] = json.loads(self._out.readline())

    @property
    def _out(self) -> IO[str]:
        assert self._child.stdout is not None
        return self._child.stdout

    def heard(self) -> dict[str, Any]:
        """End the streams and return how many events they heard."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        found: dict[str, Any] = json.loads(self._out.readline())
        return found


@contextmanager
def open_streams(port: int, address: str, cookie: str, *, count: int, last: int) -> Iterator[Streams]:
    """Open so many streams of one job, from behind the event ``last``."""
    asked = [str(port), address, cookie, str(count), str(last)]
    command = [sys.executable, "-m", "bench.web_streams", *asked]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Streams(child)
    finally:
        child.kill()
        child.wait()


class Stream(asyncio.Protocol):
    """One stream; ``began`` is done when the server has answered."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.began: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.events = 0

    def connection_made(self, transport: Any) -> None:
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.began.done():
            if b" 200 " in data[:20]:
                self.began.set_result(None)
            else:
                self.began.set_exception(ConnectionError(data[:200].decode("utf-8", "replace")))
        self.events += data.count(b"\nevent: ")

    def connection_lost(self, error: Exception | None) -> None:
        if not self.began.done():
            self.began.set_exception(ConnectionError(str(error)))


async def follow(port: int, address: str, cookie: str, count: int, last: int) -> None:
    """Open streams, and count what they hear until standard input ends."""
    loop, begun = asyncio.get_running_loop(), time.perf_counter()
    request = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nLast-Event-ID: {last}\r\n\r\n".encode()
    made = await asyncio.gather(
        *(loop.create_connection(lambda: Stream(request), "127.0.0.1", port) for _ in range(count))
    )
    streams = [stream for _transport, stream in made]
    found = await asyncio.gather(*(stream.began for stream in streams), return_exceptions=True)
    live = sum(not isinstance(one, BaseException) for one in found)
    say({"streams": live, "opened_in_s": round(time.perf_counter() - begun, 2)})
    await asyncio.to_thread(sys.stdin.read)
    await asyncio.sleep(GRACE_SECONDS)
    heard = [stream.events for stream in streams]
    say({"events_heard": sum(heard), "fewest_heard": min(heard, default=0)})


def say(found: dict[str, Any]) -> None:
    """Write a line for whoever started this."""
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    given = sys.argv[1:]
    uvloop.run(follow(int(given[0]), given[1], given[2], int(given[3]), int(given[4])))
