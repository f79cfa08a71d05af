"""How texts of a table are read as numbers and dates: signs of currencies, decimal commas, orders of day and month."""

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from generators.builtin.report.cells import COMMA, LARGEST, MARK, POINT
from generators.errors import BadParams

SAMPLED = 2_000
SIGNS: Final = {
    "us$": "$", "r$": "R$", "$": "$", "€": "€", "£": "£", "¥": "¥", "￥": "¥", "₹": "₹", "₩": "₩",
    "元": "¥", "usd": "$",
    "eur": "€", "gbp": "£", "cny": "¥", "rmb": "¥", "jpy": "JP¥", "inr": "₹", "krw": "₩", "brl": "R$", "chf": "CHF ",
    "cad": "CA$", "aud": "A$", "hkd": "HK$", "sgd": "S$", "sek": "SEK ", "nok": "NOK ", "dkk": "DKK ", "pln": "PLN ",
}  # fmt: skip
"""What currencies are written as, in small letters, and the sign that is printed before an amount."""
ONLY_POINT: Final = r"\.\d{1,2}$|\.\d{4,}$|,\d{3}[.,]"
ONLY_COMMA: Final = r",\d{1,2}$|,\d{4,}$|\.\d{3}[.,]"
DATE_FORMATS: Final = (
    "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y年%m月%d日", "%d %b %Y", "%b %d %Y", "%b %d, %Y", "%d %B %Y",
)  # fmt: skip
DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts are to be read where they can be read in several ways.

    Attributes:
        decimal: What stands before the decimals; "auto" where the column tells, else a point.
        dates: Whether 01/02/2026 begins with the day; "auto" where the column tells, else it is not read.
        time_zone: The time zone whose days moments with an offset fall into, such as "Europe/Berlin"; "" to take the
            day as it is written.
    """

    decimal: Literal["auto", "point", "comma"] = "auto"
    dates: Literal["auto", "day_first", "month_first"] = "auto"
    time_zone: str = ""


def numbers(texts: pl.Series, reading: Reading) -> pl.Series:
    """Return the numbers that are written as 1234.5, 1,234.5, 1.234,50, 1 234,5, -3e4, $12, 12 EUR or 3.4%.

    What is none, or is above 10^15, is missing. In a column where no value tells a decimal comma from a comma between
    thousands, it is the latter.
    """
    if reading.decimal != "comma" and (plain := _plain_numbers(texts)) is not None:
        return plain
    bare = without_marks(texts)
    comma = has_decimal_commas(texts, reading)
    looks = bare.str.contains(COMMA if comma else POINT) & bare.str.contains(r"\d")
    digits = bare.str.replace_all(r"[.'’ ]" if comma else r"[,'’ ]", "").str.replace("−", "-", literal=True)
    values = (digits.str.replace(",", ".", literal=True) if comma else digits).cast(pl.Float64, strict=False)
    kept = pl.when(looks & values.is_finite() & (values.abs() <= LARGEST)).then(values)
    percent = texts.str.ends_with("%")
    return pl.select(pl.when(percent).then(kept / 100).otherwise(kept)).to_series().rename(texts.name)


def _plain_numbers(texts: pl.Series) -> pl.Series | None:
    """Return the numbers of a column in which all are written as programs write them; None for any other."""
    if not texts.head(SAMPLED).drop_nulls().str.contains(r"^-?\d+(\.\d+)?$").all():
        return None
    values = texts.cast(pl.Float64, strict=False)
    if values.null_count() != texts.null_count() or not values.is_finite().all():
        return None
    largest = values.abs().max()
    return values if isinstance(largest, float) and largest <= LARGEST else None


def without_marks(texts: pl.Series) -> pl.Series:
    """Return texts in small letters without a sign of a currency or of percent at either end."""
    plain = texts.str.to_lowercase().str.replace_all(r"[\u00a0\u2009\u202f]", " ")
    bare = plain.str.replace(rf"^([-+−]?)\s?(?:{MARK})\s?", "${1}").str.replace(rf"\s?(?:%|{MARK})$", "")
    return bare.str.replace(r"^([-+−])\s", "${1}")


def currencies(texts: pl.Series) -> pl.Series:
    """Return the sign of each text's currency, such as "€"; null where it is written without one."""
    found = texts.str.to_lowercase().str.extract(rf"^[-+−]?\s?({MARK})|\s?({MARK})$", 0)
    return found.str.extract(rf"({MARK})").replace_strict(SIGNS, default=None, return_dtype=pl.String)


def dates(texts: pl.Series, reading: Reading) -> pl.Series:
    """Return dates in whichever one format reads the most values; times of day are dropped.

    Raises:
        BadParams: If the time zone is not known.
    """
    days = _in_zone(texts, reading.time_zone) if reading.time_zone else texts
    days = days.str.replace(r"^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*$", "$1")
    days = days.str.replace(r"^(\d{4})[-/](\d{1,2})$", "$1-$2-01").str.replace(
        r"^(\d{4})年(\d{1,2})月$", "$1年$2月1日"
    )
    read: list[pl.Series] = []
    for written in DATE_FORMATS:
        read.append(days.str.to_date(written, strict=False))
        if read[-1].null_count() == texts.null_count():
            return _plausible(read[-1], texts.name)
    day_first, month_first = (days.str.to_date(w, strict=False) for w in (DAY_FIRST, MONTH_FIRST))
    if reading.dates != "auto":
        read.append(day_first if reading.dates == "day_first" else month_first)
    elif day_first.null_count() != month_first.null_count():
        read += [day_first, month_first]
    return _plausible(min(read, key=lambda one: one.null_count()), texts.name)


def _plausible(days: pl.Series, name: str) -> pl.Series:
    near = days.dt.year().is_between(1900, 2200)
    return pl.select(pl.when(near).then(days)).to_series().rename(name)


def _in_zone(texts: pl.Series, zone: str) -> pl.Series:
    """Return moments that are written with an offset as their day in a time zone; other texts stay."""
    written = texts.str.replace(r"[zZ]$", "+00:00").str.replace(r"([+-]\d{2})(\d{2})$", "$1:$2")
    written = written.str.replace(" ", "T", literal=True).str.replace(r"(T\d{2}:\d{2})([+-])", "${1}:00${2}")
    moments = written.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", strict=False, time_zone="UTC")
    try:
        days = moments.dt.convert_time_zone(zone).dt.date().cast(pl.String)
    except pl.exceptions.ComputeError as error:
        raise BadParams(
            f"{zone!r} is no time zone that is known. Write one such as Europe/Berlin, Asia/Shanghai or UTC."
        ) from error
    return pl.select(pl.coalesce(days, texts)).to_series().rename(texts.name)


def has_decimal_commas(texts: pl.Series, reading: Reading) -> bool:
    """Return whether a column is read with decimal commas: as asked, else if some value shows one, and none a point."""
    if reading.decimal != "auto":
        return reading.decimal == "comma"
    probe = without_marks(texts.drop_nulls().head(SAMPLED))
    fits = probe.filter(probe.str.contains(COMMA) | probe.str.contains(POINT))
    return bool(fits.str.contains(ONLY_COMMA).any()) and not fits.str.contains(ONLY_POINT).any()
