"""How well a network predicts texts: the surprise of each, in nats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from generators.training.precision import autocast

ROWS = 32
"""Windows that are read at once."""
IGNORED = -100


class Predicts(Protocol):
    """A network that predicts the next token from those before it."""

    context_length: int

    def __call__(self, ids: Tensor, memory: Any = None) -> tuple[Tensor, Any]:
        """Return logits of what follows each token, shape (B, T, V), and a memory from which it can go on.

        Args:
            ids: Tokens, shape (B, T).
            memory: What an earlier call returned for the tokens before them.
        """


class Window(NamedTuple):
    """A stretch of a text.

    Attributes:
        text: The number of the text.
        ids: What is read; the last one is only predicted.
        first: The first of them that is predicted; those before it were predicted in the window before.
    """

    text: int
    ids: list[int]
    first: int


def windows(texts: Sequence[Sequence[int]], *, end: int, length: int) -> Iterator[Window]:
    """Yield stretches in which each token is predicted once, from at least half a window where there is so much.

    Args:
        texts: Tokens of each text, without the end token.
        end: The token that stands before a text.
        length: Most tokens that the network reads.

    Source: the rolling log-likelihood of lm-evaluation-harness. https://arxiv.org/abs/2405.14782
    """
    stride = max(length // 2, 1)
    for number, text in enumerate(texts):
        row = [end, *text]
        predicted = 1
        while predicted < len(row):
            stop = min(len(row), predicted + (length if predicted == 1 else stride))
            start = max(0, stop - 1 - length)
            yield Window(number, row[start:stop], predicted - start)
            predicted = stop


@torch.inference_mode()
def surprises(
    network: Predicts, texts: Sequence[Sequence[int]], *, end: int, device: str, on_rows: Any = None
) -> Tensor:
    """Return the negative log-likelihood of each text in nats, float64, shape (N,), without the end that follows it.

    Args:
        on_rows: Called with the number of texts read so far.
    """
    total = torch.zeros(len(texts), dtype=torch.float64)
    waiting = list(windows(texts, end=end, length=network.context_length))
    for start in range(0, len(waiting), ROWS):
        chosen = waiting[start : start + ROWS]
        ids, targets = padded(chosen, end)
        with autocast(device):
            logits, _ = network(ids.to(device))
        nats = cross_entropy(
            logits.float().transpose(1, 2), targets.to(device), reduction="none", ignore_index=IGNORED
        )
        total.index_add_(0, torch.tensor([one.text for one in chosen]), nats.double().sum(1).cpu())
        if on_rows:
            on_rows(chosen[-1].text + 1)
    return total


def padded(chosen: Sequence[Window], end: int) -> tuple[Tensor, Tensor]:
    """Return what is read and what is to be predicted, both int64, shape (B, T); places of no interest are IGNORED."""
    longest = max(len(window.ids) for window in chosen) - 1
    ids = torch.full((len(chosen), longest), end)
    targets = torch.full((len(chosen), longest), IGNORED)
    for row, window in enumerate(chosen):
        size = len(window.ids) - 1
        ids[row, :size] = torch.tensor(window.ids[:-1])
        targets[row, window.first - 1 : size] = torch.tensor(window.ids[window.first :])
    return ids, targets
