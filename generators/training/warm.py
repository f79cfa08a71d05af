"""Trained networks on their way back into memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

from generators.checkpoint import Checkpoint
from generators.compression.stored import load_compressed
from generators.errors import BadCheckpoint, BadParams

Network = TypeVar("Network", bound=nn.Module)

KEPT = 3
_kept: OrderedDict[tuple[str, str, str], nn.Module] = OrderedDict()


def kept_warm(checkpoint: Checkpoint, device: str, build: Callable[..., Network]) -> Network:
    """Return the network of a checkpoint, ready to sample; the last few stay in memory between jobs.

    Args:
        build: Makes the untrained network of the checkpoint's config, given as keywords.

    Raises:
        BadCheckpoint: If the weights do not fit the config, or the config does not fit this version.
    """
    key = (checkpoint.sha256, checkpoint.generator, device)
    network = _kept.pop(key, None)
    if network is None:
        network = _load(checkpoint, device, build)
    _kept[key] = network
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return network  # type: ignore[return-value]


def _load(checkpoint: Checkpoint, device: str, build: Callable[..., Network]) -> Network:
    tensors = checkpoint.tensors()
    try:
        facts = dict(checkpoint.config)
        compression: list[str] = facts.pop("compression", [])
        network = build(**facts)
        load_compressed(network, tensors, compression)
    except (TypeError, RuntimeError, ValueError) as error:
        raise BadCheckpoint(
            f"The weights of {checkpoint.folder.name} do not fit {checkpoint.generator} of this version; "
            f"they were written by {checkpoint.generator_version}. Train again."
        ) from error
    network.eval().requires_grad_(False).to(device)
    return network


def label_number(checkpoint: Checkpoint, label: str | None, random: torch.Generator) -> int | None:
    """Return the number of a label, one by chance where none is asked for, or None for an unconditional network.

    Raises:
        BadParams: If the checkpoint does not know the label; names those it knows.
    """
    if label is None:
        return int(torch.randint(len(checkpoint.labels), (), generator=random)) if checkpoint.labels else None
    if label not in checkpoint.labels:
        known = ", ".join(checkpoint.labels) or "none: it was trained without labels"
        raise BadParams(f"This checkpoint does not know the label {label!r}. It knows {known}.")
    return checkpoint.labels.index(label)
