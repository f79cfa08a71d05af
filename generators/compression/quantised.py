"""Fully connected layers that multiply in 8 bits."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class QuantisedLinear(nn.Module):
    """A linear layer whose weights are stored and multiplied in 8 bits.

    Each row of the input is quantised when it comes, by its own largest value ("dynamic"); the products are added in
    32 bits. `weight` is what the layer's weights stand for, in float32.
    """

    weight_int8: Tensor
    scale: Tensor

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        weight = layer.weight.detach()
        scale = weight.abs().amax(1).clamp_min(1e-12) / 127
        self.register_buffer("weight_int8", (weight / scale[:, None]).round().clamp(-127, 127).to(torch.int8))
        self.register_buffer("scale", scale)
        self.bias = None if layer.bias is None else nn.Parameter(layer.bias.detach(), requires_grad=False)

    @property
    def weight(self) -> Tensor:
        return self.weight_int8.float() * self.scale[:, None]

    def forward(self, x: Tensor) -> Tensor:  # (..., in) -> (..., out)
        if (
            x.is_cuda
        ):  # the GPU's product in 8 bits wants more than 16 rows, and pictures are drawn one at a time
            return linear(x, self.weight.to(x.dtype), self.bias)
        rows = x.reshape(-1, x.shape[-1])
        step = rows.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
        whole = (rows / step).round().to(torch.int8)
        y = torch._int_mm(whole, self.weight_int8.t()).float() * step * self.scale
        if self.bias is not None:
            y = y + self.bias
        return y.view(*x.shape[:-1], len(self.scale)).to(x.dtype)


def quantise_linear(network: nn.Module) -> int:
    """Replace the network's linear layers and return how many there were.

    Weights that went through `pack_int8` are kept exactly: their largest value of a row is a multiple of its scale.
    """
    found = [(module, name) for module in network.modules() for name, child in module.named_children()
             if isinstance(child, nn.Linear)]  # fmt: skip
    for module, name in found:
        module._modules[name] = QuantisedLinear(module._modules[name])  # type: ignore[arg-type]
    return len(found)
