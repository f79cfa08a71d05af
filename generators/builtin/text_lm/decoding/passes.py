"""How the texts in the slots are read: what any back end of the decoder offers, and the two ways built in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.alone import Alone
from generators.builtin.text_lm.decoding.kernels import Kernels
from generators.builtin.text_lm.decoding.lean import Forward, is_lean, kernels_of, shape_of
from generators.builtin.text_lm.decoding.memory import Memory
from generators.builtin.text_lm.decoding.networks import forward_of, least_rows, rows_stand_alone
from generators.builtin.text_lm.decoding.planning import Planned, planned
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.texts import Text
from generators.builtin.text_lm.decoding.threads import openmp
from generators.builtin.text_lm.packing import LEAST_ROWS

if TYPE_CHECKING:
    from generators.builtin.text_lm.language_model import LanguageModel

SLOTS = 96
"""Texts that are written at once."""
SLOTS_ALONE = 32
"""As many for each lane where each row is computed by itself: more rows only make a step longer for all."""
MOST_LANES = 4
"""Threads that each read texts of their own; two were measured."""
FEW = 16
"""Texts that are stepped through in hardly more time than one, where steps are filled up with rows of padding."""
FEW_ALONE = 2
"""As many, where each row is computed by itself: reading the weights takes as long as two products with them."""
ALONE = 4
"""Texts that take turns where the network can only write one at a time."""
MOST_BYTES = 2**30
"""What keys and values may take."""

Next = tuple[Text, Tensor, float]
"""A text, the logits of its next token on the CPU in float32, and the logarithm of the sum of their exponentials."""


class Passes(Protocol):
    """Reads tokens and says what may come next. Rules, chance, streams, cancelling and turns are the decoder's own."""

    slots: int
    """How many texts it reads at once."""
    few: int
    """So many texts are left to one of several passes; more are shared out evenly."""

    def check_size(self, request: Request) -> None:
        """Refuse what can never be written.

        Raises:
            GeneratorError: If prompt and text do not fit the network's context or the memory.
        """
        ...

    def has_room(self, request: Request, texts: Sequence[Text]) -> bool:
        """Return whether a request fits beside the texts that are written; where there are none, it does."""
        ...

    def seat(self, text: Text, waiting: Iterable[Sequence[int]]) -> None:
        """Let a text begin.

        Args:
            text: What has a slot now.
            waiting: Prompts of requests that wait, which may begin as this one does.
        """
        ...

    def step(self, texts: Sequence[Text]) -> Iterator[Next]:
        """Read some of what the texts have not read, and yield those whose next token is to be drawn."""
        ...

    def release(self, text: Text) -> None:
        """Take a text's place back; it is complete or given up."""
        ...

    def rest(self) -> None:
        """Give back the memory of texts, of which there are none; what many begin with may be kept."""
        ...

    def forget(self) -> None:
        """Give back everything, as what was read holds no more."""
        ...


