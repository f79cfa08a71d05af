"""Weights in fewer bits, as they lie in a checkpoint, and the network that they make again.

A weight `w` in 8 bits is two tensors: `w.int8` and `w.scale`, one scale for each index of its first axis, such that
w = w.int8 * w.scale. A weight in 16 bits is a float16 tensor of its own name. Everything comes back as float32.

Source: Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference,
2018, https://arxiv.org/abs/1712.05877; one scale for each channel: Krishnamoorthi 2018, https://arxiv.org/abs/1806.08342.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from generators.compression.quantised import quantise_linear
from generators.errors import GeneratorError

INT8, SCALE = ".int8", ".scale"
SMALLEST = 64
"""A weight with fewer numbers stays as it is: its scales would cost more than they save."""
LARGEST_HALF = 65504.0


def pack_int8(network: nn.Module) -> dict[str, Tensor]:
    """Return the network's tensors with its weights in 8 bits, symmetric about 0, rounded to the nearest.

    Biases, buffers and small weights stay in float32.
    """
    weights = {name for name, weight in network.named_parameters() if _is_large(weight)}
    packed: dict[str, Tensor] = {}
    for name, tensor in network.state_dict().items():
        if name not in weights:
            packed[name] = tensor
            continue
        scale = tensor.float().flatten(1).abs().amax(1).clamp_min(1e-12) / 127
        scale = scale.view(-1, *[1] * (tensor.ndim - 1))
        packed[name + INT8] = (tensor / scale).round().clamp(-127, 127).to(torch.int8)
        packed[name + SCALE] = scale
    return packed


def pack_float16(network: nn.Module) -> dict[str, Tensor]:
    """Return the network's tensors with its parameters in 16 bits; buffers stay in float32.

    Raises:
        GeneratorError: If a weight is too large for 16 bits.
    """
    names = {name for name, _ in network.named_parameters()}
    packed = dict(network.state_dict())
    for name in names:
        largest = packed[name].abs().max().item() if packed[name].numel() else 0.0
        if largest > LARGEST_HALF:
            raise GeneratorError(
                f"The weight {name} reaches {largest:.3g}; 16 bits hold at most {LARGEST_HALF:g}. Choose int8."
            )
        packed[name] = packed[name].half()
    return packed


def unpack(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors of a checkpoint as float32, by the names that the network knows."""
    plain: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if name.endswith(INT8):
            weight = name.removesuffix(INT8)
            plain[weight] = tensor.float() * tensors[weight + SCALE]
        elif not (name.endswith(SCALE) and name.removesuffix(SCALE) + INT8 in tensors):
            plain[name] = tensor.float() if tensor.dtype == torch.float16 else tensor
    return plain


def load_compressed(network: nn.Module, tensors: Mapping[str, Tensor], methods: list[str]) -> None:
    """Give an untrained network the weights of a compressed checkpoint.

    Args:
        methods: What was done to the checkpoint, in order: its config's "compression".

    Raises:
        RuntimeError: If the weights do not fit the network.
    """
    plain = unpack(tensors)
    if "prune" in methods:
        fit_shapes(network, plain)
    network.load_state_dict(plain)
    if methods and methods[-1] == "int8_dynamic":
        quantise_linear(network)


def fit_shapes(network: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Give the network's parameters and buffers the shapes of these tensors, where those are smaller.

    Raises:
        RuntimeError: If a tensor is larger than the network's.
    """
    for path, module in network.named_modules():
        prefix = f"{path}." if path else ""
        tables: tuple[dict[str, Any], ...] = (module._parameters, module._buffers)
        for held in tables:
            for name, old in list(held.items()):
                new = tensors.get(prefix + name)
                if old is None or new is None or old.shape == new.shape:
                    continue
                if old.ndim != new.ndim or any(a < b for a, b in zip(old.shape, new.shape, strict=True)):
                    raise RuntimeError(f"{prefix + name} is {tuple(old.shape)}, not {tuple(new.shape)}.")
                empty = torch.empty_like(new, dtype=old.dtype, device=old.device)
                held[name] = nn.Parameter(empty) if isinstance(old, nn.Parameter) else empty
        _say_sizes(module)


def _say_sizes(module: nn.Module) -> None:
    """Let a layer name the sizes that its weights have now; its arithmetic does not use them."""
    if isinstance(module, nn.Linear):
        module.out_features, module.in_features = module.weight.shape
    elif isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        module.out_channels, within = module.weight.shape[:2]
        module.in_channels = within * module.groups
    elif isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)):
        module.in_channels, within = module.weight.shape[:2]
        module.out_channels = within * module.groups
    elif isinstance(module, nn.modules.batchnorm._NormBase) and module.running_mean is not None:
        module.num_features = len(module.running_mean)


def _is_large(weight: Tensor) -> bool:
    return weight.is_floating_point() and weight.ndim >= 2 and weight.numel() >= SMALLEST
