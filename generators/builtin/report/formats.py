"""How numbers, changes and periods are printed, in English and Chinese."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from generators.builtin.report.measures import Measure

Language = Literal["en", "zh"]
Grain = Literal["day", "week", "month", "quarter", "year"]
MONTHS = ("January", "February", "March", "April", "May", "June",
          "July", "August", "September", "October", "November", "December")  # fmt: skip
SCALES = {
    "en": ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
MINUS = "−"
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Formats:
    """Printing in one language.

    Attributes:
        language: The language.
        fiscal_start: The month that years and quarters begin in; a year that begins later than in January is called
            by the year that it ends in.
    """

    language: Language
    fiscal_start: int = 1

    def value(self, value: float | None, measure: "Measure", *, compact: bool = False) -> str:
        """Return a value of a measure with its unit, such as "1,234", "$1.23M", "3.4%" or "2.15×"."""
        if value is None:
            return NOTHING
        match measure.unit:
            case "percent":
                return self.percent(value, places=2 if abs(value) < 0.1 else 1)
            case "times":
                return f"{_signed(value, lambda v: f'{v:,.2f}')}×"
            case _:
                whole = measure.unit == "count"
                return _signed(value, lambda v: measure.sign + self._number(v, whole=whole, compact=compact))

    def signed(self, difference: float, measure: "Measure", *, compact: bool = False) -> str:
        """Return a difference of two values with a sign, such as "+1,234"."""
        return ("+" if difference > 0 else "") + self.value(difference, measure, compact=compact)

    def percent(self, share: float, *, places: int = 1) -> str:
        """Return a share, 1 being everything, such as "41.0%"."""
        return _signed(share, lambda v: f"{100 * v:,.{places}f}%")

    def points(self, difference: float) -> str:
        """Return the difference of two shares, such as "0.42 points"."""
        size = f"{abs(100 * difference):.2f}"
        return f"{size} points" if self.language == "en" else f"{size}个百分点"

    def count(self, number: int) -> str:
        return f"{number:,}"

    def period(self, start: date, grain: Grain) -> str:
        """Return the name of the period that begins on a day."""
        quarter, year = self._fiscal(start)
        if self.fiscal_start > 1 and grain in ("quarter", "year"):
            named = f"{year}财年" if self.language == "zh" else f"FY{year}"
            part = f"第{quarter}季度" if self.language == "zh" else f"Q{quarter} "
            return named if grain == "year" else named + part if self.language == "zh" else part + named
        if self.language == "zh":
            return {
                "day": f"{start.year}年{start.month}月{start.day}日",
                "week": f"{start.year}年{start.month}月{start.day}日当周",
                "month": f"{start.year}年{start.month}月",
                "quarter": f"{start.year}年第{quarter}季度",
                "year": f"{start.year}年",
            }[grain]
        return {
            "day": f"{start.day} {MONTHS[start.month - 1][:3]} {start.year}",
            "week": f"the week of {start.day} {MONTHS[start.month - 1][:3]} {start.year}",
            "month": f"{MONTHS[start.month - 1]} {start.year}",
            "quarter": f"Q{quarter} {start.year}",
            "year": f"{start.year}",
        }[grain]

    def tick(self, start: date, grain: Grain) -> str:
        """Return a short name of a period for an axis."""
        if self.fiscal_start > 1 and grain in ("quarter", "year"):
            quarter, year = self._fiscal(start)
            return f"FY{year}" if grain == "year" else f"Q{quarter} FY{year % 100:02d}"
        if self.language == "zh":
            short = {
                "month": f"{start:%y}年{start.month}月",
                "quarter": f"{start:%y}年Q{(start.month + 2) // 3}",
            }
            return short.get(grain, f"{start.year}" if grain == "year" else f"{start.month}月{start.day}日")
        month = MONTHS[start.month - 1][:3]
        short = {
            "month": f"{month} {start:%y}",
            "quarter": f"Q{(start.month + 2) // 3} {start:%y}",
            "year": f"{start.year}",
        }
        return short.get(grain, f"{start.day} {month}")

    def _fiscal(self, start: date) -> tuple[int, int]:
        """Return the quarter and the year of a day, as fiscal years count."""
        later = (start.month - self.fiscal_start) % 12
        return later // 3 + 1, start.year + (self.fiscal_start > 1 and start.month >= self.fiscal_start)

    def day(self, day: date) -> str:
        return self.period(day, "day")

    def axis(self, value: float, measure: "Measure") -> str:
        """Return a round value for an axis, without useless zeros."""
        if measure.unit == "percent":
            return f"{100 * value:g}%"
        if measure.unit == "times":
            return f"{value:g}×"
        return _signed(value, lambda v: measure.sign + self._scaled(v, lambda x: f"{x:g}"))

    def _number(self, value: float, *, whole: bool, compact: bool) -> str:
        return (
            self._scaled(value, _three_digits) if compact and value >= 10_000 else _plain(value, whole=whole)
        )

    def _scaled(self, value: float, digits: Callable[[float], str]) -> str:
        for scale, name in SCALES[self.language]:
            if value >= scale * 0.9995:
                return f"{digits(value / scale)}{name}"
        return digits(value)


def shorten(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, with an ellipsis where something is cut off."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _plain(value: float, *, whole: bool) -> str:
    if whole or value >= 1_000 or value == 0:
        return f"{value:,.0f}"
    return f"{value:,.2f}" if value >= 0.1 else f"{value:.3g}"


def _three_digits(value: float) -> str:
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:,.0f}"


def _signed(value: float, digits: Callable[[float], str]) -> str:
    printed = digits(abs(value))
    return f"{MINUS}{printed}" if value < 0 and any(d in printed for d in "123456789") else printed
