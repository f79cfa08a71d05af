"""What the steps of a training see: which pictures, changed how, with which chance."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generators.errors import BadData
from generators.training import processes
from generators.training.augment import augment
from generators.training.params import ImageTrainParams
from generators.training.pictures import Pictures, to_floats
from generators.training.randomness import balance_weights, balanced_indices, batch_indices, generator_for

LOOKED_AT = 1_000  # pictures at a time, in search of one that differs


class Batch(NamedTuple):
    """What one step sees: on several processes, all of it is the same in each.

    Attributes:
        pictures: In [-1, 1], shape (B, C, H, W), channels last.
        labels: Numbers of the labels, shape (B,), or None.
        shown: Pictures shown before this step.
        random: Where the step draws its noise from, on the CPU so that all devices draw the same.
    """

    pictures: Tensor
    labels: Tensor | None
    shown: int
    random: torch.Generator

    @property
    def shared_labels(self) -> Tensor | None:
        """The labels of this process's rows, or None."""
        return None if self.labels is None else processes.share(self.labels)


def weights_of(pictures: Pictures, params: ImageTrainParams) -> Tensor | None:
    """Return how often each picture is shown, or None where all are shown alike."""
    if params.balance == "as_is":
        return None
    if pictures.labels is None:
        raise BadData(
            f"balance={params.balance} needs a label on every training picture; some have none. "
            "Label them, or choose balance=as_is."
        )
    return balance_weights(pictures.labels, params.balance)


def batch_of(
    pictures: Pictures,
    weights: Tensor | None,
    params: ImageTrainParams,
    *,
    shown: int,
    size: int,
    device: str,
) -> Batch:
    """Return what the step sees that comes after so many pictures shown.

    Args:
        weights: What `weights_of` returned.
        size: Pictures in it.
    """
    step, seed = shown // size, params.seed
    if weights is None:
        chosen = batch_indices(step, count=len(pictures), batch_size=size, seed=seed)
    else:
        chosen = balanced_indices(step, weights=weights, batch_size=size, seed=seed)
    random = generator_for(seed, "step", step)
    # index_select copies whole pictures; indexing, which does the same, goes byte by byte and takes ten times as long
    images = augment(to_floats(pictures.images.index_select(0, chosen)), params, random)
    images = images.to(device).contiguous(memory_format=torch.channels_last)
    labels = None if pictures.labels is None else pictures.labels[chosen].to(device)
    return Batch(images, labels, shown, random)


def refuse_alike(pictures: Pictures) -> None:
    """Raise BadData where all pictures are the same: there is nothing to learn, and its losses have no bounds."""
    if all(bool((part == pictures.images[:1]).all()) for part in torch.split(pictures.images, LOOKED_AT)):
        raise BadData(
            f"All {len(pictures):,} training pictures are the same. Add pictures that differ from each other."
        )
