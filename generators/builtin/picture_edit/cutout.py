"""Products cut out of pictures with a plain ground.

The ground is learned from the border (ground.py). What looks like it, in light or in soft shadow, and hangs together
with the border is ground, the rest product. Along the edge, each pixel is a mixture of the product's colour nearby and
the known ground, so how much of each follows from its colour; a guided filter takes the noise out of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate, max_pool2d

from generators.builtin.picture_edit.ground import learn_ground
from generators.builtin.picture_edit.lab import to_lab
from generators.builtin.picture_edit.regions import edge, grown, reached, shrunk
from generators.builtin.picture_edit.shadow import soft_shadow
from generators.training.decode import pixels_of

LOOKED_AT = 512  # longest side in pixels at which regions are found
NEAREST, FARTHEST = 2.5, 9.0  # distances in spreads at tolerance 0 and 1
SPECK = 3  # pixels: what is thinner on all sides is no product,
CLEAR = 2.0  # but where its colour is this many tolerances away: frames of spectacles, wires, chains
MIDDLE = 0.75  # of the largest distance near by, from which on a pixel of a thin part is all product
BAND = 3  # pixels along the edge that may be mixtures
SMOOTHNESS = 1e-3


@dataclass(frozen=True)
class Cutout:
    """A product without its ground.

    Attributes:
        picture: RGBA, as large as the original; colours of edge pixels are the product's alone.
        covered: Share of the picture that the product covers.
        spread: How much the ground's colours differ, in Lab.
        is_plain: Whether the ground was plain enough to trust the result.
    """

    picture: Image.Image
    covered: float
    spread: float
    is_plain: bool


def cut_out(picture: Image.Image, *, tolerance: float, holes: bool) -> Cutout:
    """Return the product of an RGB picture; one that has transparency already keeps it.

    Args:
        tolerance: From 0 to 1: how far a colour may be from the ground's to count as ground.
        holes: Whether ground seen through the product goes too.
    """
    if picture.mode in ("RGBA", "LA", "P") and _is_transparent(picture):
        given = picture.convert("RGBA")
        return Cutout(given, float(_floats(given.getchannel("A")).mean()), 0.0, True)
    rgb = _floats(picture.convert("RGB"))
    scale = LOOKED_AT / max(rgb.shape[1:])
    small = rgb if scale >= 1 else _resized(rgb, _scaled(rgb, scale))
    lab = to_lab(small)
    ground = learn_ground(lab)
    threshold = NEAREST + tolerance * (FARTHEST - NEAREST)
    product = _product(ground.distance, soft_shadow(lab, ground.colour), threshold, holes)
    alpha, behind = _mixture(small, product, ground.distance)
    if small is not rgb:
        alpha = _enlarged(alpha, small, rgb)
        behind = _resized(behind, rgb.shape[1:])
    share = alpha[None].clamp(min=0.05)
    own = ((rgb - (1 - alpha)[None] * behind) / share).clamp(0, 1)
    colours = torch.where(alpha[None] > 0.98, rgb, own)
    pixels = torch.cat([colours, alpha[None]]).mul(255).round().byte().permute(1, 2, 0).contiguous()
    cut = Image.frombytes("RGBA", picture.size, pixels.numpy().tobytes())
    return Cutout(cut, float(alpha.mean()), ground.spread, ground.is_plain)


def _product(distance: Tensor, shadow: Tensor, threshold: float, holes: bool) -> Tensor:
    """Return where the product is, bool, shape (H, W)."""
    alike = (distance < threshold) | shadow
    outside = reached(edge(alike), alike)
    if holes:
        inner = shrunk(~outside & (distance < 0.6 * threshold), SPECK)
        outside = outside | reached(inner, alike & ~outside)
    product = ~outside
    thick = shrunk(product, SPECK)
    clear = shrunk(product & (distance > CLEAR * threshold), 1)
    return reached(thick | clear, product)


def _mixture(rgb: Tensor, product: Tensor, distance: Tensor) -> tuple[Tensor, Tensor]:
    """Return how much of each pixel is product, and the ground's colours everywhere."""
    sure, outside = shrunk(product, BAND), ~grown(product, BAND)
    thin = product & ~grown(
        sure, 2 * BAND
    )  # too thin to have an inside: its middle is what is farthest from the ground
    most = max_pool2d((distance * thin)[None, None], 2 * BAND + 1, stride=1, padding=BAND)[0, 0]
    sure = sure | (thin & (distance > MIDDLE * most))
    own, behind = _spread_out(rgb, sure), _spread_out(rgb, outside)
    way = own - behind
    part = ((rgb - behind) * way).sum(0) / way.square().sum(0).clamp(min=1e-3)
    alpha = torch.where(sure, 1.0, torch.where(outside, 0.0, part.clamp(0, 1)))
    smooth = _filtered(alpha, rgb, radius=BAND)
    return torch.where(sure, 1.0, torch.where(outside, 0.0, smooth.clamp(0, 1))), behind


