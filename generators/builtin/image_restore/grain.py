"""How noisy a picture is, where nobody says so."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d

BLOCK = 8  # pixels
SMOOTHEST = 0.2  # of the blocks: where there is the least to see, what differs from pixel to pixel is noise
OF_NOISE_ALONE = 0.9  # what that share gives for noise without a picture
CLIPPED = 0.9  # brightness from -1 to 1 beyond which noise is cut off
FEWEST = 16  # blocks


def noise_of(picture: Tensor) -> float:
    """Return the standard deviation of a picture's grain as a share of the range from black to white.

    Args:
        picture: In [-1, 1], shape (1, C, H, W).

    Source: Immerkaer, Fast Noise Variance Estimation, 1996 (the filter, which no slope passes),
    https://doi.org/10.1006/cviu.1996.0060; here in the smoothest blocks only.
    """
    channels, height, width = picture.shape[1:]
    if min(height, width) < BLOCK + 2:
        return 0.0
    line = torch.tensor([1.0, -2.0, 1.0])
    kernel = (line[:, None] * line / 6).expand(channels, 1, 3, 3)  # noise alone keeps its variance
    passed = conv2d(picture, kernel, groups=channels).square()
    variance = avg_pool2d(passed, BLOCK).mean(1).flatten()
    bright = avg_pool2d(picture[:, :, 1:-1, 1:-1], BLOCK).abs().amax(1).flatten()
    counted = variance[bright < CLIPPED]
    counted = counted if len(counted) >= FEWEST else variance
    return float(counted.quantile(SMOOTHEST).sqrt()) / OF_NOISE_ALONE / 2
