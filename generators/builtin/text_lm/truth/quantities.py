"""Numbers with their units, so that 0.5 l supports 500 ml and $49 does not support 49 days."""

import re
from dataclasses import dataclass

# Each unit as written, with its dimension and what one of it is in that dimension's smallest unit here.
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("ml", "millilitre", "millilitres", "milliliter", "milliliters", "毫升"), ("volume", 1)),
    **dict.fromkeys(("cl",), ("volume", 10)),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters", "升"), ("volume", 1000)),
    **dict.fromkeys(("mg", "毫克"), ("mass", 0.001)),
    **dict.fromkeys(("g", "gram", "grams", "gramm", "克"), ("mass", 1)),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms", "公斤", "千克"), ("mass", 1000)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds", "磅"), ("pounds", 1)),
    **dict.fromkeys(("oz", "ounce", "ounces", "盎司"), ("ounces", 1)),
    **dict.fromkeys(("mm", "毫米"), ("length", 1)),
    **dict.fromkeys(("cm", "厘米"), ("length", 10)),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "米"), ("length", 1000)),
    **dict.fromkeys(("km", "公里", "千米"), ("length", 1_000_000)),
    **dict.fromkeys(('"', "inch", "inches", "in", "英寸"), ("inches", 1)),
    **dict.fromkeys(("ft", "foot", "feet", "英尺"), ("feet", 1)),
    **dict.fromkeys(("second", "seconds", "sec", "秒"), ("time", 1)),
    **dict.fromkeys(("min", "minute", "minutes", "分钟"), ("time", 60)),
    **dict.fromkeys(("h", "hour", "hours", "hrs", "小时"), ("time", 3600)),
    **dict.fromkeys(("day", "days", "天"), ("time", 86_400)),
    **dict.fromkeys(("week", "weeks", "周"), ("time", 604_800)),
    **dict.fromkeys(("month", "months", "个月"), ("months", 1)),
    **dict.fromkeys(("year", "years", "年"), ("months", 12)),
    **dict.fromkeys(("€", "EUR", "euro", "euros", "欧元"), ("EUR", 1)),
    **dict.fromkeys(("$", "USD", "dollar", "dollars", "美元"), ("USD", 1)),
    **dict.fromkeys(("£", "GBP"), ("GBP", 1)),
    **dict.fromkeys(("¥", "CNY", "RMB", "元"), ("CNY", 1)),
    **dict.fromkeys(("%", "percent", "per cent"), ("share", 1)),
    **dict.fromkeys(("W", "watt", "watts", "瓦"), ("power", 1)),
    **dict.fromkeys(("mAh",), ("charge", 1)),
    **dict.fromkeys(("GB",), ("memory", 1)),
    **dict.fromkeys(("TB",), ("memory", 1000)),
    **dict.fromkeys(("MP", "megapixel", "megapixels"), ("pixels", 1)),
    **dict.fromkeys(("Hz",), ("frequency", 1)),
    **dict.fromkeys(("kHz",), ("frequency", 1000)),
}
_BY_CASE = {unit.lower(): found for unit, found in _UNITS.items() if len(unit) > 2}
_WRITTEN = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<sign>[$€£¥])?\s?(?P<number>\d+(?:[.,]\d+)*)(?:[\s-]?(?P<unit>{_WRITTEN})(?![^\W\d_]))?",
)
_WIDE_UNIT = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)*)\s?(?P<unit>{'|'.join(u for u in _UNITS if ord(u[0]) > 0x2E80)})"
)
_WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text.

    Attributes:
        value: In the smallest unit of its dimension.
        dimension: Such as "volume"; "" for a bare number.
        text: As written.
        start: Where it begins.
    """

    value: float
    dimension: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


def quantities_in(text: str) -> list[Quantity]:
    """Return the numbers of a text with their units, number words from two to twelve too."""
    found = {}
    for pattern in (_QUANTITY, _WIDE_UNIT):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            unit = groups.get("sign") or groups["unit"] or ""
            dimension, size = _UNITS.get(unit) or _BY_CASE.get(unit.lower(), ("", 1.0))
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found[match.start("number")] = Quantity(
                round(_value(groups["number"]) * size, 6), dimension, match.group().strip(), start
            )
    words = [
        Quantity(float(_WORDS.index(match.group().lower()) + 2), "", match.group(), match.start())
        for match in _NUMBER_WORD.finditer(text)
    ]
    return sorted([*found.values(), *words], key=lambda quantity: quantity.start)


def supported(quantity: Quantity, facts: list[Quantity]) -> bool:
    """Return whether the facts hold the number with this unit; a bare one may stand for any of the same value."""
    if quantity.dimension:
        return any(fact.dimension == quantity.dimension and fact.value == quantity.value for fact in facts)
    return any(
        quantity.value == fact.value
        or ((digits := re.sub(r"[^\d.,]", "", fact.text)) and quantity.value == _value(digits))
        for fact in facts
    )


def _value(number: str) -> float:
    """Return a number as it is meant: a comma before three digits groups them, before others it is a decimal."""
    number = number.strip(".,")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number):
        number = number.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", number):
        number = number.replace(".", "").replace(",", ".")
    parts = number.replace(",", ".").split(".")
    return float(parts[0] + ("." + "".join(parts[1:]) if parts[1:] else ""))
