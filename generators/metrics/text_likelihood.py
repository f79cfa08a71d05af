"""How well texts are predicted: perplexity of a token, bits of a byte and of a character."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from generators.metrics.bootstrap import Figure, figure, resample


def perplexity(nats: Tensor, tokens: Tensor, random: torch.Generator) -> Figure:
    """Return exp of the surprise of a token; with tokenizers that differ it cannot be compared.

    Args:
        nats: Negative log-likelihood of each text, shape (N,).
        tokens: How many tokens each has, shape (N,).
        random: Where the chance of resampling texts comes from.

    Source: Jelinek et al., Perplexity - a measure of the difficulty of speech recognition tasks, 1977.
    """
    found = ratio(nats, tokens, random)
    value, low, high = (math.exp(min(one, 700.0)) for one in (found.value, found.low, found.high))
    return Figure(value, value * found.standard_error, low, high)  # the error by the slope of exp


def bits_per(nats: Tensor, units: Tensor, random: torch.Generator) -> Figure:
    """Return the bits that a byte, or a character, costs: comparable between tokenizers.

    Args:
        nats: Negative log-likelihood of each text, shape (N,).
        units: How many bytes, or characters, each has, shape (N,).
        random: Where the chance of resampling texts comes from.

    Source: Gao et al., The Pile, 2020, section 3.1. https://arxiv.org/abs/2101.00027
    """
    return Figure(*(one / math.log(2) for one in ratio(nats, units, random)))


def ratio(above: Tensor, below: Tensor, random: torch.Generator) -> Figure:
    """Return the sum of one number over texts divided by that of another, with its uncertainty over texts."""
    above, below = above.double(), below.double()
    weights = resample(len(above), random).double()
    return figure(float(above.sum() / below.sum()), (weights @ above) / (weights @ below))
