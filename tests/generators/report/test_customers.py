"""Customers, baskets and funnels: small tables whose answers can be counted by hand."""

from datetime import date, timedelta

import polars as pl
import pytest

from generators.builtin.report.analyses.basket import basket
from generators.builtin.report.analyses.cohorts import cohorts, repeats
from generators.builtin.report.analyses.funnel import funnel_of_counts, funnel_of_visitors
from generators.builtin.report.analyses.rfm import GROUPS, pareto, rfm

ORDERS = pl.DataFrame(
    [
        ("a", date(2026, 1, 5), "1"), ("a", date(2026, 1, 5), "1"), ("a", date(2026, 2, 4), "2"),
        ("b", date(2026, 1, 20), "3"), ("c", date(2026, 2, 1), "4"), ("c", date(2026, 4, 2), "5"), (None, None, "6"),
    ],
    schema=["who", "day", "order"], orient="row",
)  # fmt: skip


def test_the_retention_triangle_is_counted():
    found = cohorts(ORDERS, customer="who", time="day", grain="month")
    assert found is not None
    assert [(c.start.month, c.size, c.active) for c in found.cohorts] == [
        (1, 2, (2, 1, 0, 0)),
        (2, 1, (1, 0, 1)),
    ]
    assert found.overall == pytest.approx((1, 1 / 3, 1 / 3, 0))
    assert cohorts(ORDERS.filter(pl.col("who").is_null()), customer="who", time="day", grain="month") is None


def test_customers_who_came_back_are_counted():
    found = repeats(ORDERS, customer="who", time="day", order="order")
    assert found is not None
    assert (found.customers, found.repeating, found.orders) == (3, 2, 5)
    assert found.gap == 45  # the median of 30 and 60 days
    days = repeats(ORDERS, customer="who", time="day", order=None)
    assert days is not None
    assert days.orders == 5


def test_customers_fall_into_fifths():
    start = date(2026, 1, 1)
    rows = [
        (f"c{i}", start + timedelta(days=i), f"{i}-{n}", 10.0 * i)
        for i in range(20)
        for n in range(i // 4 + 1)
    ]
    frame = pl.DataFrame(rows, schema=["who", "day", "order", "value"], orient="row")
    found = rfm(frame, customer="who", time="day", value="value", order="order")
    assert found is not None
    assert found.scores.get_column("r").to_list() == [1 + i // 4 for i in range(20)]
    assert found.scores.get_column("f").to_list() == [1 + i // 4 for i in range(20)]
    assert found.scores.get_column("group").to_list()[-4:] == ["champions"] * 4
    assert sum(g.customers for g in found.groups) == found.customers == 20
    assert sum(g.value for g in found.groups) == pytest.approx(found.value)
    assert [g.name for g in found.groups] == [
        name for name in GROUPS if name in {g.name for g in found.groups}
    ]
    assert (
        rfm(frame.filter(pl.col("who") < "c15"), customer="who", time="day", value=None, order=None) is None
    )


def test_concentration_is_that_of_the_definition():
    equal = pareto(pl.DataFrame({"k": list("abcde"), "v": [2.0] * 5}), key="k", value="v")
    assert equal is not None
    assert (equal.top_fifth, equal.for_most) == pytest.approx((0.2, 0.8))
    assert equal.gini == pytest.approx(0)
    one = pareto(pl.DataFrame({"k": list("abcde"), "v": [9.0, 0, 0, 0, 0]}), key="k", value="v")
    assert one is not None
    assert one.gini == pytest.approx(0.8)  # 1 - 1/n
    assert one.curve[0] == (0, 0)
    assert one.curve[-1] == (1, 1)
    assert pareto(pl.DataFrame({"k": list("abcde"), "v": [9.0, -1, 0, 0, 0]}), key="k", value="v") is None


def test_only_pairs_beyond_chance_are_found():
    rows = [
        (str(o), item)
        for o in range(200)
        for item in (("x", "y") if o < 40 else ("x",) if o < 60 else ("z", "w"))
    ]
    rows += [(str(o), "x") for o in range(60, 200, 5)]
    found = basket(pl.DataFrame(rows, schema=["o", "i"], orient="row"), order="o", item="i", support=0.1)
    assert found is not None
    assert {p.first for p in found.pairs} == {"y", "w"}
    pair = found.pairs[0]
    assert (pair.together, pair.support, pair.confidence) == (40, 0.2, 1.0)
    assert pair.lift == pytest.approx(200 / 88)
    assert pair.chance < 1e-10
    assert not any(p.lift <= 1 for p in found.pairs)
    assert basket(pl.DataFrame({"o": ["1", "2"], "i": ["x", "y"]}), order="o", item="i") is None


def test_independent_items_are_no_pair():
    rows = [
        (f"{a}{b}{n}", i)
        for n in range(25)
        for a in (0, 1)
        for b in (0, 1)
        for i in ("x" * a, "y" * b, "z")
        if i
    ]
    found = basket(pl.DataFrame(rows, schema=["o", "i"], orient="row"), order="o", item="i")
    assert found is not None
    assert (found.pairs, found.orders) == ((), 100)


def test_a_step_counts_after_the_steps_before_it():
    rows = [
        ("a", "see", 1), ("a", "try", 2), ("a", "buy", 3),
        ("b", "see", 1), ("b", "buy", 2), ("b", "try", 3),
        ("c", "try", 1), ("c", "see", 2), ("d", "see", 1), ("d", "see", 4),
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["who", "step", "at"], orient="row")
    found = funnel_of_visitors(frame, visitor="who", step="step", time="at", order=("see", "try", "buy"))
    assert found is not None
    assert [s.count for s in found.steps] == [4, 2, 1]
    assert [s.of_previous for s in found.steps] == [None, 0.5, 0.5]
    untimed = funnel_of_visitors(frame, visitor="who", step="step")
    assert untimed is not None
    assert [(s.name, s.count) for s in untimed.steps] == [("see", 4), ("try", 3), ("buy", 2)]
    assert funnel_of_visitors(frame.filter(pl.col("step") == "see"), visitor="who", step="step") is None


def test_a_funnel_of_sums_has_shares_and_no_interval():
    found = funnel_of_counts(("views", "clicks", "orders"), (1000.0, 50.0, 0.0), 7)
    assert [s.of_first for s in found.steps] == [1, 0.05, 0]
    assert found.weakest is not None
    assert (found.weakest.name, found.weakest.interval) == ("orders", None)
