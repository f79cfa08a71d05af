"""Tokens to text as they arrive: whole characters only, and nothing of what stops the text."""

from collections.abc import Sequence
from typing import Any

_INCOMPLETE = "\N{REPLACEMENT CHARACTER}"


class TextStream:
    """A growing text.

    A character whose bytes are spread over several tokens is held back until it is whole, and so is an ending
    that may turn out to be the beginning of a stop string. The pieces that `push` and `finish` return are the text.

    Args:
        tokenizer: Decodes the tokens.
        before: The tokens before the first one; some tokenizers decode a token differently without them.
        stops: Strings that end the text and do not belong to it. The one whose end comes first counts and, of those
            that end together, the longest: so nothing hangs on how tokens cut the text, and none is taken back.
    """

    def __init__(self, tokenizer: Any, *, before: Sequence[int] = (), stops: Sequence[str] = ()) -> None:
        self.text = ""
        self.stopped = False
        self._tokenizer = tokenizer
        self._stops = stops
        self._ids = list(before)
        self._context = 0
        self._decoded = len(before)
        self._given = 0

    def push(self, token: int) -> str:
        """Add a token; return the text that is now certain and was not returned before."""
        self._ids.append(token)
        piece = self._undecoded()
        if not piece.endswith(_INCOMPLETE):
            self._context, self._decoded = self._decoded, len(self._ids)
            self._append(piece)
        return self._release(self._certain_length())

    def finish(self) -> str:
        """Return what was held back; the text is complete."""
        if not self.stopped:
            self._append(self._undecoded().rstrip(_INCOMPLETE))
        return self._release(len(self.text))

    def _undecoded(self) -> str:
        known = self._decode(self._ids[self._context : self._decoded])
        return self._decode(self._ids[self._context :])[len(known) :]

    def _decode(self, ids: list[int]) -> str:
        text: str = self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    def _append(self, piece: str) -> None:
        self.text += piece
        found = [(place + len(stop), place) for stop in self._stops if (place := self.text.find(stop)) >= 0]
        if found:
            _, place = min(found)
            self.text = self.text[:place]
            self.stopped = True

    def _certain_length(self) -> int:
        if self.stopped:
            return len(self.text)
        longest = max((len(stop) for stop in self._stops), default=1) - 1
        for held in range(min(longest, len(self.text)), 0, -1):
            if any(stop.startswith(self.text[-held:]) for stop in self._stops):
                return len(self.text) - held
        return len(self.text)

    def _release(self, length: int) -> str:
        piece = self.text[self._given : length]
        self._given = max(self._given, length)
        return piece
