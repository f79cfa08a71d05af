"""Figures of published implementations on the same stored features.

Written down because they would bring torchvision: torch-fidelity 0.4.0 and pytorch-fid 0.3.0 (Frechet distance, KID,
Inception Score), prdc 0.2 (precision, recall, density, coverage), pytorch-msssim 1.0.0 and scikit-image 0.26.0 (SSIM,
PSNR, root mean squared error).
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from generators.metrics.density_coverage import coverage, density
from generators.metrics.frechet import fit_gaussian, frechet_distance
from generators.metrics.inception_score import inception_score
from generators.metrics.kid import kid, squared_mmd
from generators.metrics.precision_recall import precision, recall
from generators.metrics.psnr import psnr
from generators.metrics.reconstruction import reconstruction_error
from generators.metrics.ssim import ssim


def stored(rows: int, columns: int, *, shift: float = 0.0, seed: float) -> Tensor:
    """Return the stored features: normal numbers from the digits of sines, the same with every library."""
    place = torch.arange(rows * columns, dtype=torch.float64).view(rows, columns)
    u = (torch.sin(place * 12.9898 + seed * 78.233) * 43758.5453).frac().abs()
    v = (torch.sin(place * 39.3468 + seed * 11.135) * 24634.6345).frac().abs()
    return (-2 * u.clamp(min=1e-9).log()).sqrt() * torch.cos(6.283185307179586 * v) + shift


REAL, DRAWN = stored(60, 8, seed=1.0), stored(50, 8, shift=0.4, seed=2.0)


def random() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_the_frechet_distance_is_that_of_pytorch_fid_and_torch_fidelity() -> None:
    ours = frechet_distance(fit_gaussian(REAL), fit_gaussian(DRAWN))
    assert ours == pytest.approx(2.3062086964603328, rel=1e-12)


def test_the_kernel_distance_is_that_of_torch_fidelity() -> None:
    assert squared_mmd(REAL[:50], DRAWN) == pytest.approx(0.7626328468322754, rel=1e-6)
    assert kid(REAL[:50], DRAWN, random()).value == pytest.approx(0.7626328468322754, rel=1e-6)


def test_the_inception_score_is_that_of_torch_fidelity() -> None:
    assert inception_score(REAL * 1.5, random()).value == pytest.approx(1.883230843880079, rel=1e-12)


@pytest.mark.parametrize(
    ("k", "expected"),
    [(3, (0.78, 0.8, 0.8333333333333333, 0.8333333333333334)), (5, (0.9, 0.85, 0.788, 0.9166666666666666))],
)
def test_precision_recall_density_and_coverage_are_those_of_prdc(k: int, expected: tuple[float, ...]) -> None:
    ours = [measure(REAL, DRAWN, random(), k=k).value for measure in (precision, recall, density, coverage)]
    assert ours == pytest.approx(expected)


def test_ssim_psnr_and_error_are_those_of_scikit_image() -> None:
    a = stored(2, 3 * 24 * 24, seed=3.0).view(2, 3, 24, 24).sigmoid()
    b = (a + 0.15 * stored(2, 3 * 24 * 24, seed=4.0).view(2, 3, 24, 24)).clamp(0, 1)
    assert ssim(a, b, data_range=1).tolist() == pytest.approx([0.7947403428243295, 0.8021731255302015])
    assert psnr(a, b, data_range=1).tolist() == pytest.approx([16.570739125431313, 16.76144517145336])
    errors = reconstruction_error(a, b, data_range=1)
    assert errors.tolist() == pytest.approx([0.14840995852962785, 0.14518700331589773])
