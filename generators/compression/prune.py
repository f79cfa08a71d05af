"""Structured pruning: the channels with the smallest weights go."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from generators.compression.channels import Exercise, Group, find_groups, without
from generators.errors import GeneratorError

MULTIPLE = 4
"""Channels that are kept come in multiples of it, which suits the processor's vectors."""


def prune(network: nn.Module, exercise: Exercise, *, share: float) -> nn.Module:
    """Return a copy of the network with about this share of the channels of each group, those with the largest norms.

    The norm of a channel is the L2 norm of all weights that belong to it, scales of normalisations included.

    Source: Li et al., Pruning Filters for Efficient ConvNets, 2017, https://arxiv.org/abs/1608.08710; norms over groups
    of layers: Fang et al. 2023, https://arxiv.org/abs/2301.12900.

    Raises:
        GeneratorError: If no channel can be removed from this kind of network.
    """
    kept = []
    for group in find_groups(network, exercise):
        count = max(MULTIPLE, round(group.size * share / MULTIPLE) * MULTIPLE)
        if count < group.size:
            strongest = channel_norms(network, group).topk(count).indices
            kept.append((group, strongest.sort().values))
    if not kept:
        raise GeneratorError(
            "No channels can be removed from this network: its layers share them in a way that does not come apart. "
            "Choose int8 or distil."
        )
    return without(network, kept)


def channel_norms(network: nn.Module, group: Group) -> Tensor:
    """Return the L2 norm of each channel of a group over all parameters that it runs through, shape (size,)."""
    squares = torch.zeros(group.size, device=next(network.parameters()).device)
    parameters = dict(network.named_parameters())
    for part in group.parts:
        if part.name in parameters:
            weight = parameters[part.name].detach().movedim(part.axis, 0)
            squares += weight.reshape(group.size, -1).square().sum(1)
    return squares.sqrt()
