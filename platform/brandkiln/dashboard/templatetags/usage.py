"""Amounts of what is counted, and of money, as people read them."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from brandkiln.dashboard.templatetags.studio import spoken
from brandkiln.jobs.models import Job
from brandkiln.workspaces.units import amount_said

register = template.Library()
SMALLEST = Decimal("0.01")


@register.filter
def amount(value: float, unit: str) -> str:
    """Return an amount with its unit; a dash for nothing."""
    return amount_said(unit, value) if value else "–"


@register.filter
def gigabytes(megabytes: float) -> str:
    """Return MiB as GiB with one place after the point."""
    return f"{megabytes / 1024:,.1f}"


@register.filter
def deed(kind: str) -> str:
    """Return what a generator does, by the kind of job that asks for it."""
    return str(Job.Kind(kind).label if kind in Job.Kind.values else spoken(kind))


@register.filter
def money(cost: tuple[Decimal, str]) -> str:
    """Return an amount of money with its currency, the space between them one that does not break."""
    value, currency = cost
    if 0 < value < SMALLEST:
        return _("under %(least)s") % {"least": f"{SMALLEST}\u00a0{currency}"}
    return f"{value:,.2f}\u00a0{currency}"
