"""How much of what a restorer corrects is better than the usual filter, found on pictures that it did not learn from.

A short training corrects noise well long before it knows how to enlarge or to fill. The share of its correction that
comes closest to the whole pictures is known in closed form, task by task; where it is 0, the picture stays what the
usual filter made of it: an enlargement by bicubic interpolation, or a hole under a membrane.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.spoil import TASKS, spoil
from generators.training.randomness import generator_for

CHUNK = 50
LEAST = 0.1  # squared error of a part, in brightness from -1 to 1


@torch.inference_mode()
def shares(network: Restorer, whole: Tensor, *, device: str) -> tuple[float, ...]:
    """Return the share of its whole correction that a network should make of each task, from 0 to 1.

    Args:
        network: One that makes all of it.
        whole: Pictures that it did not learn from, in [-1, 1], shape (N, C, H, W).
    """
    found = []
    for task in TASKS:
        random = generator_for(0, f"trust {task}")
        agreed = corrected = 0.0
        for part in torch.split(whole, CHUNK):
            spoilt = spoil(part, task, random)
            counted = 1 - spoilt.conditions[:, 2:] if task == "inpaint" else 1.0
            change = (network(*(x.to(device) for x in spoilt)).float().cpu() - spoilt.picture) * counted
            wanted = (part - spoilt.picture) * counted
            # decibels are logarithms: what is hardly spoilt counts as much as what is spoilt badly
            each = wanted.square().sum((1, 2, 3)).clamp(min=LEAST)
            agreed += float(((change * wanted).sum((1, 2, 3)) / each).sum())
            corrected += float((change.square().sum((1, 2, 3)) / each).sum())
        found.append(round(min(1.0, max(0.0, agreed / corrected)), 3) if corrected else 1.0)
    return tuple(found)
