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


def pack_linear_layers(network: nn.Module) -> int:
    """Replace every `nn.Linear` by a packed one where this build of torch can; return how many were replaced."""
    if not hasattr(torch.ops.mkldnn, "_reorder_linear_weight"):
        return 0
    linear_layers = [(name, layer) for name, layer in network.named_modules() if type(layer) is nn.Linear]
    for name, layer in linear_layers:
        network.set_submodule(name, PackedLinear(layer))
    return len(linear_layers)
