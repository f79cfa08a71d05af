"""Low-rank adapters: small matrices beside the linear layers of a network that itself stays as it is.

Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models. https://arxiv.org/abs/2106.09685
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, linear

from generators.builtin.text_lm.packing import packed
from generators.errors import BadCheckpoint, GeneratorError

Targets = Literal["attention", "all"]


class Adapter(nn.Module):
    """The product of two thin matrices, which starts as zero: `up` (out, rank) times `down` (rank, in)."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.empty(rank, layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))  # on the CPU, so that all devices begin alike

    def forward(self, x: Tensor, scale: float) -> Tensor:
        """Return scale * x @ down.T @ up.T in x's own precision, shape (..., out)."""
        return linear(linear(x, self.down.to(x.dtype)), (scale * self.up).to(x.dtype))


class AdaptedLinear(nn.Module):
    """A linear layer with an adapter beside it."""

    def __init__(self, layer: nn.Linear, adapter: Adapter, *, scale: float, lora_dropout: float) -> None:
        super().__init__()
        self.layer = layer
        self.adapter = adapter
        self._scale = scale
        self._dropout = lora_dropout
        self._merged: nn.Module | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return what the layer gives plus the adapter's scaled share, shape (..., out)."""
        if self._merged is not None:
            whole: Tensor = self._merged(x)
            return whole
        plain: Tensor = self.layer(x)
        given = dropout(x, self._dropout) if self.training and self._dropout else x
        learnt: Tensor = self.adapter(given, self._scale)
        return plain + learnt

    def merge(self) -> None:
        """Compute with one layer in place of both, until `part`: several times as quick for a few tokens."""
        weight = _sum(self.layer.weight, self.adapter.down, self.adapter.up, self._scale)
        layer = nn.Linear(weight.shape[1], weight.shape[0], device="meta")
        layer.weight = nn.Parameter(weight, requires_grad=False)
        layer.bias = self.layer.bias
        self._merged = packed(layer)

    def part(self) -> None:
        """Compute with layer and adapter again, which can learn."""
        self._merged = None


@contextmanager
def merged(network: nn.Module) -> Iterator[None]:
    """Merge all adapters of a network for as long as texts are written."""
    adapted = [module for module in network.modules() if isinstance(module, AdaptedLinear)]
    try:
        for layer in adapted:
            layer.merge()
        yield
    finally:
        for layer in adapted:
            layer.part()


def add_adapters(
    network: nn.Module, *, rank: int, scale: float, lora_dropout: float, targets: Targets
) -> nn.ModuleDict:
    """Put an adapter beside each linear layer and return the adapters by the layers' names, "/" for ".".

    Raises:
        GeneratorError: If the network has no such layer.
    """
    adapters = nn.ModuleDict()
    for name, layer in list(_linear_layers(network, targets)):
        adapter = Adapter(layer, rank).to(layer.weight.device)
        network.set_submodule(
            name, AdaptedLinear(layer, adapter, scale=scale, lora_dropout=lora_dropout), strict=True
        )
        adapters[name.replace(".", "/")] = adapter
    if not adapters:
        raise GeneratorError(
            f"This language model ({type(network).__name__}) has no linear layers that adapters could change. "
            "Set BRANDKILN_TEXT_LM to a network such as Llama, Qwen, Mistral or SmolLM."
        )
    return adapters


def merge_adapters(network: nn.Module, tensors: Mapping[str, Tensor], *, scale: float) -> None:
    """Add the adapters of a checkpoint to the weights beside which they were trained.

    Raises:
        BadCheckpoint: If the network has no layer of an adapter's name and shape.
    """
    layers = dict(network.named_modules())
    for key in (key for key in tensors if key.endswith(".down")):
        name = key.removesuffix(".down").replace("/", ".")
        layer, down, up = layers.get(name), tensors[key], tensors.get(key.removesuffix("down") + "up")
        if not isinstance(layer, nn.Linear) or up is None or layer.weight.shape != (len(up), down.shape[1]):
            raise BadCheckpoint(
                f"The checkpoint changes a layer {name} that this language model does not have in that shape. "
                "Train again on this language model."
            )
        layer.weight.data = _sum(layer.weight, down, up, scale)


@torch.no_grad()
def _sum(weight: Tensor, down: Tensor, up: Tensor, scale: float) -> Tensor:
    """Return weight + scale * up @ down, computed in float32, as the weight is stored."""
    share = scale * (up.to(weight.device).float() @ down.to(weight.device).float())
    return (weight.float() + share).to(weight.dtype)


def _linear_layers(network: nn.Module, targets: Targets) -> Iterator[tuple[str, nn.Linear]]:
    """Return the linear layers between embedding and logits, or those of the attention only."""
    logits = getattr(network, "get_output_embeddings", lambda: None)()
    for name, layer in network.named_modules():
        above = name.rpartition(".")[0]
        if isinstance(layer, nn.Linear) and layer is not logits and (targets == "all" or "att" in above):
            yield name, layer
