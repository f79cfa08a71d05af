"""One text on its way: what of it is read, what is drawn, and when it ends."""

from collections.abc import Callable
from math import isfinite
from random import Random
from typing import TYPE_CHECKING

from torch import Tensor

from generators.builtin.text_lm.decoding.attention import Own
from generators.builtin.text_lm.decoding.blocks import BLOCK, Blocks, Prefix
from generators.builtin.text_lm.decoding.drawing import drawn
from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.stream import TextStream
from generators.errors import GeneratorError

if TYPE_CHECKING:
    from generators.builtin.text_lm.language_model import LanguageModel

_CONTEXT = 8  # tokens before a text that may change how its first one is decoded


class Text:
    """A request that is being written.

    Attributes:
        unread: Tokens that the network has to read next.
        read: How many tokens, of prompt and text, it has read.
        prefix: What it begins with that was read for another text too, or None.
        root: As much of the prefix as it shares with others while it is written; the rest is copied. Or None.
        blocks: Where its own part is.
    """

    def __init__(
        self, language_model: "LanguageModel", request: Request, on_piece: Callable[[str], None]
    ) -> None:
        self.request = request
        self.unread = [*request.prompt]
        self.read = 0
        self.prefix: Prefix | None = None
        self.root: Prefix | None = None
        self.blocks: list[int] = []
        self._kept: Blocks | None = None
        self._language_model = language_model
        self._on_piece = on_piece
        self._stop_ids = language_model.vocabulary.end_ids if request.stop_ids is None else request.stop_ids
        self._stream = TextStream(
            language_model.tokenizer, before=[*request.prompt[-_CONTEXT:]], stops=request.stops
        )
        self._numbers = Random(request.seed)  # noqa: S311 - reproducible, not secret
        self._ids: list[int] = []
        self._held: set[int] = set()
        self._log_probability, self._drawn = 0.0, 0
        self._stopped = False
        self._take_forced()

    @property
    def most_blocks(self) -> int:
        """How many blocks its own part may come to."""
        shared = len(self.root.ids) if self.root else 0
        return -(-(len(self.request.prompt) + self.request.max_tokens - shared) // BLOCK)

    @property
    def place(self) -> int:
        """Where in the own part the next token that is read goes."""
        return self.read - (len(self.root.ids) if self.root else 0)

    @property
    def stretch(self) -> int:
        """How many tokens are read at once: up to the end of a block."""
        return min(len(self.unread), BLOCK - self.read % BLOCK)

    @property
    def completion(self) -> Completion | None:
        """What was written, once it is complete."""
        if not self._stopped and len(self._ids) < self.request.max_tokens:
            return None
        if piece := self._stream.finish():
            self._on_piece(piece)
        fluency = self._log_probability / max(self._drawn, 1)
        return Completion(tuple(self._ids), self._stream.text, "stop" if self._stopped else "length", fluency)

    def begin_with(self, prefix: Prefix | None, root: Prefix | None, kept: Blocks) -> None:
        """Take a place among the texts that are written: what is read already is not read again.

        Args:
            kept: Where its own part will lie.
        """
        self.prefix, self.root, self._kept = prefix, root, kept
        self.read = len(prefix.ids) if prefix else 0
        del self.unread[: self.read]

    @property
    def is_ready(self) -> bool:
        """Whether its prefix is read."""
        return self.prefix is None or self.prefix.is_ready

    def own(self, count: int) -> Own:
        """Return its own part with room for the next tokens.

        Args:
            count: Of the tokens.
        """
        assert self._kept is not None
        if not self.blocks and self.place and self.prefix is not None:
            self.blocks = [self._kept.take() for _ in range(self.place // BLOCK)]
            self._kept.fill(self.blocks, self.prefix, len(self.prefix.ids) - self.place)
        needed = -(-(self.place + count) // BLOCK)
        self.blocks += [self._kept.take() for _ in range(needed - len(self.blocks))]
        return Own(self.root, self.blocks, self.place)

    def release(self) -> None:
        """Give its blocks back."""
        if self._kept is not None:
            self._kept.give_back(self.blocks)
            self.blocks = []

    def has_read(self, count: int) -> None:
        """Take note that the first unread tokens were read."""
        self.read += count
        del self.unread[:count]

    def extend(self, logits: Tensor, whole: float) -> None:
        """Draw the next token; what has to follow it is taken with it.

        Args:
            logits: On the CPU, in float32, shape (vocabulary,).
            whole: Logarithm of the sum of their exponentials.

        Raises:
            GeneratorError: If they are not numbers.
        """
        if not isfinite(whole):
            raise GeneratorError(
                f"The language model in {self._language_model.folder} computes values that are not finite: its "
                "weights are damaged. Replace the folder."
            )
        token, natural = drawn(logits, whole, self.request, self._held, self._numbers)
        self._log_probability += natural
        self._drawn += 1
        self._take(token)
        self._take_forced()

    def _take_forced(self) -> None:
        rule = self.request.constraint
        while rule is not None and not self._stopped and (tokens := [*rule.forced()]):
            for token in tokens:
                if not self._stopped and len(self._ids) < self.request.max_tokens:
                    self._take(token)
            if len(self._ids) >= self.request.max_tokens:
                return

    def _take(self, token: int) -> None:
        rule = self.request.constraint
        self._ids.append(token)
        self._held.add(token)
        self.unread.append(token)
        if rule is not None:
            rule.accept(token)
        if token in self._stop_ids:
            self._stopped = True
            return
        if piece := self._stream.push(token):
            self._on_piece(piece)
        self._stopped = self._stream.stopped or (rule is not None and rule.finished)
