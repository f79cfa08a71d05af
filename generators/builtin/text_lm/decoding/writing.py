"""Texts for requests: the door through which all of text-lm has its texts written."""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from queue import Empty

from generators.builtin.text_lm.decoding.clients import Client
from generators.builtin.text_lm.decoding.decoder import SLOTS, Decoder
from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.language_model import LanguageModel

_AHEAD = 2 * SLOTS
"""Requests that are taken before the first of them is finished."""
_CHECK_SECONDS = 0.05
_FIRST = threading.Lock()


def write(
    language_model: LanguageModel, requests: Iterable[Request], *, check: Callable[[], None] = lambda: None
) -> list[Completion]:
    """Return a completion for each request, in their order; see `write_each`."""
    found = dict(write_each(language_model, requests, check=check))
    return [found[index] for index in range(len(found))]


def write_each(
    language_model: LanguageModel, requests: Iterable[Request], *, check: Callable[[], None] = lambda: None
) -> Generator[tuple[int, Completion]]:
    """Yield each completion as it is finished, with the position of its request.

    Several threads may call it at once; they share the slots.

    Args:
        language_model: The network and its tokenizer.
        requests: Taken one after the other as there is room for them, so that thousands can be given lazily.
        check: Called again and again in this thread; what it raises gives up all requests and passes through.

    Raises:
        GeneratorError: If a prompt does not fit the network's context or the memory, or the network's output is not
            finite. What a rule raises passes through too. All other requests of this call are given up.
    """
    client = _decoder(language_model).join()
    asked: dict[int, Request] = {}
    pause = _Pause(check)
    try:
        for index, request in enumerate(requests):
            client.ask(index, request)
            asked[index] = request
            while len(asked) >= _AHEAD:
                yield from _received(client, asked, pause)
        while asked:
            yield from _received(client, asked, pause)
    finally:
        client.leave()


def _decoder(language_model: LanguageModel) -> Decoder:
    with _FIRST:
        return language_model.decoder


class _Pause:
    """Calls the check now and then."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._last = float("-inf")

    def __call__(self) -> None:
        if time.monotonic() >= self._last + _CHECK_SECONDS:
            self._check()
            self._last = time.monotonic()


def _received(client: Client, asked: dict[int, Request], pause: _Pause) -> Iterator[tuple[int, Completion]]:
    pause()
    try:
        index, event = client.events.get(timeout=_CHECK_SECONDS)
    except Empty:
        return
    if isinstance(event, BaseException):
        raise event
    on_text = asked[index].on_text
    if isinstance(event, str):
        if on_text is not None:
            on_text(event)
        return
    del asked[index]
    yield index, event
