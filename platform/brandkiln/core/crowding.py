"""How many pages are worked on at once in a web process.

Django gives every request a thread and a database connection of its own. When a page with an event stream is opened on
500 screens at once, as after a restart, that would be 500 of each, more than PostgreSQL gives by default. So requests
wait their turn here. One counts from its arrival until its answer begins: a stream that is open holds no place.
"""

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

from brandkiln.core.streaming import App, Receive, Scope, Send


def bounded(app: App, most: int, counts: Callable[[Scope], bool]) -> App:
    """Return the application with at most so many of the requests that count worked on at once.

    Args:
        counts: Whether a request counts. One whose answer waits for something else, such as a job, should not.
    """
    places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not counts(scope):
            await app(scope, receive, send)
            return
        place = places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(most))
        await place.acquire()
        has_place = True

        def leave() -> None:
            nonlocal has_place
            if has_place:
                has_place = False
                place.release()

        async def sending(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                leave()
            await send(message)

        try:
            await app(scope, receive, sending)
        finally:
            leave()

    return waiting


def reads(scope: Scope) -> bool:
    """Return whether a request only reads a page or the studio's API; a body may take its time to arrive."""
    return scope["method"] in {"GET", "HEAD"} and not scope["path"].startswith("/v1/")
