"""Slots that are refilled as texts end: all who want texts of one network share them, whichever job they work for."""

import atexit
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING
from weakref import WeakSet

import torch

from generators.builtin.text_lm.decoding.alone import Alone
from generators.builtin.text_lm.decoding.networks import forward_of, least_rows, shape_of
from generators.builtin.text_lm.decoding.planning import Planned, planned
from generators.builtin.text_lm.decoding.prefixes import Prefixes
from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.decoding.shelves import Shelf
from generators.builtin.text_lm.decoding.texts import Text
from generators.errors import GeneratorError

if TYPE_CHECKING:
    from generators.builtin.text_lm.language_model import LanguageModel

SLOTS = 48
ALONE = 4
"""Texts that take turns where the network can only write one at a time."""
URGENT_SLOTS = 8
"""Slots that are kept free for requests on which a person waits, and that no client takes beside all others."""
MOST_BYTES = 2**30
"""What keys and values may take."""
PREFIX_BYTES = 2**27
_ROOMS = (256, 1024, 4096, 16_384, 65_536, 2**20)

_DECODERS: "WeakSet[Decoder]" = WeakSet()

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
    alone: Alone | None = None


class Decoder:
    """Writes texts with one network, in a thread that ends when there is nothing to write.

    Args:
        language_model: The network and its tokenizer.
        most_bytes: What keys and values may take; requests wait for room, and one that never fits is refused.
    """

    def __init__(self, language_model: "LanguageModel", *, most_bytes: int = MOST_BYTES) -> None:
        self._language_model = language_model
        self._forward = forward_of(language_model.network)
        self._shape = shape_of(language_model.network)
        self._least_rows = least_rows(language_model.network)
        self._most_bytes = most_bytes
        self._prefixes = Prefixes(self._shape, PREFIX_BYTES)
        self._shelves: dict[int, Shelf] = {}
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
        self._check_size(request)
        with self._lock:
            client.waiting.append((index, request))
            if client not in self._clients:
                self._clients.append(client)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="decoder", daemon=True)
                self._thread.start()

    def _check_size(self, request: Request) -> None:
        whole = len(request.prompt) + request.max_tokens
        context = self._language_model.context_length
        if not request.prompt:
            raise GeneratorError("The prompt is empty. Say what the text is about.")
        if whole > context:
            raise GeneratorError(
                f"The prompt has {len(request.prompt)} tokens; the network takes {context - request.max_tokens} beside "
                f"a text of up to {request.max_tokens}. Shorten it by about {whole - context} tokens."
            )
        needed = _room(whole) * self._shape.token_bytes
        if needed > self._most_bytes:
            raise GeneratorError(
                f"A text of {whole} tokens with its prompt needs {needed / 2**20:.0f} MiB beside the network; "
                f"{self._most_bytes / 2**20:.0f} MiB are allowed. Shorten the prompt."
            )

    def _run(self) -> None:
        network = self._language_model.network
        if any(parameter.requires_grad for parameter in network.parameters()):
            self._prefixes = Prefixes(self._shape, PREFIX_BYTES)  # it has learnt since
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
            self._shelves.clear()
            self._clients.clear()
            self._thread = None
            return False

    def _drop_left(self) -> None:
        for place in [place for place in self._places if place.client.left]:
            self._retire(place)
        self._clients = [client for client in self._clients if not client.left]

    def _admit(self) -> None:
        """Give free slots away: first to those on whom a person waits, then to the client with the fewest."""
        slots, kept = (ALONE, 1) if self._forward is None else (SLOTS, URGENT_SLOTS)
        while (held := len(self._places)) < slots:
            asking = [
                client
                for client in self._clients
                if client.waiting
                and (held < slots - kept or client.waiting[0][1].urgent)
                and self._held_by(client) < slots - kept
            ]
            if not asking:
                return
            client = min(asking, key=lambda client: (not client.waiting[0][1].urgent, self._held_by(client)))
            if not self._place(client):
                return

    def _held_by(self, client: Client) -> int:
        return sum(place.client is client for place in self._places)

    def _place(self, client: Client) -> bool:
        """Put a client's first request into a slot and return whether there was memory for it."""
        index, request = client.waiting[0]
        if self._forward is None:
            return self._place_alone(client)
        self._prefixes.drop_unused(place.text.prefix for place in self._places)
        shelf = self._shelf(len(request.prompt) + request.max_tokens)
        grows = 0 if shelf.has_free else shelf.growth * shelf.room * self._shape.token_bytes
        held = sum(shelf.bytes for shelf in self._shelves.values()) + self._prefixes.bytes
        if self._places and held + grows > self._most_bytes:
            return False
        client.waiting.popleft()
        others = [other.prompt for waiting in self._clients for _, other in [*waiting.waiting][:SLOTS]]
        prefix = self._prefixes.find(request.prompt, others)

        if (text := self._begun(client, index, request)) is None:
            return True
        if prefix is not None:
            text.begin_with(prefix)
        text.shelf = self._shelf(text.room)
        text.slot = text.shelf.take()
        self._add(Place(client, index, text))
        return True

    def _place_alone(self, client: Client) -> bool:
        index, request = client.waiting.popleft()
        if (text := self._begun(client, index, request)) is not None:
            self._add(Place(client, index, text, Alone(self._language_model)))
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

    def _add(self, place: Place) -> None:
        self._places.append(place)
        if (completion := place.text.completion) is not None:
            self._retire(place, completion)

    def _shelf(self, tokens: int) -> Shelf:
        room = _room(tokens)
        return self._shelves.setdefault(room, Shelf(room, self._shape))

    def _step(self) -> None:
        if self._forward is None:
            for place in [*self._places]:
                assert place.alone is not None
                self._extend(place, partial(place.alone.step, place.text))
            return
        plan = planned([place.text for place in self._places], self._least_rows, self._shape.device)
        logits = self._forward(plan.step)[: len(plan.drawing)].float().cpu()
        self._take_note(plan)
        by_text = {id(place.text): place for place in self._places}
        for text, row in zip(plan.drawing, logits, strict=True):
            self._extend(by_text[id(text)], partial(text.extend, row))

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

    def _take_note(self, plan: Planned) -> None:
        for text, count in plan.read:
            text.has_read(count)
        for prefix, count in plan.prefixes:
            prefix.ready += count

    def _retire(self, place: Place, end: Completion | BaseException | None = None) -> None:
        self._places.remove(place)
        if place.text.shelf is not None:
            place.text.shelf.give_back(place.text.slot)
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
            self._places, self._clients, self._shelves = [], [], {}
            self._prefixes = Prefixes(self._shape, PREFIX_BYTES)
            self._thread = None


@atexit.register
def _end_all() -> None:
    for decoder in [*_DECODERS]:
        decoder.end()


def _room(tokens: int) -> int:
    return next(room for room in _ROOMS if room >= tokens)
