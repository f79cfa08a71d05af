"""Which token comes next: rules, temperature and nucleus, with random numbers of the request's own."""

from collections.abc import Collection, Sequence
from random import Random

import numpy as np
import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.requests import Request

CANDIDATES = 64
"""top_p chooses among so many of the most probable tokens."""
_NEGLIGIBLE = 14.0  # nats; what is so much less probable than the best token is never drawn


def drawn(
    plain: Tensor, whole: float, request: Request, held: Collection[int], numbers: Random
) -> tuple[int, float]:
    """Return the next token and its log-probability in nats as the network has it, without any rule.

    A token that the text already holds has its logit divided (or, below 0, multiplied) by the repetition penalty.
    Source: Keskar et al., CTRL, section 4.1. https://arxiv.org/abs/1909.05858

    Args:
        plain: Logits of the next token on the CPU, in float32, shape (vocabulary,).
        whole: Logarithm of the sum of their exponentials.
        request: How it is drawn.
        held: The tokens that the text holds.
        numbers: Gives one number for each token that is drawn at a temperature above 0.
    """
    ruled = request.constraint is not None or request.repetition_penalty != 1.0
    logits = plain.clone() if ruled else plain
    if request.repetition_penalty != 1.0 and held:
        used = torch.tensor(sorted(held))
        values, penalty = logits[used], request.repetition_penalty
        logits[used] = torch.where(values > 0, values / penalty, values * penalty)
    if request.constraint is not None:
        request.constraint.allow(logits)
    token = _chosen(logits.numpy(), request, numbers)
    return token, float(plain[token]) - whole


def _chosen(logits: np.ndarray, request: Request, numbers: Random) -> int:
    if request.temperature == 0:
        return int(logits.argmax())  # numpy's, which is ten times as quick as torch's
    near = np.flatnonzero(logits >= logits.max() - _NEGLIGIBLE * request.temperature)
    best = near[np.argsort(-logits[near], kind="stable")[:CANDIDATES]]
    scaled = np.exp((logits[best] - logits[best[0]]).astype(np.float64) / request.temperature)
    return int(best[draw((scaled / scaled.sum()).tolist(), request.top_p, numbers.random())])


def draw(probabilities: Sequence[float], top_p: float, position: float) -> int:
    """Return the index at a position in [0, 1) of the smallest set of most probable tokens that reaches top_p.

    Source: Holtzman et al., nucleus sampling. https://arxiv.org/abs/1904.09751
    """
    reached: list[float] = []
    total = 0.0
    for probability in probabilities:
        total += probability
        reached.append(total)
        if total >= top_p:
            break
    return next((index for index, level in enumerate(reached) if level > position * total), len(reached) - 1)
