"""Batch normalisation over the rows of all processes of a training, so that it normalises by the whole batch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from generators.training import processes


def normalised_together(network: nn.Module) -> None:
    """Let the network's batch normalisation see the rows of all processes; with one process it stays what it is."""
    for module in network.modules():
        if processes.size() > 1 and type(module) is nn.BatchNorm2d:
            module.__class__ = SharedBatchNorm2d


class SharedBatchNorm2d(nn.BatchNorm2d):
    """Mean and variance are those of the whole batch, in float32; what is kept of them too.

    torch has the same as SyncBatchNorm, for GPUs alone.
    """

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W)
        if not self.training:
            return super().forward(x)
        values = x.float()
        mean: Tensor = _Mean.apply(values.mean((0, 2, 3)))  # type: ignore[no-untyped-call]
        centred = values - mean[:, None, None]
        variance: Tensor = _Mean.apply(centred.square().mean((0, 2, 3)))  # type: ignore[no-untyped-call]
        self._remember(mean.detach(), variance.detach(), processes.size() * x.numel() // x.shape[1])
        result = centred * (variance + self.eps).rsqrt()[:, None, None]
        if self.affine:
            result = result * self.weight[:, None, None] + self.bias[:, None, None]
        return result.to(x.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, count: int) -> None:
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        momentum = 0.1 if self.momentum is None else self.momentum
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean, momentum)
        self.running_var.lerp_(variance * count / max(count - 1, 1), momentum)


class _Mean(torch.autograd.Function):
    """The mean over processes. Each one's gradient is the mean of what all of them ask of it."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        return processes.averaged(values)

    @staticmethod
    def backward(ctx: Any, *asked: Tensor) -> Tensor:
        return processes.averaged(asked[0])
