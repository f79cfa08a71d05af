"""Convolutions with many weights and a map of few pixels, as one matrix product on a processor.

There the gradient of the weights is what takes long: batches of 64 in bfloat16 on one core took 390 ms by oneDNN's
convolution and 58 ms so (512 to 1,024 channels, 4 x 4, onto a map of one pixel), 80 and 61 ms (512 to 512, 3 x 3, onto
4 x 4 pixels). With fewer weights or more pixels the convolution is quicker.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

MOST_PIXELS = 16
LEAST_WEIGHTS = 2**21


def multiplied_out(network: nn.Module) -> None:
    """Let the network's large convolutions be products wherever their map turns out to be small."""
    for module in network.modules():
        if type(module) is nn.Conv2d and _is_plain(module) and module.weight.numel() >= LEAST_WEIGHTS:
            module.__class__ = SmallMapConv2d


class SmallMapConv2d(nn.Conv2d):
    """A convolution that multiplies the patches of a small map by its weights, and is otherwise what it was."""

    def forward(self, input: Tensor) -> Tensor:  # (B, C, H, W)
        height, width = (self._pixels(input, axis) for axis in (0, 1))
        if not 0 < height * width <= MOST_PIXELS:
            return super().forward(input)
        (down, across), (high, wide), (below, beside) = self.stride, self.kernel_size, _sides(self.padding)
        channels_last = functional.pad(input, (beside, beside, below, below)).permute(0, 2, 3, 1)
        patches = channels_last.unfold(1, high, down).unfold(2, wide, across).permute(0, 1, 2, 4, 5, 3)
        weight = self.weight.permute(0, 2, 3, 1).flatten(1)  # no copy where channels are last
        result = functional.linear(patches.reshape(-1, weight.shape[1]), weight, self.bias)
        return result.view(len(input), height, width, -1).permute(0, 3, 1, 2)

    def _pixels(self, input: Tensor, axis: int) -> int:
        padded = input.shape[2 + axis] + 2 * _sides(self.padding)[axis]
        return (padded - self.kernel_size[axis]) // self.stride[axis] + 1


def _is_plain(module: nn.Conv2d) -> bool:
    return (
        module.groups == 1
        and module.dilation == (1, 1)
        and module.padding_mode == "zeros"
        and not isinstance(module.padding, str)
    )


def _sides(padding: str | tuple[int, ...]) -> tuple[int, int]:
    assert not isinstance(padding, str)
    return padding[0], padding[1]