def _spread_out(rgb: Tensor, where: Tensor) -> Tensor:
    """Return the colours of a region everywhere: outside, the mean of what is nearest, looked at ever more coarsely."""
    weight, total = where.float()[None], rgb * where.float()
    result, missing = rgb.clone(), ~where
    for size in (7, 15, 31, 63, 127, 255):
        if not bool(missing.any()):
            break
        near = _box(weight, size // 2)
        colour = _box(total, size // 2) / near.clamp(min=1e-6)
        takes = missing & (near[0] > 1e-4)
        result = torch.where(takes, colour, result)
        missing = missing & ~takes
    if bool(where.any()):
        result = torch.where(missing, rgb[:, where].mean(1)[:, None, None], result)
    return result


def _filtered(alpha: Tensor, guide: Tensor, radius: int) -> Tensor:
    """Return `alpha` with the edges of the guide's brightness.

    Source: He, Sun and Tang, Guided Image Filtering, 2013, equations 5, 6 and 8. https://doi.org/10.1109/TPAMI.2012.213
    """
    slope, offset = _guided(alpha, guide, radius)
    return slope * guide.mean(0) + offset


def _enlarged(alpha: Tensor, small: Tensor, large: Tensor) -> Tensor:
    """Return alpha at the size of the large picture, its edge following that picture's.

    Source: He and Sun, Fast Guided Filter, 2015. https://arxiv.org/abs/1505.00996
    """
    size = large.shape[1:]
    slope, offset = (_resized(part[None], size)[0] for part in _guided(alpha, small, BAND))
    followed = (slope * large.mean(0) + offset).clamp(0, 1)
    plain = _resized(alpha[None], size)[0].clamp(0, 1)
    return torch.where((plain > 0.999) | (plain < 0.001), plain.round(), followed)


def _guided(alpha: Tensor, guide: Tensor, radius: int) -> tuple[Tensor, Tensor]:
    grey = guide.mean(0)[None]
    mean_grey, mean_alpha = _box(grey, radius), _box(alpha[None], radius)
    covariance = _box(grey * alpha, radius) - mean_grey * mean_alpha
    variance = _box(grey * grey, radius) - mean_grey.square()
    slope = covariance / (variance + SMOOTHNESS)
    return _box(slope, radius)[0], _box(mean_alpha - slope * mean_grey, radius)[0]


def _box(x: Tensor, radius: int) -> Tensor:
    """Return the mean of each pixel's square of 2 radius + 1 pixels, as far as it lies inside, from running sums."""
    for dim in (1, 2):
        length = x.shape[dim]
        sums = torch.cat([torch.zeros_like(x.narrow(dim, 0, 1)), x.cumsum(dim)], dim)
        places = torch.arange(length)
        last, first = (places + radius + 1).clamp(max=length), (places - radius).clamp(min=0)
        counts = (last - first).to(x.dtype).view(-1, *[1] * (2 - dim))
        x = (sums.index_select(dim, last) - sums.index_select(dim, first)) / counts
    return x


def _resized(x: Tensor, size: torch.Size | tuple[int, ...]) -> Tensor:
    return interpolate(x[None], tuple(size), mode="bilinear", antialias=True, align_corners=False)[0]


def _scaled(x: Tensor, scale: float) -> tuple[int, int]:
    return max(8, round(x.shape[1] * scale)), max(8, round(x.shape[2] * scale))


def _floats(picture: Image.Image) -> Tensor:
    """Return a picture in [0, 1], shape (C, H, W)."""
    return pixels_of(picture).float().div(255)


def _is_transparent(picture: Image.Image) -> bool:
    lowest, _highest = picture.convert("RGBA").getchannel("A").getextrema()
    return bool(lowest < 250)  # type: ignore[operator]
