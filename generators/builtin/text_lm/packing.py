"""Linear layers whose weights are reordered once for the processor's matrix unit."""

import torch
from torch import Tensor, nn


class PackedLinear(nn.Module):
    """A linear layer in oneDNN's own weight layout; the plain weight is given up.

    A plain `nn.Linear` in bfloat16 reorders its weight at every call; for the small batches of decoding that
    takes as long as the product itself (bench/text.py measures both).
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.packed = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach())
        self.bias = linear.bias

    def forward(self, x: Tensor) -> Tensor:
        """Return x @ weight.T + bias, shape (..., out_features)."""
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.packed, self.bias, "none", [], "")
        return product


def packed(layer: nn.Linear) -> nn.Module:
    """Return a packed layer where it lies on a CPU and this build of torch can, else the layer itself."""
    can = layer.weight.device.type == "cpu" and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
    return PackedLinear(layer) if can else layer


def pack_linear_layers(network: nn.Module) -> int:
    """Replace every `nn.Linear` by a packed one where this build of torch can; return how many were replaced."""
    replaced = 0
    for name, layer in list(network.named_modules()):
        if type(layer) is nn.Linear and (new := packed(layer)) is not layer:
            network.set_submodule(name, new)
            replaced += 1
    return replaced
