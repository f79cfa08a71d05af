"""Exponential moving average of a network's weights."""

from __future__ import annotations

import torch
from torch import nn

RAMP_UP = 0.05  # share of the pictures shown so far; Karras et al. 2020 (StyleGAN2-ADA), appendix B


def ema_decay(*, batch_size: int, shown: int, halflife_kimg: float) -> float:
    """Return the weight that the average keeps at a step, after `shown` pictures.

    The average forgets half of itself in `halflife_kimg` thousand pictures, and faster at the beginning, when the
    half-life is a twentieth of the pictures shown so far.
    """
    halflife = min(halflife_kimg * 1000, max(shown, 1) * RAMP_UP)
    return float(0.5 ** (batch_size / halflife))


@torch.no_grad()
def update_ema(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move the average towards the network; buffers are copied."""
    torch._foreach_lerp_(list(average.parameters()), list(network.parameters()), 1 - decay)
    for target, source in zip(average.buffers(), network.buffers(), strict=True):
        target.copy_(source)
