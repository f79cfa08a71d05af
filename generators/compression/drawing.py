"""What compression and export have to know of a network: what goes in, and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

Inputs = tuple[Tensor, ...]


@dataclass(frozen=True)
class Graph:
    """What an ONNX file of a network computes, which is done in one go.

    Attributes:
        names: What it takes: the first of the drawing's inputs.
        compute: From the network and these inputs to what it gives.
        gives: What that is called.
        says: What that is, for those who use the file.
    """

    names: tuple[str, ...]
    compute: Callable[[nn.Module, Inputs], Tensor]
    gives: str = "picture"
    says: str = "One picture in [-1, 1], shape (1, C, H, W)."


@dataclass(frozen=True)
class Drawing:
    """A generator's network, seen as a function from random inputs to pictures.

    Attributes:
        network: The network of a checkpoint, ready to sample. It is never changed.
        build: Makes an untrained network of a config, given as keywords.
        names: What the inputs are called, such as ("latent", "label").
        inputs: Draws the inputs of `count` pictures on the network's device; labels by chance.
        outputs: From the inputs to what the network has to keep when it is changed: the pictures in [-1, 1], shape
            (count, C, H, W), and behind them such as what its encoder makes of them.
        drawn: From the inputs to pictures as a sample job draws them, where `outputs` are only a part of that.
        graph: What is written as ONNX, where that is not how the pictures come from all inputs.
        width: The name of the number in the config that says how wide the network is; "" where there is none.
    """

    network: nn.Module
    build: Callable[..., nn.Module]
    names: tuple[str, ...]
    inputs: Callable[[nn.Module, int, torch.Generator], Inputs]
    outputs: Callable[[nn.Module, Inputs], tuple[Tensor, ...]]
    drawn: Callable[[nn.Module, Inputs], Tensor] | None = None
    graph: Graph | None = None
    width: str = "width"

    def pictures(self, network: nn.Module, inputs: Inputs) -> Tensor:
        """Return pictures in [-1, 1], shape (count, C, H, W), as a sample job draws them."""
        return self.drawn(network, inputs) if self.drawn else self.outputs(network, inputs)[0]

    def as_graph(self) -> Graph:
        """Return what is written as ONNX."""
        return self.graph or Graph(self.names, lambda network, inputs: self.outputs(network, inputs)[0])

    def narrower(self, config: dict[str, Any], share: float) -> dict[str, Any]:
        """Return the config of a network of the same kind whose width is a share of this one's, at least 4."""
        return config | {self.width: max(4, round(config[self.width] * share / 4) * 4)}


class Drawn(nn.Module):
    """A network as a module that computes a graph and nothing else."""

    def __init__(self, graph: Graph, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self._compute = graph.compute

    def forward(self, *inputs: Tensor) -> Tensor:
        return self._compute(self.network, inputs)
