"""A histogram counts every value once, whatever the range turns out to be."""

import random

import pytest
from brandkiln.datasets.checks.histogram import BINS, Histogram


@pytest.mark.parametrize("spread", [1e-6, 1.0, 1e9])
@pytest.mark.parametrize("centre", [0.0, -500.0, 1e6])
def test_every_value_lies_in_the_bin_that_counts_it(spread: float, centre: float) -> None:
    draw = random.Random(1)
    values = [draw.gauss(centre, spread) for _ in range(500)]
    histogram = Histogram()
    for value in values:
        histogram.see(value)
    bins = histogram.bins()
    assert len(bins) <= BINS
    for start, end, count in bins:
        assert count == sum(start <= value < end for value in values)
    assert sum(count for _, _, count in bins) == 500


def test_whole_numbers_get_bins_of_one_at_least() -> None:
    histogram = Histogram(whole=True)
    for value in (3, 3, 5):
        histogram.see(value)
    assert histogram.bins() == [[3.0, 4.0, 2], [4.0, 5.0, 0], [5.0, 6.0, 1]]


def test_sizes_are_counted_by_doubling() -> None:
    histogram = Histogram(logarithmic=True)
    for value in (0, 1, 5, 7, 1000):
        histogram.see(value)
    bins = histogram.bins()
    assert bins[0] == [0.0, 1.0, 1]
    assert [4.0, 8.0, 2] in bins
    assert bins[-1] == [512.0, 1024.0, 1]


def test_what_is_no_number_is_passed_over() -> None:
    histogram = Histogram()
    for value in (float("nan"), float("inf")):
        histogram.see(value)
    assert histogram.bins() == []
