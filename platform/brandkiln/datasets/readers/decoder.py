"""One process that decodes images for the reading process that forked it."""

import marshal
import mmap
import os
import signal
import struct
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from brandkiln.datasets.readers.confine import die_with
from brandkiln.datasets.readers.limits import Fault

Work = Callable[[int], dict[str, Any]]
"""Does the image at a place and returns what is to be known of it, in plain values; may raise Fault."""
_RUN = struct.Struct("=QQ")
_LENGTH = struct.Struct("=Q")


class Decoder:
    """A forked process, confined as the one that forked it, that works on runs of images."""

    def __init__(self, work: Work, *, others: Iterable["Decoder"]) -> None:
        self.run = (0, 0)
        """The places of the images that it was given last: the first, and the one behind the last."""
        self._at = mmap.mmap(-1, _LENGTH.size)  # shared: the place of the image that it is at
        self._seen = (0, 0.0)
        self._held = bytearray()
        asked, self._asks = os.pipe()
        self.answers, answered = os.pipe()
        parent = os.getpid()
        self._pid = os.fork()
        if self._pid:
            os.close(asked)
            os.close(answered)
            return
        try:
            for other in (*others, self):  # so that the pipes end when their owners do
                other._close()
            die_with(parent)
            self._serve(asked, answered, work)
        finally:
            os._exit(1)  # nothing of the parent's is flushed or cleaned up twice

    def give(self, start: int, stop: int) -> None:
        """Let it work on the images from start to stop."""
        self.run = (start, stop)
        self._seen = (start, time.monotonic())
        _LENGTH.pack_into(self._at, 0, start)
        os.write(self._asks, _RUN.pack(start, stop))

    @property
    def at(self) -> int:
        """The place of the image that it is at, which is the culprit if the process is gone."""
        (place,) = _LENGTH.unpack_from(self._at)
        return int(min(max(self.run[0], place), self.run[1] - 1))

    def is_stuck(self, seconds: float) -> bool:
        """Return whether it has been at the same image for so long."""
        now = time.monotonic()
        if self._seen[0] != self.at:
            self._seen = (self.at, now)
        return now - self._seen[1] > seconds

    def read(self) -> list[Any] | None:
        """Return the outcomes of its run, or None while they are incomplete.

        Raises:
            EOFError: If the process is gone.
        """
        piece = os.read(self.answers, 1 << 20)
        if not piece:
            raise EOFError
        self._held += piece
        if len(self._held) < _LENGTH.size or len(self._held) < sum(_LENGTH.unpack_from(self._held)) + 8:
            return None
        outcomes: list[Any] = marshal.loads(  # noqa: S302  from a process that is confined as this one is
            bytes(self._held[_LENGTH.size :])
        )
        self._held.clear()
        return outcomes

    def end(self) -> None:
        """End the process, whatever it does."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._close()
        self._at.close()

    def _close(self) -> None:
        os.close(self._asks)
        os.close(self.answers)

    def _serve(self, asked: int, answered: int, work: Work) -> None:
        while request := os.read(asked, _RUN.size):
            outcomes = []
            for place in range(*_RUN.unpack(request)):
                _LENGTH.pack_into(self._at, 0, place)
                outcomes.append(outcome(work, place))
            data = marshal.dumps(outcomes)
            rest = memoryview(_LENGTH.pack(len(data)) + data)
            while rest:
                rest = rest[os.write(answered, rest) :]


def outcome(work: Work, place: int) -> list[Any]:
    """Return ["done", what is known], ["fault", code, message] or ["failed", why this machine could not]."""
    try:
        return ["done", work(place)]
    except Fault as fault:
        return ["fault", fault.code, fault.message]
    except OSError as error:
        return ["failed", str(error)]
