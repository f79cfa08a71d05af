"""Series: held against statsmodels 0.15.0, whose results stand here: importing it takes longer than the tests."""

import math

import numpy as np
import polars as pl
import pytest

from generators.builtin.report.analyses.anomalies import anomalies
from generators.builtin.report.analyses.forecast import forecast
from generators.builtin.report.analyses.growth import moving_average
from generators.builtin.report.analyses.seasonality import decompose
from generators.builtin.report.analyses.series import year_over_year
from generators.builtin.report.analyses.smoothing import METHODS

SEASON = (5.0, -2.0, -6.0, 3.0)
SERIES = pl.Series(
    [100.0 + 2 * t + SEASON[t % 4] * (1 + t / 30) + ((t * 37) % 11 - 5) / 2 for t in range(24)]
)
REFERENCE = {  # statsmodels.tsa.seasonal.STL(SERIES, 4, robust=...).fit(): trend and season at places 0, 9 and 23
    False: (
        (0, 98.58111676175955, 4.298614067907),
        (9, 118.19679220899431, -2.166848442751575),
        (23, 144.40200141546768, 6.969323940261455),
    ),
    True: (
        (0, 98.52349930987795, 4.278107434534732),
        (9, 118.24262621099966, -2.1775567369629636),
        (23, 144.34353798224765, 6.940638691814511),
    ),
}


@pytest.mark.parametrize("robust", [False, True])
def test_trend_and_season_are_those_of_statsmodels(robust: bool):
    found = decompose(SERIES, 4, robust=robust)
    assert found is not None
    for place, trend, seasonal in REFERENCE[robust]:
        assert found.trend[place] == pytest.approx(trend, abs=1e-9)
        assert found.seasonal[place] == pytest.approx(seasonal, abs=1e-9)
    whole = np.add(found.trend, found.seasonal) + found.remainder
    assert np.allclose(whole, found.observed)
    assert found.seasonal_strength > 0.9


def test_fewer_than_two_seasons_are_not_decomposed():
    assert decompose(SERIES.head(7), 4) is None
    assert decompose(SERIES, 1) is None


def test_smoothing_forecasts_what_statsmodels_does_with_the_same_settings(monkeypatch):
    # statsmodels' ETSModel(SERIES[4:], error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=4,
    # start from the first seasons).smooth([0.3, 0.03, 0.14, 0.95]).forecast(4)
    for name, value in (("LEVELS", 0.3), ("TRENDS", 0.1), ("SEASONS", 0.2)):
        monkeypatch.setattr(f"generators.builtin.report.analyses.smoothing.{name}", (value,))
    made = METHODS["trend_season"](SERIES.to_numpy(), 4, 4, 8)
    assert made.shape == (17, 4)
    assert made[-1].tolist() == pytest.approx(
        [149.51835178130798, 142.75559708624607, 139.86017505117988, 153.5827226878525], abs=1e-9
    )


def test_a_forecast_from_an_origin_knows_nothing_of_what_came_later():
    values = SERIES.to_numpy()
    for method in METHODS.values():
        whole, before = method(values, 4, 3, 8), method(values[:15], 4, 3, 8)
        assert np.allclose(whole[:8], before)


def test_a_season_and_a_trend_are_forecast():
    exact = pl.Series([100.0 + SEASON[t % 4] for t in range(24)])
    found = forecast(exact, 4, 4)
    assert found is not None
    assert found.method == "seasonal_naive"
    assert found.values == pytest.approx([100 + s for s in SEASON])
    assert found.covered == found.tried
    found = forecast(SERIES, 4, 4)
    assert found is not None
    assert found.error < found.naive_error
    assert all(
        low < value < high for low, value, high in zip(found.low, found.values, found.high, strict=True)
    )


def test_the_interval_holds_about_as_often_as_it_says():
    walks = np.random.default_rng(7).normal(size=(8, 48)).cumsum(axis=1)
    found = [f for walk in walks if (f := forecast(pl.Series(walk), 1, 4))]
    share = sum(f.covered for f in found) / sum(f.tried for f in found)
    assert 0.65 < share < 0.9  # meant: 0.8


@pytest.mark.parametrize("values", [[1.0] * 11, [1.0, None, None] * 8, []])
def test_too_few_values_are_not_forecast(values):
    assert forecast(pl.Series(values, dtype=pl.Float64), 4, 4) is None


def test_a_value_out_of_line_is_found_with_what_was_expected():
    odd = SERIES.clone()
    odd[13] = SERIES[13] + 40
    found = anomalies(odd, 4)
    assert found is not None
    assert [a.place for a in found.found] == [13]
    assert found.seasonal
    assert found.found[0].expected == pytest.approx(SERIES[13], abs=4)
    assert found.found[0].high < found.found[0].value
    assert anomalies(pl.Series([5.0] * 30), 4) is None


def test_a_gap_is_no_anomaly():
    holed = pl.Series([None if t in (5, 6, 20) else v for t, v in enumerate(SERIES)])
    found = anomalies(holed, 4)
    assert found is not None
    assert not found.found


def test_averages_and_years_are_arithmetic():
    assert moving_average([1.0, 2.0, 3.0, None, 5.0], 3) == [None, None, 2.0, None, None]
    years = year_over_year(pl.Series([100.0, 0.0, 50.0, 70.0, 110.0, 9.0]), "quarter")
    assert years.before[4:] == (100.0, 0.0)
    assert years.change[4] == pytest.approx(0.1)
    assert years.change[5] is None
    assert math.isclose(sum(v or 0 for v in years.before), 100.0)
