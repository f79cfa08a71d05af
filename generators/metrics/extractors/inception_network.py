"""Inception-v3 as the Frechet Inception Distance uses it: the network of 2015 with 1,008 classes.

Its weights are named as in the published conversions, pytorch-fid's and torch-fidelity's pt_inception-2015-12-05.
It differs from the later Inception-v3 in three places: average pools leave padding out, the last block pools
by maximum, and pictures are enlarged as TensorFlow 1 did.

Source: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, Rethinking the Inception Architecture for Computer Vision, 2015,
https://arxiv.org/abs/1512.00567; use for distances: Heusel et al., 2017, https://arxiv.org/abs/1706.08500.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d, relu

SIDE, FEATURES, CLASSES = 299, 2048, 1008

Kernel = int | tuple[int, int]


class Convolution(nn.Module):
    """Convolution, normalisation, rectifier; padded to keep the size unless it strides or says otherwise."""

    def __init__(
        self, inputs: int, outputs: int, kernel: Kernel, *, stride: int = 1, pad: bool = True
    ) -> None:
        super().__init__()
        height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
        padding = (height // 2, width // 2) if pad and stride == 1 else (0, 0)
        self.conv = nn.Conv2d(inputs, outputs, (height, width), stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        return relu(self.bn(self.conv(x)))


class Mixed35(nn.Module):
    """The block at 35 x 35."""

    def __init__(self, inputs: int, pooled: int) -> None:
        super().__init__()
        self.branch1x1 = Convolution(inputs, 64, 1)
        self.branch5x5_1 = Convolution(inputs, 48, 1)
        self.branch5x5_2 = Convolution(48, 64, 5)
        self.branch3x3dbl_1 = Convolution(inputs, 64, 1)
        self.branch3x3dbl_2 = Convolution(64, 96, 3)
        self.branch3x3dbl_3 = Convolution(96, 96, 3)
        self.branch_pool = Convolution(inputs, pooled, 1)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, 35, 35) -> (B, 224 + pooled, 35, 35)
        fives = self.branch5x5_2(self.branch5x5_1(x))
        threes = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch1x1(x), fives, threes, self.branch_pool(_mean_pool(x))], 1)


class Reduce35(nn.Module):
    """From 35 x 35 to 17 x 17."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.branch3x3 = Convolution(inputs, 384, 3, stride=2)
        self.branch3x3dbl_1 = Convolution(inputs, 64, 1)
        self.branch3x3dbl_2 = Convolution(64, 96, 3)
        self.branch3x3dbl_3 = Convolution(96, 96, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, 35, 35) -> (B, C + 480, 17, 17)
        threes = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), threes, max_pool2d(x, 3, 2)], 1)


class Mixed17(nn.Module):
    """The block at 17 x 17, whose 7 x 7 convolutions are split in two."""

    def __init__(self, width: int) -> None:
        super().__init__()
        across, down = (1, 7), (7, 1)
        self.branch1x1 = Convolution(768, 192, 1)
        self.branch7x7_1 = Convolution(768, width, 1)
        self.branch7x7_2 = Convolution(width, width, across)
        self.branch7x7_3 = Convolution(width, 192, down)
        self.branch7x7dbl_1 = Convolution(768, width, 1)
        self.branch7x7dbl_2 = Convolution(width, width, down)
        self.branch7x7dbl_3 = Convolution(width, width, across)
        self.branch7x7dbl_4 = Convolution(width, width, down)
        self.branch7x7dbl_5 = Convolution(width, 192, across)
        self.branch_pool = Convolution(768, 192, 1)

    def forward(self, x: Tensor) -> Tensor:  # (B, 768, 17, 17) -> the same
        once = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        twice = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        twice = self.branch7x7dbl_5(self.branch7x7dbl_4(twice))
        return torch.cat([self.branch1x1(x), once, twice, self.branch_pool(_mean_pool(x))], 1)


