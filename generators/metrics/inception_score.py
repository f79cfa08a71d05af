"""Inception Score: whether a classifier is sure of each picture and sees many classes in all of them.

It knows nothing of real pictures, so it is read beside what held-out real pictures score with the same classifier.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generators.metrics.bootstrap import Figure, figure, resample


def inception_score(logits: Tensor, random: torch.Generator) -> Figure:
    """Return exp of the mean divergence between each picture's classes and those of all, from 1 to the classes' number.

    It is taken over all pictures at once, not over ten parts as in the paper; parts lower it.

    Args:
        logits: A classifier's scores, shape (N, K).

    Source: Salimans et al., Improved Techniques for Training GANs, 2016, section 4. https://arxiv.org/abs/1606.03498
    """
    logs = logits.double().log_softmax(1)
    shares = logs.exp()
    entropies = -(shares * logs).sum(1)  # nats
    weights = resample(len(logits), random).double() / len(logits)
    all_pictures = torch.full((1, len(logits)), 1 / len(logits), dtype=torch.float64)
    value, resampled = (_score(w, shares, entropies) for w in (all_pictures, weights))
    return figure(float(value), resampled)


def _score(weights: Tensor, shares: Tensor, entropies: Tensor) -> Tensor:
    together = weights @ shares  # (R, K)
    score: Tensor = (torch.special.entr(together).sum(1) - weights @ entropies).exp()
    return score
