from datetime import date

import pytest

from generators.builtin.report.analyses.contributions import contributions_of
from generators.builtin.report.analyses.mix import mix_of
from generators.builtin.report.prepare import subject_of
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.subject import Subject
from generators.builtin.report.table import read_table
from generators.builtin.report.timeline import next_start
from generators.errors import BadData, BadParams


def analysis(data, **params) -> Subject:
    columns, chosen = read_table(data, lambda rows: None), ReportParams(**params)
    return subject_of(columns, infer_roles(columns, chosen), chosen)


def over_time(of, found: Subject):
    """Return what a function says of the first dimension over time."""
    name = found.dimension()
    timeline = found.periods()
    return of(found.frame, found.key(name), name, found.key(timeline.column), timeline, found.main)


def test_totals_are_sums_and_ratios_are_ratios_of_sums(make_table, shop_rows):
    found = analysis(make_table(shop_rows))
    revenue = 59 * 15 + 31 * 25 + 30 * 40
    roas = next(m for m in found.measures if m.name == "roas")
    assert found.total.values[found.main.id] == revenue
    assert found.total.values[roas.id] == pytest.approx(revenue / (120 * 3))


def test_the_trend_has_one_value_for_each_month(make_table, shop_rows):
    timeline = analysis(make_table(shop_rows), period="month").timeline
    assert timeline.starts == tuple(date(2026, month, 1) for month in (1, 2, 3, 4))
    assert timeline.values["m0"] == (31 * 15, 28 * 15, 31 * 25, 30 * 40)
    assert (timeline.latest, timeline.previous) == (date(2026, 4, 1), date(2026, 3, 1))


def test_a_month_that_is_not_over_is_left_out_of_comparisons(make_table, shop_rows):
    rows = [row for row in shop_rows if row["date"] <= "2026-04-12"]
    found = analysis(make_table(rows), period="month")
    assert found.timeline.left_out == (date(2026, 4, 1),)
    assert found.timeline.latest == date(2026, 3, 1)
    assert found.total.values["m0"] == 59 * 15 + 31 * 25 + 12 * 40


def test_contributions_add_up_to_the_change(make_table, shop_rows):
    found = analysis(make_table(shop_rows), period="month")
    deltas = {c.name: c.delta for c in over_time(contributions_of, found).parts}
    assert deltas == {"Web": 30 * 40 - 31 * 20, "Store": -31 * 5}
    assert sum(deltas.values()) == 30 * 40 - 31 * 25


def test_shares_of_each_period_add_up_to_one(make_table, shop_rows):
    mix = over_time(mix_of, analysis(make_table(shop_rows), period="month"))
    assert mix.names == ("Web", "Store")
    assert mix.shares[0] == pytest.approx((2 / 3, 1 / 3))
    assert all(sum(row) == pytest.approx(1) for row in mix.shares)


def test_many_segments_become_the_largest_and_others(make_table):
    rows = [{"name": f"s{i % 50}", "sales": i % 50, "date": f"2026-0{i % 3 + 1}-01"} for i in range(600)]
    found = analysis(make_table(rows), top_n=5)
    ranking = found.breakdown(found.dimension(), found.measures)
    assert [s.name for s in ranking.segments] == ["s49", "s48", "s47", "s46", "s45"]
    assert ranking.others == 45


def test_the_extremes_are_those_of_all_segments_and_not_only_of_the_largest(make_table):
    rows = [{"name": f"s{i:02}", "sales": 100 - i, "price": i} for i in range(20) for _ in range(3)]
    found = analysis(make_table(rows), top_n=5)
    breakdown = found.breakdown(found.dimension(), found.measures)
    assert [s.name for s in breakdown.extremes["m0"]] == ["s00", "s19"]
    assert [s.name for s in breakdown.extremes["m1"]] == ["s19", "s00"]


def test_the_leader_of_the_last_period_may_be_a_segment_that_is_small_over_all(make_table):
    rows = [{"date": f"2026-0{m}-01", "shop": f"old {i}", "sales": 100} for m in (1, 2, 3) for i in range(9)]
    rows.append({"date": "2026-03-01", "shop": "new", "sales": 150})
    assert over_time(mix_of, analysis(make_table(rows))).leader == ("new", 150 / 1050)


def test_a_year_before_is_found_for_months(make_table):
    rows = [
        {"month": f"{year}-{month:02}", "sales": year + month}
        for year in (2025, 2026)
        for month in range(1, 13)
    ]
    timeline = analysis(make_table(rows)).timeline
    assert timeline.year_before == date(2025, 12, 1)


def test_a_column_of_prices_is_averaged(make_table):
    rows = [{"date": f"2026-01-{day:02}", "price": day} for day in range(1, 31)]
    found = analysis(make_table(rows))
    assert (found.main.how, found.total.values["m0"]) == ("mean", 15.5)


def test_a_table_without_numbers_is_counted(make_table):
    found = analysis(make_table([{"colour": "red" if i % 3 else "blue"} for i in range(30)]))
    assert (found.main.how, found.total.values["rows"]) == ("rows", 30)
    segments = found.segments(found.dimension(), found.measures)
    assert [(s.name, s.values["rows"]) for s in segments] == [("red", 20), ("blue", 10)]


def test_a_column_whose_name_is_a_pattern_is_a_column(make_table):
    found = analysis(make_table([{"^.*$": "ab"[i % 2], "*": i} for i in range(10)]))
    assert found.total.values["m0"] == 45


def test_prose_alone_is_nothing_to_report(make_table):
    with pytest.raises(BadData, match="nothing to report"):
        analysis(make_table([{"text": "prose " * 40 + str(i)} for i in range(5)]))


def test_too_many_periods_are_refused(make_table):
    rows = [{"date": f"{year}-01-01", "sales": 1} for year in range(1950, 2026)]
    with pytest.raises(BadParams, match="Choose a longer period"):
        analysis(make_table(rows), period="day").periods()


@pytest.mark.parametrize(
    ("grain", "following"),
    [("day", date(2027, 1, 1)), ("week", date(2027, 1, 7)), ("month", date(2027, 1, 31).replace(day=1))],
)
def test_periods_follow_each_other_over_new_year(grain, following):
    assert next_start(date(2026, 12, 31), grain) == following
