"""Slots that are refilled as texts end: all who want texts of one network share them, whichever job they work for."""

import atexit
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakSet

import torch

from generators.builtin.text_lm.decoding.clients import Client, Place, next_client
from generators.builtin.text_lm.decoding.passes import SLOTS, Passes
from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.decoding.texts import Text

if TYPE_CHECKING:
    from generators.builtin.text_lm.language_model import LanguageModel

__all__ = ["SLOTS", "Decoder"]
URGENT_SLOTS = 8
"""Slots that are kept free for requests on which a person waits, and that no client takes beside all others."""

_DECODERS: "WeakSet[Decoder]" = WeakSet()


class Decoder:
    """Writes texts with one network, in a thread that ends when there is nothing to write.

    Args:
        language_model: The network and its tokenizer.
        passes: What reads the texts; requests wait for room in it, and one that never fits is refused.
    """

    def __init__(self, language_model: "LanguageModel", passes: Passes) -> None:
        self._language_model = language_model
        self._passes = passes
        self._places: list[Place] = []
        self._clients: list[Client] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ending = False
        _DECODERS.add(self)

    def end(self) -> None:
        """Give up everything and wait for the thread, which is in native code that must not outlive the process."""
        with self._lock:
            self._ending, thread = True, self._thread
        if thread is not None:
            thread.join()

    def join(self) -> Client:
        """Return a door for one who wants texts."""
        return Client(self)

    def take(self, client: Client, index: int, request: Request) -> None:
        """Let a request wait for a slot.

        Raises:
            GeneratorError: If prompt and text do not fit the network's context or the memory.
        """
        self._passes.check_size(request)
        with self._lock:
            client.waiting.append((index, request))
            if client not in self._clients:
                self._clients.append(client)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="decoder", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        try:
            with torch.inference_mode():
                while self._has_work():
                    self._step()
        except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait are told
            self._fail(error)

    def _has_work(self) -> bool:
        """Fill free slots; where nothing is left to write, end this thread and give the memory back."""
        with self._lock:
            self._drop_left()
            if self._ending:
                self._places.clear()
            else:
                self._admit()
            if self._places:
                return True
            self._passes.rest()
            self._clients.clear()
            self._thread = None
            return False

    def _drop_left(self) -> None:
        for place in [place for place in self._places if place.client.left]:
            self._retire(place)
        self._clients = [client for client in self._clients if not client.left]

    def _admit(self) -> None:
        slots = self._passes.slots
        kept = min(URGENT_SLOTS, slots // 4)
        while len(self._places) < slots:
            client = next_client(self._clients, self._places, slots, kept)
            if client is None or not self._place(client):
                return

    def _place(self, client: Client) -> bool:
        """Put a client's first request into a slot and return whether there was memory for it."""
        index, request = client.waiting[0]
        if not self._passes.has_room(request, [place.text for place in self._places]):
            return False
        client.waiting.popleft()
        text = self._begun(client, index, request)
        if text is None:
            return True
        place = Place(client, index, text)
        self._places.append(place)
        if (completion := text.completion) is not None:
            self._retire(place, completion)
        else:
            others = [other.prompt for one in self._clients for _, other in [*one.waiting][:SLOTS]]
            self._passes.seat(text, others)
        return True

    def _begun(self, client: Client, index: int, request: Request) -> Text | None:
        def tell(piece: str) -> None:
            if request.on_text is not None:
                client.events.put((index, piece))

        try:
            return Text(self._language_model, request, tell)
        except Exception as error:  # noqa: BLE001 - a rule may raise anything
            client.events.put((index, error))
            return None

    def _step(self) -> None:
        by_text = {id(place.text): place for place in self._places}
        for text, logits, whole in self._passes.step([place.text for place in self._places]):
            self._extend(by_text[id(text)], partial(text.extend, logits, whole))

    def _extend(self, place: Place, extend: Callable[[], None]) -> None:
        """Let a text grow; what its rule raises ends it alone."""
        try:
            extend()
            completion = place.text.completion
        except Exception as error:  # noqa: BLE001 - a rule may raise anything
            self._retire(place, error)
            return
        if completion is not None:
            self._retire(place, completion)

    def _retire(self, place: Place, end: Completion | BaseException | None = None) -> None:
        self._places.remove(place)
        self._passes.release(place.text)
        if end is not None:
            place.client.events.put((place.index, end))

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            for place in self._places:
                place.client.events.put((place.index, error))
            for client in self._clients:
                for index, _ in client.waiting:
                    client.events.put((index, error))
                client.waiting.clear()
            self._places, self._clients = [], []
            self._passes.forget()
            self._thread = None


@atexit.register
def _end_all() -> None:
    for decoder in [*_DECODERS]:
        decoder.end()
