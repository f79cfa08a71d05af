"""Closed forms of the figures that are means over pictures or shares of classes."""

import pytest
import torch

from generators.metrics.bootstrap import mean_figure
from generators.metrics.density_coverage import coverage, density
from generators.metrics.inception_score import inception_score
from generators.metrics.neighbours import radii
from generators.metrics.precision_recall import precision, recall
from generators.metrics.two_sample import two_sample_accuracy


def random() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_a_mean_has_the_standard_error_that_the_formula_gives() -> None:
    values = torch.randn(400, generator=random()) + 5
    found = mean_figure(values, random())
    expected = float(values.std() / 20)
    assert found.standard_error == pytest.approx(expected, rel=0.15)
    assert found.high - found.low == pytest.approx(2 * 1.96 * expected, rel=0.2)
    assert found.named("x").keys() == {"x", "x_se", "x_low", "x_high"}


def test_sure_pictures_of_every_class_score_the_number_of_classes() -> None:
    sure = 50.0 * torch.eye(4).repeat(5, 1)
    assert inception_score(sure, random()).value == pytest.approx(4)
    assert inception_score(torch.zeros(20, 4), random()).value == pytest.approx(1)
    assert inception_score(sure[:1].repeat(20, 1), random()).value == pytest.approx(1)


def test_neighbourhoods_on_a_line() -> None:
    """Real pictures at 0, 1, 2, 3: the second neighbour of an end is 2 away, of a middle one 1."""
    real = torch.arange(4.0)[:, None]
    assert radii(real, 2).tolist() == [2, 1, 1, 2]
    drawn = torch.tensor([[1.5], [9.0], [9.0], [9.0]])
    assert precision(real, drawn, random(), k=2).value == 0.25
    assert recall(real, drawn, random(), k=2).value == 1  # within 7.5 of the drawn one at 1.5
    assert density(real, drawn, random(), k=2).value == 4 / 2 / 4
    assert coverage(real, drawn, random(), k=2).value == 1


def test_few_pictures_have_no_kth_neighbour() -> None:
    with pytest.raises(ValueError, match="more than 5 samples; 3 given"):
        radii(torch.zeros(3, 2), 5)


def test_a_classifier_tells_shifted_gaussians_apart_as_often_as_theory_says() -> None:
    """The best one is right in Phi(d / 2) of the cases at a distance of d standard deviations: 0.841 for 2."""
    generator = random()
    real, drawn = torch.randn(2, 400, 3, generator=generator)
    drawn[:, 0] += 2
    found = two_sample_accuracy(real, drawn, random())
    assert found.value == pytest.approx(0.841, abs=0.04)
    assert found.low < 0.841 < found.high


def test_a_classifier_cannot_tell_the_same_apart() -> None:
    real, drawn = torch.randn(2, 300, 20, generator=random())
    assert two_sample_accuracy(real, drawn, random()).value == pytest.approx(0.5, abs=0.07)
    with pytest.raises(ValueError, match="at least 5 samples of each; 2 given"):
        two_sample_accuracy(real[:2], drawn, random())
