"""How people read and write what is counted: hours, pieces and gigabytes, where rows hold seconds and bytes."""

import re
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from brandkiln.workspaces.models import Unit

NAMES: dict[str, str | Promise] = {
    Unit.CPU_SECONDS: gettext_lazy("Processor time"),
    Unit.GPU_SECONDS: gettext_lazy("GPU time"),
    Unit.PIECES: gettext_lazy("Pieces"),
    Unit.STORED_BYTES: gettext_lazy("Storage"),
}
PRICED: dict[str, str | Promise] = {
    Unit.CPU_SECONDS: gettext_lazy("An hour of processor time"),
    Unit.GPU_SECONDS: gettext_lazy("An hour of GPU time"),
    Unit.PIECES: gettext_lazy("A piece"),
    Unit.STORED_BYTES: gettext_lazy("A GiB kept for a month"),
}
SCALES: dict[str, int] = {
    Unit.CPU_SECONDS: 3600, Unit.GPU_SECONDS: 3600, Unit.PIECES: 1, Unit.STORED_BYTES: 2**30,
}  # fmt: skip
"""What one of a row's own unit is divided by to be what people set."""
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
"""A number whose commas stand between thousands."""


def number_read(text: str) -> Decimal:
    """Return the number that a person wrote: 0.35, 0,35, 1,000 or 1,299.50.

    Raises:
        ArithmeticError: If it is none.
    """
    plain = "".join(text.split())
    plain = plain.replace(",", "") if THOUSANDS.fullmatch(plain) else plain.replace(",", ".")
    return Decimal(plain)


def amount_said(unit: str, amount: float) -> str:
    """Return an amount with its unit: 40 s, 2.5 h, 820 pieces, 1.2 GiB."""
    match unit:
        case Unit.PIECES:
            return ngettext("%(n)s piece", "%(n)s pieces", round(amount)) % {"n": f"{amount:,.0f}"}
        case Unit.STORED_BYTES:
            return f"{_short(amount / 2**30)} GiB" if amount >= 2**27 else f"{_short(amount / 2**20)} MiB"
    if amount < 60:
        return _("%(seconds)d s") % {"seconds": round(amount)}
    if amount < 3600:
        return _("%(minutes)d min") % {"minutes": round(amount / 60)}
    return _("%(hours)s h") % {"hours": _short(amount / 3600)}


def part_said(unit: str, part: float, whole: float) -> str:
    """Return a part of an amount: 6.4 h of 10 h, 820 of 1,000 pieces."""
    first = f"{part:,.0f}" if unit == Unit.PIECES else amount_said(unit, part)
    return _("%(part)s of %(whole)s") % {"part": first, "whole": amount_said(unit, whole)}


def price_said(price: Decimal) -> str:
    """Return a price with two places after the point, or as many as it has."""
    digits = f"{price:f}".rstrip("0")
    return digits if len(digits.partition(".")[2]) > 2 else f"{price:.2f}"


def _short(number: float) -> str:
    """Return a number with one place after the point where that says something."""
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:,.1f}"
