"""What the learners of pictures have in common: how networks begin, descend, are averaged and are shown."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm
from torch.optim import Adam, Optimizer

from generators.training import processes
from generators.training.batches import Batch
from generators.training.ema import ema_decay, update_ema
from generators.training.small_maps import multiplied_out

BETAS = (0.9, 0.99)
MOST_COLUMNS, COLUMNS = 10, 8
"""Of a preview: of labels at most, and where there are no labels."""
Network = TypeVar("Network", bound=nn.Module)


@contextmanager
def begun_with(seed: int) -> Iterator[None]:
    """Let the networks that are built inside begin with weights that the seed alone decides."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def placed(network: Network, device: str) -> Network:
    """Return the network on its device, with channels last, and computed as is quickest there."""
    if torch.device(device).type == "cpu":
        multiplied_out(network)
    return network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def average_of(network: Network) -> Network:
    """Return a copy that no gradient reaches, for the average of the network's weights."""
    return copy.deepcopy(network).eval().requires_grad_(False)


def adam(network: nn.Module, learning_rate: float, betas: tuple[float, float] = BETAS) -> Adam:
    """Return what changes the network, as fast as the device can."""
    return Adam(network.parameters(), learning_rate, betas=betas, fused=True)


def descend(optimizer: Optimizer, loss: Tensor, longest: float | None = None) -> None:
    """Take a step of the optimizer down a loss, by the mean of all processes' gradients.

    Args:
        longest: Length to which the gradient of all that the optimizer changes is cut, if at all.
    """
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    processes.average_gradients(optimizer)
    if longest is not None:
        _cut([p for group in optimizer.param_groups for p in group["params"]], longest)
    optimizer.step()


def _cut(parameters: list[Tensor], longest: float) -> None:
    """Scale the gradients down together where they are longer than that; a processor leaves shorter ones untouched."""
    length = get_total_norm([p.grad for p in parameters if p.grad is not None])
    if length.device.type != "cpu" or length > longest:
        clip_grads_with_norm_(parameters, longest, length)


def move_average(
    average: nn.Module, network: nn.Module, batch: Batch, halflife_kimg: float, *, before: int = 0
) -> None:
    """Move the average towards the network after a step, all the way where it is to forget at once (half-life 0).

    Args:
        before: Pictures that were shown before this network began to learn.
    """
    size, shown = len(batch.pictures), batch.shown - before
    decay = ema_decay(batch_size=size, shown=shown, halflife_kimg=halflife_kimg) if halflife_kimg else 0.0
    update_ema(average, network, decay)


def previewed(labels: int, rows: int) -> tuple[Tensor | None, int, int]:
    """Return the numbers of the labels of a preview, how many pictures it has and how many make a row.

    Each label has a column, at most ten; where there are no labels, the numbers are None.
    """
    columns = min(labels, MOST_COLUMNS) or COLUMNS
    return torch.arange(columns).repeat(rows) if labels else None, columns * rows, columns


def drawn_in_parts(count: int, size: int, draw: Callable[[slice], Tensor]) -> Tensor:
    """Return `count` pictures as float32 on the CPU, of which `draw` gives at most `size` at a time."""
    parts = [draw(slice(first, min(first + size, count))) for first in range(0, count, size)]
    return torch.cat(parts).float().cpu()
