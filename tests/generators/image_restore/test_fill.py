"""Filling holes in pictures that are larger than what the network learned from."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from generators.builtin.image_restore.fill import fill
from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.sample import _mask
from generators.errors import BadParams
from generators.training.randomness import generator_for

SIDE = 160


def untrained() -> Restorer:
    """Return a network that changes nothing, so that a hole begins as a membrane."""
    return Restorer(resolution=32, channels=3, labels=0, width=4).eval().requires_grad_(False)


def stripes() -> Tensor:
    """Return a weave of two directions, in [-1, 1]."""
    line = torch.arange(SIDE) * (2 * torch.pi / 10)
    weave = 0.5 * torch.sin(line)[:, None] + 0.5 * torch.sin(line)[None, :]
    return weave.expand(1, 3, SIDE, SIDE).clone()


def hole(*boxes: tuple[int, int, int, int]) -> Tensor:
    mask = torch.zeros(1, 1, SIDE, SIDE)
    for top, left, bottom, right in boxes:
        mask[..., top:bottom, left:right] = 1
    return mask


def error_inside(filled: Tensor, wanted: Tensor, mask: Tensor) -> float:
    return float(((filled - wanted).square() * mask).sum() / mask.sum() / 3)


def test_a_hole_in_a_weave_is_woven_on() -> None:
    weave, mask = stripes(), hole((60, 60, 90, 90))
    flat = error_inside(torch.zeros_like(weave), weave, mask)
    woven = error_inside(fill(untrained(), weave, mask), weave, mask)
    assert woven < 0.2 * flat


def test_an_edge_that_runs_through_a_hole_stays_sharp() -> None:
    picture = torch.full((1, 3, SIDE, SIDE), 0.9)
    picture[..., 80:] = -0.6
    mask = hole((60, 60, 100, 100))
    filled = fill(untrained(), picture, mask)
    middle = filled[0, 0, 80, 60:100]
    assert int(((middle > -0.5) & (middle < 0.8)).sum()) <= 4, "the edge is as wide as it was, not a blur"
    assert error_inside(filled, picture, mask) < 0.05


def test_holes_far_from_each_other_are_filled_as_if_each_were_alone() -> None:
    picture = stripes()
    first, second = hole((10, 10, 20, 20)), hole((130, 130, 140, 140))
    both = fill(untrained(), picture, first + second)
    assert error_inside(both, picture, first + second) < 0.05
    assert torch.equal((both * first), fill(untrained(), picture, first) * first)


def test_the_same_hole_is_filled_in_the_same_way() -> None:
    picture = torch.rand(1, 3, 90, 70, generator=generator_for(1, "test")) * 2 - 1
    mask = torch.zeros(1, 1, 90, 70)
    mask[..., 0:30, 0:20] = 1
    assert torch.equal(fill(untrained(), picture, mask), fill(untrained(), picture, mask))


def test_a_picture_that_is_all_hole_still_comes_back() -> None:
    picture, mask = stripes(), hole((0, 0, SIDE, SIDE))
    filled = fill(untrained(), picture, mask)
    assert filled.shape == picture.shape
    assert bool(torch.isfinite(filled).all())


@pytest.mark.parametrize("size", [(40, 30), (20, 15), (400, 300)])
def test_a_mask_of_the_same_proportions_fits(size: tuple[int, int]) -> None:
    painted = Image.new("L", size, 0)
    painted.paste(255, (0, 0, size[0] // 2, size[1]))
    mask = _mask(painted, torch.zeros(1, 3, 300, 400))
    assert mask.shape == (1, 1, 300, 400)
    assert float(mask.mean()) == pytest.approx(0.5)


def test_a_mask_of_another_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadParams, match="30 x 40"):
        _mask(Image.new("L", (30, 40), 255), torch.zeros(1, 3, 30, 40))
