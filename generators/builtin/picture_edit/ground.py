"""The ground behind a product, learned from the border of its picture."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

ROUNDS = 12
BORDER_SHARE = 0.03  # of the shorter side
LEAST_SPREAD = 1.2  # in Lab; below it lies the noise of any camera
PLAIN = 10.0  # spread from which on a ground is not plain


@dataclass(frozen=True)
class Ground:
    """What lies behind the product, everywhere.

    Attributes:
        colour: Lab colours of the ground, also where the product hides it, shape (3, H, W).
        distance: How far each pixel is from it, in units of the ground's own spread, shape (H, W).
        spread: Typical distance of border pixels from the ground, in Lab.
    """

    colour: Tensor
    distance: Tensor
    spread: float

    @property
    def is_plain(self) -> bool:
        """Whether one smooth change of colour explains the border."""
        return self.spread < PLAIN


def learn_ground(lab: Tensor) -> Ground:
    """Return the smooth ground that explains the border best: a polynomial of second degree in each channel.

    It is fitted by least squares reweighted with Cauchy weights, so a product that touches the border counts little.

    Args:
        lab: The picture in Lab, shape (3, H, W).
    """
    _, height, width = lab.shape
    terms = _terms(height, width)
    border = torch.zeros(height, width, dtype=torch.bool)
    thick = max(2, round(BORDER_SHARE * min(height, width)))
    border[:thick] = border[-thick:] = True
    border[:, :thick] = border[:, -thick:] = True
    seen, known = lab[:, border].T.double(), terms[:, border].T.double()
    weights = torch.ones(len(seen), dtype=torch.float64)
    spread = 0.0
    for _ in range(ROUNDS):
        weighed = known * weights[:, None]
        ridge = 1e-6 * len(seen) * torch.eye(known.shape[1], dtype=torch.float64)
        fitted = torch.linalg.solve(known.T @ weighed + ridge, weighed.T @ seen)
        away = (seen - known @ fitted).norm(dim=1)
        spread = max(float(away.median()) * 1.2, LEAST_SPREAD)
        weights = 1 / (1 + (away / (2 * spread)).square())
    colour = (terms.flatten(1).T @ fitted.float()).T.reshape(3, height, width)
    return Ground(colour, (lab - colour).norm(dim=0) / spread, spread)


def _terms(height: int, width: int) -> Tensor:
    """Return 1, x, y, x^2, xy, y^2 of each pixel with x and y in [-1, 1], shape (6, H, W)."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    return torch.stack([torch.ones_like(x), x, y, x * x, x * y, y * y])
