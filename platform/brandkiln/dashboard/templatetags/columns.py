"""Small pictures of what the columns of a table hold."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _

from brandkiln.dashboard.templatetags.studio import figure

register = template.Library()

WIDE, HIGH = 80.0, 20.0
NAMED = 3
"""Values that are written out; there are bars for the rest."""


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram, in the units of the drawing."""

    x: str
    y: str
    width: str
    height: str
    title: str


@register.filter
def column_bars(column: dict[str, Any]) -> list[Bar]:
    """Return the bars of a column's numbers, or of the lengths of its texts; none where all are alike."""
    bars = column.get("histogram") or []
    highest = max((count for *_, count in bars), default=0)
    if len(bars) < 2 or not highest:
        return []
    step = WIDE / len(bars)
    return [
        Bar(
            x=f"{place * step:.2f}",
            y=f"{HIGH - HIGH * count / highest:.2f}",
            width=f"{step * 0.8:.2f}",
            height=f"{HIGH * count / highest:.2f}",
            title=_("%(from)s to %(to)s: %(count)s")
            % {"from": _short(start), "to": _short(end), "count": figure(count)},
        )
        for place, (start, end, count) in enumerate(bars)
    ]


@register.filter
def column_values(column: dict[str, Any]) -> str:
    """Return the most frequent values of a column of categories with how often they stand there."""
    top = column.get("top") or []
    if not top or top[0][1] == 1:
        return ""
    named = ", ".join(f"{value} ({figure(count)})" for value, count in top[:NAMED])
    more = column.get("categories", len(top)) - NAMED
    return named if more <= 0 else _("%(named)s and %(more)s more") % {"named": named, "more": more}


def _short(number: float) -> str:
    return f"{number:,.4g}" if abs(number) < 1e6 else f"{number:.3g}"
