"""How large the steps of a training are on its way."""

from __future__ import annotations

import math

from torch import nn
from torch.optim import AdamW
from torch.optim.optimizer import Optimizer

FINAL_RATE = 0.1
"""Share of the learning rate that is left at the end of the cosine."""
BETAS = (0.9, 0.95)  # Brown et al. 2020 (GPT-3), appendix B


def rate(progress: float, *, warmup: float) -> float:
    """Return the share of the learning rate at a share of the duration: a rise, then half a cosine down.

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts.
    https://arxiv.org/abs/1608.03983
    """
    if progress < warmup:
        return max(progress / warmup, 0.02)  # the first step is to do something, too
    done = (progress - warmup) / (1 - warmup)
    return FINAL_RATE + (1 - FINAL_RATE) * (1 + math.cos(math.pi * min(done, 1))) / 2


def set_rate(optimizer: Optimizer, learning_rate: float) -> None:
    """Let an optimizer take steps of this size from now on."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate


def adamw(network: nn.Module, *, learning_rate: float, weight_decay: float) -> AdamW:
    """Return AdamW for a network that reads tokens; vectors, such as the scales of norms, are not pulled to nothing."""
    weights = list(network.parameters())
    return AdamW(
        [
            {"params": [one for one in weights if one.dim() > 1], "weight_decay": weight_decay},
            {"params": [one for one in weights if one.dim() < 2], "weight_decay": 0.0},
        ],
        learning_rate,
        betas=BETAS,
        fused=True,
    )
