"""What was used and what it costs: by person, project and generator, by month, and as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.tables import csv_line
from brandkiln.workspaces.models import Price, Unit, Usage, Workspace
from brandkiln.workspaces.services import record_audit

BY = {"person": "person_name", "project": "project_name", "generator": "generator", "kind": "kind"}
"""What usage may be grouped by, and the column of each."""
METERED = (Unit.CPU_SECONDS, Unit.GPU_SECONDS, Unit.PIECES)
COLUMNS = ("month", "person", "project", "generator", "kind", "unit", "jobs", "amount", "cost", "currency")


@dataclass
class Line:
    """What one person, project or generator used, by unit, and what it cost."""

    name: str
    amounts: dict[str, float] = field(default_factory=dict)
    jobs: int = 0
    cost: Decimal = Decimal(0)


def lines_of(workspace: Workspace, *, by: str, month: date) -> list[Line]:
    """Return what was used in a month, grouped, the dearest or longest first."""
    column, prices = BY[by], prices_of(workspace)
    rows = (
        Usage.objects.filter(workspace=workspace, month=month)
        .order_by()
        .values_list(column, "unit")
        .annotate(amount=Sum("amount"), jobs=Count("job"))
    )
    found: dict[str, Line] = {}
    for name, unit, amount, jobs in rows:
        line = found.setdefault(name, Line(name))
        line.amounts[unit] = amount
        line.jobs = max(line.jobs, jobs)
        line.cost += cost_of(amount, prices.get(unit))
    return sorted(found.values(), key=lambda line: (-line.cost, -sum(line.amounts.values()), line.name))


def months_of(workspace: Workspace, count: int = 12) -> list[tuple[date, dict[str, float]]]:
    """Return the sums of the last months in which something was used, the oldest first."""
    rows = (
        Usage.objects.filter(workspace=workspace)
        .order_by("-month")
        .values_list("month", "unit")
        .annotate(amount=Sum("amount"))
    )
    found: dict[date, dict[str, float]] = {}
    for month, unit, amount in rows:
        found.setdefault(month, {})[unit] = amount
    return sorted(found.items())[-count:]


def prices_of(workspace: Workspace) -> dict[str, Price]:
    """Return the price of each unit that has one."""
    return {price.unit: price for price in Price.objects.filter(workspace=workspace)}


def cost_of(amount: float, price: Price | None) -> Decimal:
    """Return what an amount costs; nothing where it has no price."""
    return Decimal(str(amount)) * price.amount if price else Decimal(0)


@transaction.atomic
def save_prices(
    *, workspace: Workspace, actor: User | None, prices: dict[str, Decimal], currency: str
) -> None:
    """Set what units cost; one that is left out has no price.

    Raises:
        Unprocessable: If a unit or the currency is none.
    """
    code = currency.strip().upper()
    if unknown := set(prices) - set(Unit.values):
        raise Unprocessable(_("There is no unit %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        message = _("A currency is three letters, such as EUR.")
        raise Unprocessable(message, fields={"currency": message})
    if any(not price.is_finite() or not 0 <= price < 10**6 for price in prices.values()):
        message = _("A price is from 0 to a million.")
        raise Unprocessable(message, fields={"prices": message})
    Price.objects.filter(workspace=workspace).exclude(unit__in=prices).delete()
    for unit, amount in prices.items():
        Price.objects.update_or_create(
            workspace=workspace, unit=unit, defaults={"amount": amount, "currency": code}
        )
    told = {unit: str(amount) for unit, amount in prices.items()}
    record_audit(workspace=workspace, actor=actor, action="prices.set", subject=code, data=told)


def usage_csv(workspace: Workspace, *, month: date | None = None) -> Iterator[str]:
    """Yield usage as lines of CSV: one for each month, person, project, generator, kind and unit."""
    prices = prices_of(workspace)
    rows: QuerySet[Any, Any] = Usage.objects.filter(workspace=workspace, is_held=False)
    if month:
        rows = rows.filter(month=month)
    names = ("month", "person_name", "project_name", "generator", "kind", "unit")
    yield csv_line(COLUMNS)
    grouped = rows.order_by(*names).values_list(*names).annotate(jobs=Count("job"), sum=Sum("amount"))
    for *what, jobs, amount in grouped.iterator(chunk_size=1000):
        price = prices.get(what[-1])
        cost = f"{cost_of(amount, price):.4f}" if price else ""
        yield csv_line([*what, jobs, f"{amount:.3f}", cost, price.currency if price else ""])
