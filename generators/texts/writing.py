"""Texts from a network, token by token."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from generators.texts.likelihood import Predicts
from generators.texts.params import TextSampleParams
from generators.texts.tokens import Tokens


class Reading:
    """What a network has read of a text so far.

    Args:
        memory: What the network remembers before the first token.
    """

    def __init__(self, network: Predicts, device: str, memory: Any = None) -> None:
        self._network, self._device, self._memory = network, device, memory
        self._ids: list[int] = []
        self._held = 0

    def next_logits(self, ids: Sequence[int]) -> Tensor:
        """Read more tokens and return the logits of what follows, float32 on the CPU, shape (V,).

        Where a network with a window is full, it goes on from the last half of what it has read.
        """
        self._ids += ids
        new, length = list(ids), self._network.context_length
        if self._held + len(new) > length:
            new, self._memory, self._held = self._ids[-max(length // 2, 1) :], None, 0
        logits, self._memory = self._network(torch.tensor([new], device=self._device), self._memory)
        self._held += len(new)
        return logits[0, -1].float().cpu()


def choose(logits: Tensor, random: torch.Generator, *, temperature: float, top_p: float) -> int:
    """Return the next token: drawn among the most probable ones that hold a share `top_p` of the probability.

    Args:
        logits: Shape (V,).
        random: Where all chance comes from.
        temperature: Divides the logits; 0 takes the most probable token.

    Source: Holtzman et al., The Curious Case of Neural Text Degeneration, 2020. https://arxiv.org/abs/1904.09751
    """
    if temperature == 0:
        return int(logits.argmax())
    probabilities, order = (logits / temperature).softmax(-1).sort(descending=True, stable=True)
    before = probabilities.cumsum(0) - probabilities
    kept = probabilities.where(before < top_p, 0.0)
    return int(order[torch.multinomial(kept, 1, generator=random)])


@torch.inference_mode()
def continued(
    reading: Reading, opening: Sequence[int], params: TextSampleParams, random: torch.Generator, *, end: int
) -> Iterator[int]:
    """Yield the tokens that follow an opening, up to the end of the text or the longest that was asked for."""
    logits = reading.next_logits([end, *opening])
    for _ in range(params.max_tokens):
        token = choose(logits, random, temperature=params.temperature, top_p=params.top_p)
        if token == end:
            return
        yield token
        logits = reading.next_logits([token])


def previewed(
    reading: Reading,
    tokens: Tokens,
    random: torch.Generator,
    *,
    most: int,
    on_token: Callable[[], None],
) -> str:
    """Return a text that is shown while a training goes on.

    Args:
        most: Longest text, in tokens.
        on_token: Called at each token.
    """
    ids = []
    for token in continued(reading, [], TextSampleParams(max_tokens=most), random, end=tokens.end):
        ids.append(token)
        on_token()
    return tokens.text(ids)
