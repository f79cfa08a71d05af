"""What compression and export have to know of a network: what goes in, and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

Inputs = tuple[Tensor, ...]


@dataclass(frozen=True)
class Drawing:
    """A generator's network, seen as a function from random inputs to pictures.

    Attributes:
        network: The network of a checkpoint, ready to sample. It is never changed.
        build: Makes an untrained network of a config, given as keywords.
        names: What the inputs are called, such as ("latent", "label").
        inputs: Draws the inputs of `count` pictures on the network's device; labels by chance.
        outputs: From the inputs to the pictures in [-1, 1], shape (count, C, H, W), and behind them whatever else the
            network has to keep when it is changed, such as what its encoder makes of them.
        width: The name of the number in the config that says how wide the network is; "" where there is none.
    """

    network: nn.Module
    build: Callable[..., nn.Module]
    names: tuple[str, ...]
    inputs: Callable[[nn.Module, int, torch.Generator], Inputs]
    outputs: Callable[[nn.Module, Inputs], tuple[Tensor, ...]]
    width: str = "width"

    def narrower(self, config: dict[str, Any], share: float) -> dict[str, Any]:
        """Return the config of a network of the same kind whose width is a share of this one's, at least 4."""
        return config | {self.width: max(4, round(config[self.width] * share / 4) * 4)}


class Drawn(nn.Module):
    """A network as a module that maps inputs to pictures and nothing else."""

    def __init__(self, drawing: Drawing, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self._outputs = drawing.outputs

    def forward(self, *inputs: Tensor) -> Tensor:
        return self._outputs(self.network, inputs)[0]
