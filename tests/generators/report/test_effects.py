"""Effects, groups, income and prices: against closed forms and published values."""

import math
from datetime import date

import polars as pl
import pytest

from generators.builtin.report.analyses.distributions import chi_square_tail, student_quantile, student_tail
from generators.builtin.report.analyses.effects import rate_change, revenue_change
from generators.builtin.report.analyses.finance import income_of_accounts, income_of_columns, line_of
from generators.builtin.report.analyses.groups import means_differ, rates_differ, size_for_rates, wilson
from generators.builtin.report.analyses.market import market


def test_price_volume_and_mix_add_up():
    rows = [("a", 10, 100.0, False), ("b", 10, 200.0, False), ("old", 1, 50.0, False),
            ("a", 20, 220.0, True), ("b", 10, 190.0, True), ("new", 2, 30.0, True)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["i", "q", "r", "later"], orient="row")
    found = revenue_change(frame, item="i", quantity="q", revenue="r", later="later")
    assert found is not None
    assert found.price == pytest.approx(20 * 1 - 10 * 1)
    assert found.volume == pytest.approx(10 * 15)  # ten more at the earlier mean price
    assert found.mix == pytest.approx(10 * (10 - 15))  # and they are of the cheaper item
    assert (found.new, found.gone) == pytest.approx((30, -50))
    parts = found.price + found.volume + found.mix + found.new + found.gone
    assert found.before + parts == pytest.approx(found.after)
    assert (found.shared, found.added, found.dropped) == (2, 1, 1)


def test_rate_and_mix_add_up_where_every_segment_rises_and_the_whole_falls():
    rows = [("web", 20.0, 100.0, False), ("shop", 1.0, 100.0, False), ("web", 22.0, 100.0, True),
            ("shop", 20.0, 1000.0, True), ("fair", 1.0, 10.0, True)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["s", "n", "d", "later"], orient="row")
    found = rate_change(frame, segment="s", top="n", bottom="d", later="later")
    assert found is not None
    assert found.after < found.before
    assert found.rate > 0 > found.mix
    assert found.rate + found.mix == pytest.approx(found.after - found.before)
    assert next(p for p in found.parts if p.name == "fair").rate == 0
    assert rate_change(frame.filter("later"), segment="s", top="n", bottom="d", later="later") is None


def test_intervals_are_the_published_ones():
    difference = rates_differ(48, 80, 56, 70)  # Newcombe 1998, table II, example (a), method 10
    assert (difference.interval.low, difference.interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference.verdict == "higher"
    assert wilson(81, 263).low == pytest.approx(
        0.2553, abs=5e-5
    )  # Newcombe 1998, single proportions, method 3
    assert wilson(0, 20).low == 0
    assert rates_differ(5, 10, 6, 10).verdict == "same"
    assert size_for_rates(0.1, 0.2) == 199  # Fleiss: 199 in each group, without continuity correction


def test_means_are_compared_as_scipy_does():
    # scipy.stats.ttest_ind_from_stats(5.5, 3**.5, 12, 4.1, 1.2, 20, equal_var=False): t 2.466, df 17.36
    found = means_differ((4.1, 1.44, 20), (5.5, 3.0, 12))
    assert found is not None
    spread = math.sqrt(1.44 / 20 + 3 / 12)
    freedom = spread**4 / ((1.44 / 20) ** 2 / 19 + (3 / 12) ** 2 / 11)
    assert found.interval.high == pytest.approx(1.4 + student_quantile(0.975, freedom) * spread)
    assert found.verdict == "higher"
    assert means_differ((1.0, 0.0, 5), (2.0, 0.0, 5)) is None


def test_tails_are_those_of_the_tables():
    assert student_quantile(0.975, 10) == pytest.approx(2.228139, abs=1e-6)
    assert student_tail(1.0, 1) == pytest.approx(0.5)  # Cauchy
    assert chi_square_tail(3.841459) == pytest.approx(0.05, abs=1e-7)


def test_an_income_statement_adds_up():
    rows = [
        ("Sales", 1000.0),
        ("COGS", 400.0),
        ("Salaries", -250.0),
        ("Rent", 50.0),
        ("Income tax", 60.0),
        ("Misc", 5.0),
    ]
    found = income_of_accounts(pl.DataFrame(rows, schema=["a", "v"], orient="row"), account="a", amount="v")
    assert found is not None
    assert found.lines["gross"] == 600
    assert found.lines["operating_result"] == 300
    assert found.lines["net"] == 240
    assert found.margin("net") == 0.24
    assert found.unplaced == (("Misc", 5.0),)
    assert income_of_columns({"Rent": 5.0}, 1) is None
    assert [line_of(name) for name in ("营业收入", "营业成本", "管理费用", "cost_of_sales", "misc")] == [
        "revenue", "goods", "operating", "goods", None,
    ]  # fmt: skip


def test_returns_and_drawdown_are_arithmetic():
    days = [date(2026 + i // 12, i % 12 + 1, 1) for i in range(13)]
    prices = [100.0, 110, 121, 60.5, 70, 80, 90, 100, 110, 120, 130, 140, 133.1]
    found = market(pl.DataFrame({"t": days, "p": prices}), time="t", price="p")
    assert found is not None
    assert found.returns[:3] == pytest.approx((0.1, 0.1, -0.5))
    assert found.total == pytest.approx(0.331)
    assert found.deepest == pytest.approx(-0.5)
    assert (found.peak, found.trough) == (2, 3)
    steady = market(pl.DataFrame({"t": days, "p": [1.1**i for i in range(13)]}), time="t", price="p")
    assert steady is not None
    assert steady.volatility == pytest.approx(0)
    assert market(pl.DataFrame({"t": days, "p": [0.0] * 13}), time="t", price="p") is None
