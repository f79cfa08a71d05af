import csv
from itertools import groupby
from pathlib import Path

from brandkiln.demo import tables

CATALOGUE = Path(tables.__file__).parent / "data" / "catalogue.csv"


def test_the_campaign_table_is_what_its_function_makes():
    assert tables.CAMPAIGNS.read_text(encoding="utf-8") == tables.campaigns_csv()


def test_campaign_figures_fit_each_other():
    rows = [dict(zip(tables.FIELDS, row, strict=True)) for row in tables.campaign_rows()]
    assert 550 <= len(rows) <= 650
    assert all(row["impressions"] > row["clicks"] > row["conversions"] > 0 for row in rows)
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


def test_the_campaign_table_tells_its_story():
    rows = [dict(zip(tables.FIELDS, row, strict=True)) for row in tables.campaign_rows()]
    months = {month: list(group) for month, group in groupby(rows, lambda row: str(row["date"])[:7])}

    def revenue(month: str, channel: str | None = None) -> float:
        return sum(float(row["revenue"]) for row in months[month] if channel in (None, row["channel"]))

    assert max(months, key=revenue) == "2025-12"
    assert revenue("2026-10", "Email") > 1.5 * revenue("2025-10", "Email")
    assert revenue("2026-10", "Social") < 0.7 * revenue("2025-10", "Social")


def test_the_catalogue_has_forty_whole_products():
    rows = list(csv.DictReader(CATALOGUE.read_text(encoding="utf-8").splitlines()))
    assert len({row["sku"] for row in rows}) == 40
    assert all(all(row.values()) and 10 < float(row["price"]) < 300 for row in rows)
