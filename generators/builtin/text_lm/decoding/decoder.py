"""Slots that are refilled as texts end: all who want texts of one network share them, whichever job they work for."""

import atexit
import threading
from typing import TYPE_CHECKING
from weakref import WeakSet

from generators.builtin.text_lm.decoding.clients import Client, next_client
from generators.builtin.text_lm.decoding.lane import Lane
from generators.builtin.text_lm.decoding.passes import SLOTS, Passes
from generators.builtin.text_lm.decoding.requests import Request

if TYPE_CHECKING:
    from generators.builtin.text_lm.language_model import LanguageModel

__all__ = ["SLOTS", "Decoder"]
URGENT_SLOTS = 8
"""Slots that are kept free for requests on which a person waits, and that no client takes beside all others."""

_DECODERS: "WeakSet[Decoder]" = WeakSet()


class Decoder:
    """Writes texts with one network, in lanes that work side by side.

    Args:
        language_model: The network and its tokenizer.
        passes: What reads the texts, one for each lane; a request that never fits is refused.

    Attributes:
        lock: Held by who reads or changes what follows.
        lanes: Each with slots and a thread of its own.
        clients: Those who may have requests that wait.
        ending: Whether all is given up.
    """

    def __init__(self, language_model: "LanguageModel", *passes: Passes) -> None:
        self.language_model = language_model
        self.lock = threading.Lock()
        self.lanes = [Lane(self, one) for one in passes]
        self.clients: list[Client] = []
        self.ending = False
        _DECODERS.add(self)

    def end(self) -> None:
        """Give up everything and wait for the threads, which are in native code that must not outlive the process."""
        with self.lock:
            self.ending = True
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is left to write."""
        for thread in [lane.thread for lane in self.lanes]:
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
        self.lanes[0].passes.check_size(request)
        with self.lock:
            client.waiting.append((index, request))
            if client not in self.clients:
                self.clients.append(client)
            if all(lane.thread is None for lane in self.lanes):
                self.lanes[0].start()

    def spread(self) -> None:
        """Let all lanes run where one has left requests to others; the lock is held."""
        if any(client.waiting for client in self.clients):
            for lane in self.lanes:
                lane.start()

    def next_for(self, lane: Lane) -> Client | None:
        """Return whose first request a lane takes, if it has a slot for one, and few texts or no more than others."""
        self.clients = [client for client in self.clients if client.waiting and not client.left]
        slots = lane.passes.slots
        kept = min(URGENT_SLOTS // len(self.lanes), slots // 4)
        if len(lane.places) >= slots:
            return None
        client = next_client(self.clients, lane.places, slots, kept)
        if client is None:
            return None
        urgent = client.waiting[0][1].urgent
        load = lane.load(urgent)
        return (
            client
            if load < lane.passes.few or all(load <= other.load(urgent) for other in self.lanes)
            else None
        )

    def refuse_all(self, error: BaseException) -> None:
        """Tell all who wait what went wrong."""
        for client in self.clients:
            for index, _ in client.waiting:
                client.events.put((index, error))
            client.waiting.clear()
        self.clients = []


@atexit.register
def _end_all() -> None:
    for decoder in [*_DECODERS]:
        decoder.end()