class Reduce17(nn.Module):
    """From 17 x 17 to 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.branch3x3_1 = Convolution(768, 192, 1)
        self.branch3x3_2 = Convolution(192, 320, 3, stride=2)
        self.branch7x7x3_1 = Convolution(768, 192, 1)
        self.branch7x7x3_2 = Convolution(192, 192, (1, 7))
        self.branch7x7x3_3 = Convolution(192, 192, (7, 1))
        self.branch7x7x3_4 = Convolution(192, 192, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:  # (B, 768, 17, 17) -> (B, 1280, 8, 8)
        sevens = self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x)))
        return torch.cat(
            [self.branch3x3_2(self.branch3x3_1(x)), self.branch7x7x3_4(sevens), max_pool2d(x, 3, 2)], 1
        )


class Mixed8(nn.Module):
    """The block at 8 x 8, whose branches fan out."""

    def __init__(self, inputs: int, *, pools_maximum: bool = False) -> None:
        super().__init__()
        self.pools_maximum = pools_maximum
        self.branch1x1 = Convolution(inputs, 320, 1)
        self.branch3x3_1 = Convolution(inputs, 384, 1)
        self.branch3x3_2a = Convolution(384, 384, (1, 3))
        self.branch3x3_2b = Convolution(384, 384, (3, 1))
        self.branch3x3dbl_1 = Convolution(inputs, 448, 1)
        self.branch3x3dbl_2 = Convolution(448, 384, 3)
        self.branch3x3dbl_3a = Convolution(384, 384, (1, 3))
        self.branch3x3dbl_3b = Convolution(384, 384, (3, 1))
        self.branch_pool = Convolution(inputs, 192, 1)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, 8, 8) -> (B, 2048, 8, 8)
        once = self.branch3x3_1(x)
        twice = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        pooled = max_pool2d(x, 3, 1, 1) if self.pools_maximum else _mean_pool(x)
        ones = [self.branch1x1(x), self.branch3x3_2a(once), self.branch3x3_2b(once)]
        twos = [self.branch3x3dbl_3a(twice), self.branch3x3dbl_3b(twice)]
        return torch.cat([*ones, *twos, self.branch_pool(pooled)], 1)


class InceptionV3(nn.Module):
    """From pictures to 2,048 features and the scores of 1,008 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Convolution(3, 32, 3, stride=2)
        self.Conv2d_2a_3x3 = Convolution(32, 32, 3, pad=False)
        self.Conv2d_2b_3x3 = Convolution(32, 64, 3)
        self.Conv2d_3b_1x1 = Convolution(64, 80, 1)
        self.Conv2d_4a_3x3 = Convolution(80, 192, 3, pad=False)
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d = Mixed35(192, 32), Mixed35(256, 64), Mixed35(288, 64)
        self.Mixed_6a = Reduce35(288)
        self.Mixed_6b, self.Mixed_6c, self.Mixed_6d = Mixed17(128), Mixed17(160), Mixed17(160)
        self.Mixed_6e = Mixed17(192)
        self.Mixed_7a = Reduce17()
        self.Mixed_7b, self.Mixed_7c = Mixed8(1280), Mixed8(2048, pools_maximum=True)
        self.fc = nn.Linear(FEATURES, CLASSES)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return features (B, 2048) and scores without their bias, as Inception Scores use them, (B, 1008).

        Args:
            pictures: Values from 0 to 255, shape (B, 3, H, W).
        """
        x = (enlarge(pictures, SIDE) - 128) / 128
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(max_pool2d(x, 3, 2))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))
        features = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x))).mean((2, 3))
        return features, features @ self.fc.weight.T


def enlarge(pictures: Tensor, side: int) -> Tensor:
    """Return pictures resized as TensorFlow 1 did it: output pixel i lies at i * input size / output size."""
    return (
        _steps(pictures.shape[2], side).to(pictures)
        @ pictures
        @ _steps(pictures.shape[3], side).T.to(pictures)
    )


def _steps(old: int, new: int) -> Tensor:
    """Return the matrix that interpolates a line of `old` pixels linearly at `new` places, shape (new, old)."""
    places = torch.arange(new, dtype=torch.float64) * (old / new)
    left = places.floor().long()
    share = (places - left)[:, None]
    matrix = torch.zeros(new, old, dtype=torch.float64)
    matrix.scatter_add_(1, left[:, None], 1 - share)
    return matrix.scatter_add_(1, (left + 1).clamp(max=old - 1)[:, None], share)


def _mean_pool(x: Tensor) -> Tensor:
    return avg_pool2d(x, 3, 1, 1, count_include_pad=False)
