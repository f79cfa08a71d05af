"""The campaign table of the demo workspace: synthetic, made by a seeded function, with a story to find.

    python platform/brandkiln/demo/tables.py        writes data/campaigns.csv again, byte for byte

Two lines a month for each channel and region of a fictional brand, March 2025 to October 2026. What a report should
find: gifts make November and December high and spring lifts outdoor goods; a loyalty club, opened in February 2026,
makes e-mail grow; social clicks grow dearer from May 2026 on, until its budget is cut in October 2026; display in the
south is paused from August 2026.
"""

import csv
import io
import math
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

CAMPAIGNS = Path(__file__).parent / "data" / "campaigns.csv"
FIELDS = ("date", "channel", "campaign", "region", "impressions", "clicks", "conversions", "spend", "revenue")
FIRST_MONTH, MONTHS = (2025, 3), 20
SEASON = (0.82, 0.84, 0.97, 1.08, 1.14, 1.10, 0.95, 0.90, 0.98, 1.06, 1.38, 1.52)  # January to December
REGIONS = {"North": 1.0, "Central": 1.24, "South": 0.78}
# impressions in half a month, click rate, cost of a click, conversion rate, value of an order, growth in a month
CHANNELS = {
    "Search": (182_000, 0.0310, 0.62, 0.0335, 74.0, 0.008),
    "Social": (415_000, 0.0118, 0.48, 0.0168, 63.0, 0.006),
    "Email": (96_000, 0.0265, 0.11, 0.0410, 69.0, 0.004),
    "Display": (540_000, 0.0041, 0.39, 0.0102, 66.0, -0.004),
    "Affiliate": (74_000, 0.0190, 0.55, 0.0290, 71.0, 0.003),
}


def campaign_rows(seed: int = 20261101) -> Iterator[tuple[str | int | float, ...]]:
    """Yield the lines of the table, oldest first; the same seed gives the same lines."""
    draw = random.Random(seed)  # noqa: S311 - not a secret
    for step in range(MONTHS):
        year, month = divmod(FIRST_MONTH[0] * 12 + FIRST_MONTH[1] - 1 + step, 12)
        month += 1
        for day in (1, 15):
            for channel in CHANNELS:
                for region in REGIONS:
                    if not (
                        channel == "Display"
                        and region == "South"
                        and date(year, month, day) >= date(2026, 8, 1)
                    ):
                        yield _row(draw, date(year, month, day), channel, region, step)


def campaigns_csv() -> str:
    """Return the table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows(campaign_rows())
    return text.getvalue()


def _row(
    draw: random.Random, day: date, channel: str, region: str, step: int
) -> tuple[str | int | float, ...]:
    shown, click_rate, click_cost, order_rate, order_value, growth = CHANNELS[channel]
    volume = (
        SEASON[day.month - 1] ** (0.7 if channel == "Search" else 1.0)
        * (1 + growth) ** step
        * REGIONS[region]
    )
    opened = max(0, (day.year - 2026) * 12 + day.month - 1)  # months since the loyalty club was opened
    if channel == "Email" and day >= date(2026, 2, 1):
        volume *= 1 + 0.06 * opened
        order_rate *= 1 + 0.018 * opened
    dearer = max(0, (day.year - 2026) * 12 + day.month - 4) if channel == "Social" else 0
    if channel == "Social" and day >= date(2026, 10, 1):
        volume *= 0.58
    impressions = round(shown * volume * _around(draw, 0.05))
    clicks = round(impressions * click_rate * _around(draw, 0.04))
    conversions = round(
        clicks
        * order_rate
        * (1 - 0.035 * dearer)
        * (1 + 0.25 * (SEASON[day.month - 1] - 1))
        * _around(draw, 0.06)
    )
    spend = round(clicks * click_cost * (1 + 0.09 * dearer) * _around(draw, 0.03), 2)
    revenue = round(
        conversions * order_value * (1.06 if day.month in (11, 12) else 1.0) * _around(draw, 0.05), 2
    )
    return (
        day.isoformat(),
        channel,
        _campaign(day, channel),
        region,
        impressions,
        clicks,
        conversions,
        spend,
        revenue,
    )


def _campaign(day: date, channel: str) -> str:
    if channel == "Email" and day >= date(2026, 2, 1):
        return "Hearth & Trail Club"
    if channel == "Search":
        return "Always-on search"
    seasons = ("Winter warmth", "Spring trails", "Summer outdoors", "Autumn layers")
    if day.month in (11, 12):
        return "Gift season"
    if channel == "Display" and day.month % 4 == 0:
        return "Home refresh"
    return seasons[day.month % 12 // 3]


def _around(draw: random.Random, spread: float) -> float:
    return math.exp(draw.gauss(0, spread))


if __name__ == "__main__":
    CAMPAIGNS.write_text(campaigns_csv(), encoding="utf-8")
