"""Those who want texts, the texts that are being written for them, and who comes next."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING

from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.decoding.texts import Text

if TYPE_CHECKING:
    from generators.builtin.text_lm.decoding.decoder import Decoder

Event = tuple[int, str | Completion | BaseException]
"""The position of a request, and a piece of its text, its end, or what went wrong."""


class Client:
    """One who wants texts: its requests that wait, and what has become of the others."""

    def __init__(self, decoder: "Decoder") -> None:
        self.events: SimpleQueue[Event] = SimpleQueue()
        self.waiting: deque[tuple[int, Request]] = deque()
        self.left = False
        self._decoder = decoder

    def ask(self, index: int, request: Request) -> None:
        """Ask for a text; what becomes of it comes as events with this index."""
        self._decoder.take(self, index, request)

    def leave(self) -> None:
        """Give up all that is not finished."""
        self.left = True
        self.waiting.clear()


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A text in a slot."""

    client: Client
    index: int
    text: Text


def next_client(clients: Sequence[Client], places: Sequence[Place], slots: int, kept: int) -> Client | None:
    """Return whose request gets a free slot: one on whom a person waits, else the one that holds the fewest.

    Args:
        slots: All of them.
        kept: Those kept free for requests on which a person waits, and that no client takes beside all others.
    """
    held = {id(client): 0 for client in clients}
    for place in places:
        held[id(place.client)] = held.get(id(place.client), 0) + 1
    asking = [
        client
        for client in clients
        if client.waiting
        and (len(places) < slots - kept or client.waiting[0][1].urgent)
        and held[id(client)] < slots - kept
    ]
    return min(asking, key=lambda client: (not client.waiting[0][1].urgent, held[id(client)]), default=None)