def built_in(language_model: "LanguageModel", most_bytes: int = MOST_BYTES) -> Sequence[Passes]:
    """Return the passes of the network itself, one for each lane.

    Args:
        most_bytes: What keys and values may take.
    """
    kernels = kernels_of(language_model.network)
    forward = forward_of(language_model.network, kernels)
    if forward is None:
        return [Alternating(language_model)]
    lanes = _lanes(language_model, most_bytes)
    slots = SLOTS if lanes == 1 else max(SLOTS // lanes, LEAST_ROWS)
    if rows_stand_alone(language_model.network):
        slots = SLOTS_ALONE
    return [BuiltIn(language_model, forward, most_bytes // lanes, slots, kernels) for _ in range(lanes)]


def _lanes(language_model: "LanguageModel", most_bytes: int) -> int:
    """Return how many threads share the texts. A step is many short operations, which do not run quicker on two cores.

    One, where a pass is not ours alone, where a library counts its threads for the process (as MKL does, which
    multiplies in float32 where our own products are not compiled), and where the longest text would not fit a lane's
    part of the memory.
    """
    network = language_model.network
    counted = network.dtype == torch.bfloat16 or rows_stand_alone(network)
    own_threads = network.device.type == "cpu" and counted and openmp() is not None
    lanes = min(MOST_LANES, torch.get_num_threads())
    longest = shape_of(network).token_bytes * language_model.context_length
    return lanes if own_threads and is_lean(network) and longest <= most_bytes // lanes else 1


class BuiltIn:
    """All texts in one pass of the network, which takes over its attention.

    Attributes:
        few: See Passes.
    """

    def __init__(
        self,
        language_model: "LanguageModel",
        forward: Forward,
        most_bytes: int,
        slots: int = SLOTS,
        kernels: Kernels | None = None,
    ) -> None:
        network = language_model.network
        self.slots = slots
        self._context = language_model.context_length
        self._forward = forward
        self._least_rows = least_rows(network)
        self.few = FEW_ALONE if self._least_rows == 1 else FEW
        self._memory = Memory(shape_of(network), most_bytes)
        self._network = network
        self._kernels = kernels

    def check_size(self, request: Request) -> None:
        """See Passes."""
        self._memory.check_size(request, self._context)

    def has_room(self, request: Request, texts: Sequence[Text]) -> bool:
        """See Passes."""
        return self._memory.has_room(request, texts)

    def seat(self, text: Text, waiting: Iterable[Sequence[int]]) -> None:
        """See Passes."""
        self._memory.seat(text, waiting)

    def step(self, texts: Sequence[Text]) -> Iterator[Next]:
        """See Passes."""
        plan = planned(texts, self._memory.blocks, self._least_rows, self._kernels)
        logits = self._forward(plan.step)[: len(plan.drawing)]
        _take_note(plan)
        if self._kernels is not None:
            yield from zip(plan.drawing, *self._kernels.widen_logits(logits), strict=True)
        else:
            yield from with_wholes(plan.drawing, logits.cpu().float())

    def release(self, text: Text) -> None:
        """See Passes."""
        text.release()

    def rest(self) -> None:
        """See Passes."""
        if any(parameter.requires_grad for parameter in self._network.parameters()):
            self._memory.forget()  # it may learn before the next text
        else:
            self._memory.give_back()

    def forget(self) -> None:
        """See Passes."""
        self._memory.forget()


class Alternating:
    """One text after the other, for networks whose attention cannot be taken over."""

    slots = few = ALONE

    def __init__(self, language_model: "LanguageModel") -> None:
        self._language_model = language_model
        self._alone: dict[int, Alone] = {}

    def check_size(self, request: Request) -> None:
        """See Passes."""
        request.check_context(self._language_model.context_length)

    def has_room(self, request: Request, texts: Sequence[Text]) -> bool:
        """See Passes."""
        return True

    def seat(self, text: Text, waiting: Iterable[Sequence[int]]) -> None:
        """See Passes."""
        self._alone[id(text)] = Alone(self._language_model)

    def step(self, texts: Sequence[Text]) -> Iterator[Next]:
        """See Passes."""
        for text in texts:
            yield from with_wholes([text], self._alone[id(text)].step(text)[None])

    def release(self, text: Text) -> None:
        """See Passes."""
        self._alone.pop(id(text), None)

    def rest(self) -> None:
        """See Passes."""

    def forget(self) -> None:
        """See Passes."""
        self._alone.clear()


def with_wholes(texts: Iterable[Text], logits: Tensor) -> Iterator[Next]:
    """Yield each text with its row, in float32 on the CPU; sums come one by one, as many at once have other bits."""
    for text, row in zip(texts, logits, strict=True):
        yield text, row, float(row.logsumexp(-1))


def _take_note(plan: Planned) -> None:
    for text, count in plan.read:
        text.has_read(count)
    for prefix, count in plan.prefixes:
        prefix.ready += count
