"""Descending along the difference of a picture's features from those of a style and of what it shows.

The style is what is left of features when it is forgotten where they are: their means and covariances in several
blocks. What a picture shows is the features of a coarse block as they lie. VGG, on which this was published, is not
packaged; the blocks of EfficientNet-lite0 end without a nonlinearity, whose outputs turned out to do as well.

Sources: Gatys, Ecker and Bethge, A Neural Algorithm of Artistic Style, 2015 (https://arxiv.org/abs/1508.06576); means
beside second moments as in Li et al., Demystifying Neural Style Transfer, 2017 (https://arxiv.org/abs/1701.01036);
from small to large as in Gatys et al., Controlling Perceptual Factors, 2017 (https://arxiv.org/abs/1611.07865).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from generators.builtin.image_style.colours import with_colours_of, with_light_of
from generators.builtin.image_style.pyramid import put_together, taken_apart
from generators.metrics.features import block_outputs

BLOCKS = (0, 1, 2, 4, 7)
CONTENT_WEIGHT = 0.45
STYLE_WEIGHT = 1.6
SMOOTHNESS = 0.12
OUTSIDE = 2.0  # weight of values beyond black and white
LEARNING_RATE = 0.05

Moments = tuple[Tensor, Tensor]
"""Means (C,) and covariances (C, C) of features."""


def moments(features: Tensor) -> Moments:
    """Return mean and covariance of features (1, C, H, W) over their places."""
    flat = features[0].flatten(1)
    mean = flat.mean(1)
    centred = flat - mean[:, None]
    return mean, centred @ centred.T / flat.shape[1]


def style_distance(features: list[Tensor], wanted: list[Moments]) -> Tensor:
    """Return how far the moments are from those of the style, the mean over layers; 0 where they agree."""
    apart = features[0].new_zeros(())
    for seen, (mean, covariance) in zip(features, wanted, strict=True):
        mine, spread = moments(seen)
        apart = apart + (mine - mean).square().sum() / covariance.diagonal().sum().clamp(min=1e-6)
        apart = apart + (spread - covariance).square().sum() / covariance.square().sum().clamp(min=1e-6)
    return apart / len(wanted)


def paint(
    picture: Tensor,
    style: Tensor,
    *,
    sides: list[int],
    strength: float,
    keeps_colours: bool,
    steps: int,
    device: str,
    on_step: Callable[[Tensor | None], None],
) -> Tensor:
    """Return a picture painted in a style, in [-1, 1], shape (1, 3, H, W).

    Args:
        picture: In [-1, 1], shape (1, 3, H, W), sides being multiples of 16 at each of the sides.
        style: In [-1, 1], shape (1, 3, any, any), at the size of its marks beside the largest picture.
        sides: Longer sides to paint at, rising; the last one is the picture's own.
        strength: From 0, the picture as it is, to 1, the style wherever it fits.
        on_step: Called after each step, with what there is whenever a size is done.
    """
    picture, style = picture.to(device), style.to(device)
    style = with_colours_of(style, picture) if keeps_colours else style
    coloured = with_colours_of(picture, style)
    coloured = picture + min(1.0, 1.6 * strength) * (coloured - picture)
    painted: Tensor | None = None
    for side in sides:
        share = side / sides[-1]
        shown, marks = _scaled(coloured, share), _scaled(style, share, multiple=8)
        start = shown if painted is None else _fitted(painted, shown)
        painted = _descend(
            start, shown, marks, strength=strength, steps=steps, device=device, on_step=on_step
        )
        on_step(painted)
    assert painted is not None
    return with_light_of(picture, painted) if keeps_colours else painted


def _descend(
    start: Tensor,
    shown: Tensor,
    style: Tensor,
    *,
    strength: float,
    steps: int,
    device: str,
    on_step: Callable[[Tensor | None], None],
) -> Tensor:
    with torch.no_grad():
        wanted = [moments(one) for one in block_outputs(style, BLOCKS, device=device)]
        content = block_outputs(shown, BLOCKS, device=device)[-1]
    scale = content.square().mean().clamp(min=1e-6)
    parts = [part.clone().requires_grad_() for part in taken_apart(start)]
    optimizer = torch.optim.Adam(parts, LEARNING_RATE, betas=(0.9, 0.99))
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = LEARNING_RATE * min(1.0, 2 * (1 - step / steps))
        now = put_together(parts)
        features = block_outputs(now, BLOCKS, device=device)
        loss = STYLE_WEIGHT * strength**2 * style_distance(features, wanted)
        loss = loss + (1 - strength) * CONTENT_WEIGHT * (features[-1] - content).square().mean() / scale
        loss = loss + strength * SMOOTHNESS * _roughness(now)
        loss = loss + OUTSIDE * (now.abs() - 1).clamp(min=0).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        on_step(None)
    return put_together(parts).detach().clamp(-1, 1)


def _roughness(picture: Tensor) -> Tensor:
    """Return the mean absolute difference of neighbours."""
    down, right = picture.diff(dim=2).abs().mean(), picture.diff(dim=3).abs().mean()
    return down + right


def _scaled(picture: Tensor, share: float, multiple: int = 16) -> Tensor:
    size = [max(2 * multiple, round(side * share / multiple) * multiple) for side in picture.shape[2:]]
    return interpolate(picture, size=size, mode="bilinear", align_corners=False, antialias=True)


def _fitted(picture: Tensor, like: Tensor) -> Tensor:
    return interpolate(picture, size=like.shape[2:], mode="bilinear", align_corners=False)
