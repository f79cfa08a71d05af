"""A year of usage as small columns, one chart for each thing that is counted, drawn by the page itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from brandkiln.dashboard.templatetags.usage import money
from brandkiln.workspaces.models import Price
from brandkiln.workspaces.units import NAMES, amount_said
from brandkiln.workspaces.usage import METERED, cost_of

MONTHS = 12
WIDTH, HEIGHT, STEP = 288, 72, 24
"""Units of the drawing: its size, and the room of one month."""


@dataclass(frozen=True)
class Column:
    """One month: where it is drawn, and what is said of it."""

    x: int
    y: str
    height: str
    title: str
    is_shown: bool


@dataclass(frozen=True)
class Chart:
    """One thing that is counted, over a year."""

    title: str
    now: str
    most: str
    columns: list[Column]

    @property
    def said(self) -> str:
        """All of it in words, for those who do not see it."""
        return "; ".join(column.title for column in self.columns)


def charts(
    months: Sequence[tuple[date, Mapping[str, float]]], prices: Mapping[str, Price], shown: date
) -> list[Chart]:
    """Return a chart of the cost, where things have prices, and of each unit that was used.

    Args:
        months: Sums by unit of the months in which something was used.
        shown: The month that the page is about, which is marked.
    """
    sums, line = dict(months), list(_year(max([shown, *(month for month, _sums in months)])))
    currency = next((price.currency for price in prices.values()), "")

    def paid(month: date) -> float:
        used = sums.get(month, {})
        return float(sum((cost_of(amount, prices.get(unit)) for unit, amount in used.items()), Decimal(0)))

    found = []
    if prices:
        found.append(_chart(_("Cost"), line, shown, paid, lambda cost: money((Decimal(str(cost)), currency))))
    for unit in METERED:
        if any(used.get(unit) for used in sums.values()):
            used = partial(_used, sums, unit)
            found.append(_chart(str(NAMES[unit]), line, shown, used, partial(amount_said, unit)))
    return found


def _used(sums: Mapping[date, Mapping[str, float]], unit: str, month: date) -> float:
    return sums.get(month, {}).get(unit, 0.0)


def _year(last: date) -> Iterator[date]:
    for back in range(MONTHS - 1, -1, -1):
        number = last.year * 12 + last.month - 1 - back
        yield date(number // 12, number % 12 + 1, 1)


def _chart(
    title: str, months: list[date], shown: date, value: Callable[[date], float], said: Callable[[Any], str]
) -> Chart:
    values = [value(month) for month in months]
    most = max(values) or 1.0
    columns = []
    for place, (month, one) in enumerate(zip(months, values, strict=True)):
        height = max(2.0, HEIGHT * one / most) if one else 0.0
        name = date_format(month, pgettext("format", "M Y"))
        drawn = f"{HEIGHT - height:.1f}", f"{height:.1f}"
        columns.append(Column(place * STEP, *drawn, f"{name}: {said(one)}", month == shown))
    return Chart(title, said(value(shown)), said(max(values)), columns)
