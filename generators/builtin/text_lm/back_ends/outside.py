"""What back ends outside of this process's own network have in common: which tokens a pass reads, of which texts."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from generators.builtin.text_lm.back_ends.pages import PAGE, next_page
from generators.builtin.text_lm.decoding.passes import Next, with_wholes
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.texts import Text
from generators.errors import GeneratorError

READING_ROWS = 256
"""Tokens of prompts that a pass reads at most, so that texts under way do not wait long."""
WINDOW = 128
"""Tokens that are read together where each is to be predicted."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens of one text that a pass reads.

    Attributes:
        name: Of the text.
        ids: The tokens.
        position: Of the first one in the text.
        wanted: How many of them, from the last one on, are to say what may come next.
    """

    name: int
    ids: Sequence[int]
    position: int
    wanted: int


class Outside:
    """Passes over texts by something that keeps keys and values itself, in pages that texts may share.

    Args:
        context: How many tokens a text may have with its prompt.
        room: How many pages all texts may have.
    """

    slots: int
    few: int

    def __init__(self, context: int, room: int) -> None:
        self._context, self._room = context, room

    @abstractmethod
    def _adopted(self, text: Text) -> int:
        """Take what is read already of a text's beginning, and return how many tokens that is."""

    @abstractmethod
    def _read(self, stretches: Sequence[Stretch]) -> Tensor:
        """Read tokens; return the logits of the wanted ones in float32, one after the other, shape (wanted, V)."""

    @abstractmethod
    def _kept(self, text: Text, before: int) -> None:
        """Take note of how far a text is read, so that others like it need not be."""

    @abstractmethod
    def _released(self, name: int) -> None:
        """Give back what a text takes; nothing where it has not begun."""

    @abstractmethod
    def forget(self) -> None:
        """See Passes."""

    def check_size(self, request: Request) -> None:
        """See Passes."""
        request.check_context(self._context)
        if _pages(request) > self._room:
            raise GeneratorError(
                f"A text of {len(request.prompt) + request.max_tokens} tokens with its prompt needs more than the "
                f"{self._room * PAGE} tokens that are kept. Shorten the prompt."
            )

    def has_room(self, request: Request, texts: Sequence[Text]) -> bool:
        """See Passes."""
        return sum(_pages(text.request) for text in texts) + _pages(request) <= self._room

    def seat(self, text: Text, waiting: Iterable[Sequence[int]]) -> None:
        """See Passes."""

    def step(self, texts: Sequence[Text]) -> Iterator[Next]:
        """See Passes."""
        planned = self._planned(texts)
        logits = self._read([stretch for _, stretch in planned])
        for text, stretch in planned:
            before = text.read
            text.has_read(len(stretch.ids))
            if before < len(text.request.prompt):
                self._kept(text, before)
        yield from with_wholes([text for text, stretch in planned if stretch.wanted], logits)

    def release(self, text: Text) -> None:
        """See Passes."""
        self._released(id(text))

    def rest(self) -> None:
        """See Passes."""

    @torch.inference_mode()
    def surprise(self, ids: Sequence[int], start_id: int) -> Tensor:
        """Return the negative log-likelihood of each token of a text in nats, shape (T,); see `token_surprise`.

        Args:
            ids: The text.
            start_id: The token that stands before it.
        """
        read, found = [start_id, *ids[:-1]], list[Tensor]()
        for begin in range(0, len(ids), WINDOW):
            stretch = read[begin : begin + WINDOW]
            logits = self._read([Stretch(0, stretch, begin, len(stretch))])
            found.append(cross_entropy(logits, torch.tensor(ids[begin : begin + WINDOW]), reduction="none"))
        self._released(0)
        return torch.cat(found)

    def _planned(self, texts: Sequence[Text]) -> list[tuple[Text, Stretch]]:
        left, beginnings = READING_ROWS, set[tuple[int, ...]]()
        planned = []
        for text in sorted(texts, key=lambda text: not text.request.urgent):
            if text.read < len(text.request.prompt):
                text.has_read(self._adopted(text))
                if (beginning := next_page(text.request.prompt, text.read)) in beginnings:
                    continue  # another text reads it in this very pass
                if beginning is not None:
                    beginnings.add(beginning)
            count = min(len(text.unread), max(left, 1 if len(text.unread) == 1 else 0))
            if count:
                left -= count if count > 1 else 0
                is_last = count == len(text.unread)
                planned.append((text, Stretch(id(text), text.unread[:count], text.read, int(is_last))))
        return planned


def _pages(request: Request) -> int:
    return -(-(len(request.prompt) + request.max_tokens) // PAGE)
