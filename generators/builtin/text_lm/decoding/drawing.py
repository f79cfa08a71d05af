"""Which token comes next: rules, temperature and nucleus, with random numbers of the request's own."""

from collections.abc import Sequence
from random import Random

import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.requests import Request

CANDIDATES = 64
"""top_p chooses among so many of the most probable tokens."""


def drawn(logits: Tensor, request: Request, ids: Sequence[int], numbers: Random) -> tuple[int, float]:
    """Return the next token and its log-probability in nats as the network has it, without any rule.

    A token that the text already holds has its logit divided (or, below 0, multiplied) by the repetition penalty.
    Source: Keskar et al., CTRL, section 4.1. https://arxiv.org/abs/1909.05858

    Args:
        logits: Of the next token in float32, shape (vocabulary,); they are changed in place.
        request: How it is drawn.
        ids: The text so far.
        numbers: Gives one number for each token that is not forced.
    """
    whole = logits.logsumexp(-1)
    plain = logits
    if request.repetition_penalty != 1.0 or request.constraint is not None:
        plain = logits.clone()
    if request.repetition_penalty != 1.0 and ids:
        used = torch.tensor(sorted(set(ids)), device=logits.device)
        values, penalty = logits[used], request.repetition_penalty
        logits[used] = torch.where(values > 0, values / penalty, values * penalty)
    if request.constraint is not None:
        request.constraint.allow(logits)
    if request.temperature == 0:
        token = int(logits.argmax())
    else:
        best = logits.topk(min(CANDIDATES, len(logits)))
        probabilities = (best.values / request.temperature).softmax(-1).tolist()
        token = int(best.indices[draw(probabilities, request.top_p, numbers.random())])
    return token, float(plain[token] - whole)


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
