"""Images decoded by several processes at once, in order.

The reading process forks them while it has one thread only. It hands out runs of images by their place and gets back
what to write down; the pixels go straight from a decoder to the disk. So what is held in memory does not grow with the
number of images. A decoder that crashes or hangs costs the one image that it was at: another takes over the rest.
"""

import gc
from collections.abc import Iterator
from heapq import heappop, heappush
from select import select
from typing import Any

from brandkiln.datasets.readers.decoder import Decoder, Work, outcome
from brandkiln.datasets.readers.limits import Fault, Refused

RUN = 64
"""Images that a decoder is given at once."""
AHEAD = 4
"""Runs for each decoder that may be under way or wait for an earlier one."""
TICK_SECONDS = 1.0
CRASHES = 100
"""So many images may crash their decoder."""

Outcome = dict[str, Any] | Fault


def decode_all(count: int, work: Work, *, decoders: int, image_seconds: float = 60.0) -> Iterator[Outcome]:
    """Yield what the work makes of each image in order, or the Fault that it is refused for.

    Args:
        count: How many images there are.
        work: What to do with the image at a place. It runs in a decoder.
        decoders: How many processes; 0 works in this process.
        image_seconds: After how long a decoder that is at one image is ended.

    Raises:
        Refused: If too many images crash their decoder.
        OSError: If the outcome of an image could not be written.
    """
    if not decoders:
        for place in range(count):
            yield _read(outcome(work, place))
        return
    gc.freeze()  # what is there already is shared with the decoders as long as nobody touches it
    crew = _Crew(work, min(decoders, -(-count // RUN)), image_seconds)
    for start in range(0, count, RUN):
        heappush(crew.waiting, (start, min(start + RUN, count)))
    place = 0
    try:
        while place < count:
            crew.step(place)
            while place in crew.done:
                for one in crew.done.pop(place):
                    yield _read(one)
                    place += 1
    finally:
        crew.end()
        gc.unfreeze()


def _read(one: list[Any]) -> Outcome:
    match one:
        case ["done", dict() as known]:
            return known
        case ["fault", code, message]:
            return Fault(str(code), str(message))
        case _:
            raise OSError(str(one[1]))


class _Crew:
    def __init__(self, work: Work, size: int, image_seconds: float) -> None:
        self.work, self.size, self.image_seconds = work, size, image_seconds
        self.waiting: list[tuple[int, int]] = []
        """Runs that nobody works on, the earliest first."""
        self.done: dict[int, list[list[Any]]] = {}
        """Outcomes by the place where their run starts."""
        self.idle: list[Decoder] = []
        self.busy: dict[int, Decoder] = {}
        self.crashes = 0

    def step(self, place: int) -> None:
        """Hand out runs that are not too far ahead of the place, and take what is ready."""
        while self.waiting and self.waiting[0][0] < place + AHEAD * self.size * RUN:
            if not self.idle and len(self.busy) == self.size:
                break
            decoder = self.idle.pop() if self.idle else Decoder(self.work, others=self.busy.values())
            decoder.give(*heappop(self.waiting))
            self.busy[decoder.answers] = decoder
        for ready in select(list(self.busy), [], [], TICK_SECONDS)[0]:
            self._take(self.busy[ready])
        for decoder in list(self.busy.values()):
            if decoder.is_stuck(self.image_seconds):
                self._lost(
                    decoder, "too_slow", f"Decoding the image took more than {self.image_seconds:.0f} s."
                )

    def end(self) -> None:
        for decoder in (*self.idle, *self.busy.values()):
            decoder.end()

    def _take(self, decoder: Decoder) -> None:
        try:
            outcomes = decoder.read()
        except EOFError:
            message = "The image made its decoder crash, so it was left out; export it anew."
            self._lost(decoder, "decoder_crashed", message)
            return
        if outcomes is not None:
            del self.busy[decoder.answers]
            self.idle.append(decoder)
            self.done[decoder.run[0]] = outcomes

    def _lost(self, decoder: Decoder, code: str, message: str) -> None:
        del self.busy[decoder.answers]
        (start, stop), culprit = decoder.run, decoder.at
        decoder.end()
        self.crashes += 1
        if self.crashes > CRASHES:
            raise Refused(
                "reader_crashed", f"More than {CRASHES} images made their decoder crash; export them anew."
            )
        self.done[culprit] = [["fault", code, message]]
        for run in ((start, culprit), (culprit + 1, stop)):
            if run[0] < run[1]:
                heappush(self.waiting, run)
