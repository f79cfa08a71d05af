"""How much work a network does, counted and not timed: so the same training does the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd


class Work:
    """Multiplications of convolutions and linear layers, forward."""

    multiplications = 0.0


@contextmanager
def counted(networks: Iterable[nn.Module]) -> Iterator[Work]:
    """Count what these networks do meanwhile. What they do by functions alone is not seen."""
    work = Work()

    def note(layer: Any, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        across = inputs[0] if isinstance(layer, _ConvTransposeNd) else output
        work.multiplications += across.numel() * layer.weight.numel() / layer.weight.shape[0]

    layers = {
        layer for network in networks for layer in network.modules() if isinstance(layer, _ConvNd | nn.Linear)
    }
    hooks = [layer.register_forward_hook(note) for layer in layers]
    try:
        yield work
    finally:
        for hook in hooks:
            hook.remove()
