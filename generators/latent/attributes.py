"""What can be measured of a picture without a network."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)
AWAY = 0.12  # from the border's brightness, of the range: what is further off belongs to the object


def brightness(pictures: Tensor) -> Tensor:
    """Return the mean of the luma, from 0 to 1, shape (B,)."""
    return _luma(pictures).mean((1, 2))


def contrast(pictures: Tensor) -> Tensor:
    """Return the standard deviation of the luma, shape (B,)."""
    return _luma(pictures).std((1, 2), correction=0)


def object_area(pictures: Tensor) -> Tensor:
    """Return the share of pixels whose luma is not that of the border, shape (B,)."""
    luma = _luma(pictures)
    border = torch.cat([luma[:, 0], luma[:, -1], luma[:, :, 0], luma[:, :, -1]], 1).median(1).values
    return ((luma - border[:, None, None]).abs() > AWAY).float().mean((1, 2))


def colourfulness(pictures: Tensor) -> Tensor:
    """Return how colourful pictures are, shape (B,); 0 for grey ones.

    Source: Hasler and Suesstrunk, Measuring Colourfulness in Natural Images, 2003, equation M3, on values in [0, 1].
    """
    if pictures.shape[1] == 1:
        return torch.zeros(len(pictures))
    red, green, blue = ((pictures.float() + 1) / 2).unbind(1)
    first, second = red - green, (red + green) / 2 - blue
    spread = (first.var((1, 2), correction=0) + second.var((1, 2), correction=0)).sqrt()
    away = (first.mean((1, 2)).square() + second.mean((1, 2)).square()).sqrt()
    return spread + 0.3 * away


ATTRIBUTES: dict[str, Callable[[Tensor], Tensor]] = {
    "brightness": brightness,
    "contrast": contrast,
    "object_area": object_area,
    "colourfulness": colourfulness,
}


def measured(pictures: Tensor) -> Tensor:
    """Return all attributes of pictures in [-1, 1], shape (B, number of ATTRIBUTES)."""
    return torch.stack([measure(pictures) for measure in ATTRIBUTES.values()], 1)


def _luma(pictures: Tensor) -> Tensor:
    scaled = (pictures.float() + 1) / 2
    if scaled.shape[1] == 1:
        return scaled[:, 0]
    return torch.einsum("bchw,c->bhw", scaled, torch.tensor(LUMA))
