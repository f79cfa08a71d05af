"""The generic query block: grouped, filtered, compared, shared out, smoothed; against values worked out by hand."""

import pytest

from generators.builtin.report.analyses.growth import growth, moving_average
from generators.builtin.report.blocks.build import build
from generators.builtin.report.blocks.params import Query
from generators.builtin.report.part import NotShown, Part
from tests.generators.report.test_analysis import analysis


def query(data, **asked) -> Part:
    return build(Query(id="q", **asked), analysis(data, period="month"))


def columns(part: Part) -> dict[str, list[str]]:
    table = part.tables[0]
    return {title: [row[i] for row in table.rows] for i, title in enumerate(table.head)}


def test_periods_are_compared_with_the_one_before_and_averaged(make_table, shop_rows):
    found = columns(query(make_table(shop_rows), by="@time", compare="previous", moving_average=2))
    assert found["Revenue"] == ["465", "420", "775", "1,200"]
    assert found["Change against the period before"] == ["–", "−9.7%", "+84.5%", "+54.8%"]
    assert found["Mean of 2 periods"] == ["–", "442", "598", "988"]


def test_periods_are_compared_with_a_year_before(make_table):
    rows = [{"month": f"{y}-{m:02}", "sales": (y - 2024) * m} for y in (2025, 2026) for m in range(1, 13)]
    found = columns(query(make_table(rows), by="@time", compare="year", last=2))
    assert found["Sales"] == ["22", "24"]
    assert found["Change against a year before"] == ["+100.0%", "+100.0%"]


def test_segments_are_compared_in_the_latest_period_and_shared_out(make_table, shop_rows):
    part = query(
        make_table(shop_rows), by="channel", compare="previous", share=True, measures=("revenue", "clicks")
    )
    found = columns(part)
    assert found["Channel"] == ["Web", "Store"]
    assert found["Revenue: Change against the period before"] == ["+93.5%", "−100.0%"]
    assert found["Share"] == ["100.0%", "0.0%"]
    assert found["Clicks"] == ["3,000", "1,500"]
    assert part.tables[0].title == "Revenue by channel, April 2026"


def test_a_filter_leaves_rows_out_and_each_sentence_says_so(make_table, shop_rows):
    part = query(make_table(shop_rows), by="@time", filters=({"column": "channel", "values": ["Store"]},))
    assert columns(part)["Revenue"] == ["155", "140", "155", "0"]
    assert part.takeaway.startswith("{f.")
    data = make_table(shop_rows)
    with pytest.raises(NotShown, match="No row meets the filter channel: Fax"):
        query(data, filters=({"column": "channel", "values": ["Fax"]},))
    numbers = query(data, by="@time", filters=({"column": "@spend", "op": "at_least", "values": ["2"]},))
    assert columns(numbers)["Rows"] == ["31", "28", "31", "30"]


def test_the_largest_are_kept_and_the_others_counted(make_table):
    rows = [{"name": f"s{i % 9}", "sales": i % 9} for i in range(90)]
    part = query(make_table(rows), top_n=2, show="table")
    assert columns(part)["Name"] == ["s8", "s7"]
    assert part.tables[0].others == "7 others"
    assert part.figures == ()


def test_growth_needs_something_to_grow_from():
    assert growth(0.0, 5.0) is None
    assert growth(None, 5.0) is None
    assert growth(4.0, 5.0) == pytest.approx(0.25)


def test_a_moving_average_is_broken_by_a_gap():
    assert moving_average([1.0, 3.0, None, 5.0, 7.0], 2) == [None, 2.0, None, None, 6.0]
