"""One thread of a decoder with slots of its own: it takes requests, writes their texts and tells of them."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import torch

from generators.builtin.text_lm.decoding.clients import Client, Place
from generators.builtin.text_lm.decoding.passes import SLOTS, Passes
from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.decoding.texts import Text
from generators.builtin.text_lm.decoding.threads import keep_threads

if TYPE_CHECKING:
    from generators.builtin.text_lm.decoding.decoder import Decoder


class Lane:
    """Writes the texts in its slots, in a thread that ends when there is nothing to write.

    Args:
        decoder: Whose requests it takes.
        passes: What reads the texts; requests wait for room in it.
    """

    def __init__(self, decoder: "Decoder", passes: Passes) -> None:
        self.passes = passes
        self.places: list[Place] = []
        self.thread: threading.Thread | None = None
        self._decoder = decoder

    def start(self) -> None:
        """See to it that the thread runs; the decoder's lock is held."""
        if self.thread is None:
            self.thread = threading.Thread(target=self._run, name="decoder", daemon=True)
            self.thread.start()

    def load(self, urgent: bool) -> int:
        """Return how many texts one more would share the lane with: urgent ones, or all."""
        return sum(place.text.request.urgent for place in self.places) if urgent else len(self.places)

    def _run(self) -> None:
        try:
            threads = max(1, torch.get_num_threads() // len(self._decoder.lanes))
            with torch.inference_mode():
                while self._has_work():
                    if len(self._decoder.lanes) > 1:
                        keep_threads(threads)  # at each step: who sets the number elsewhere sets it for all
                    self._step()
        except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait are told
            self._fail(error)

    def _has_work(self) -> bool:
        """Fill free slots; where nothing is left to write, end this thread and give the memory back."""
        with self._decoder.lock:
            for place in [place for place in self.places if place.client.left]:
                self._retire(place)
            if self._decoder.ending:
                self.places.clear()
            else:
                while (client := self._decoder.next_for(self)) is not None and self._place(client):
                    pass
                self._decoder.spread()
            if self.places:
                return True
            self.passes.rest()
            self.thread = None
            return False

    def _place(self, client: Client) -> bool:
        """Put a client's first request into a slot and return whether there was memory for it."""
        index, request = client.waiting[0]
        if not self.passes.has_room(request, [place.text for place in self.places]):
            return False
        client.waiting.popleft()
        text = self._begun(client, index, request)
        if text is None:
            return True
        place = Place(client, index, text)
        self.places.append(place)
        if (completion := text.completion) is not None:
            self._retire(place, completion)
        else:
            waiting = [other.prompt for one in self._decoder.clients for _, other in [*one.waiting][:SLOTS]]
            self.passes.seat(text, waiting)
        return True

    def _begun(self, client: Client, index: int, request: Request) -> Text | None:
        def tell(piece: str) -> None:
            if request.on_text is not None:
                client.events.put((index, piece))

        try:
            return Text(self._decoder.language_model, request, tell)
        except Exception as error:  # noqa: BLE001 - a rule may raise anything
            client.events.put((index, error))
            return None

    def _step(self) -> None:
        by_text = {id(place.text): place for place in self.places}
        for text, logits, whole in self.passes.step([place.text for place in self.places]):
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
        self.places.remove(place)
        self.passes.release(place.text)
        if end is not None:
            place.client.events.put((place.index, end))

    def _fail(self, error: BaseException) -> None:
        with self._decoder.lock:
            for place in self.places:
                place.client.events.put((place.index, error))
            self._decoder.refuse_all(error)
            self.places = []
            self.passes.forget()
            self.thread = None
