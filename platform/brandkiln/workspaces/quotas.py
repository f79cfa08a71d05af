"""Quotas: held for a job when it is submitted, converted to what it used when it ends, race-safe by one UPDATE each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.core.models import User
from brandkiln.workspaces.members import active_members
from brandkiln.workspaces.models import Membership, Quota, Role, Unit, Usage, Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.units import NAMES, amount_said, part_said

NEAR, REACHED = 80, 100
"""Of how many percent of a quota the admins are told."""
MOST = 1e15
ADMINS_NAMED = 3


class QuotaSpent(StudioError):
    """A quota does not suffice for what was asked."""

    code, status = "quota_spent", 409


@dataclass(frozen=True, slots=True)
class Work:
    """A job, as far as it is counted."""

    workspace: Workspace
    job: UUID
    kind: str
    generator: str
    person: User | None
    project: UUID
    project_name: str

    def columns(self) -> dict[str, Any]:
        return {
            "workspace": self.workspace, "job": self.job, "kind": self.kind, "generator": self.generator,
            "person": self.person, "person_name": self.person.email if self.person else "",
            "project": self.project, "project_name": self.project_name[:120],
        }  # fmt: skip


def this_month() -> date:
    """Return the first day of the month in UTC."""
    return timezone.now().date().replace(day=1)


def quotas_for(work: Work, units: Mapping[str, float]) -> "QuerySet[Quota]":
    """Return the quotas that count a job: of the workspace, of its person and of its project."""
    return Quota.objects.filter(
        Q(person=None) | Q(person=work.person),
        Q(project=None) | Q(project=work.project),
        workspace=work.workspace,
        unit__in=list(units),
    )


@transaction.atomic
def hold(work: Work, amounts: Mapping[str, float]) -> list[Quota]:
    """Hold what a job may use in every quota that counts it; call it in the transaction that writes the job.

    Returns:
        Quotas of which the admins are to be told now: nearly or wholly used up.

    Raises:
        QuotaSpent: If one of them does not suffice; nothing is held then.
    """
    found = list(
        quotas_for(work, amounts).order_by("pk")
    )  # the same order for all, so that nobody waits crosswise
    if not found:
        return []
    month = this_month()
    for quota in found:
        begin_month(quota, month)
        amount = amounts[quota.unit]
        if not Quota.objects.filter(pk=quota.pk, spent__lte=F("most") - amount).update(
            spent=F("spent") + amount
        ):
            quota.refresh_from_db()
            raise QuotaSpent(_refusal(quota, amount))
    Usage.objects.bulk_create(
        Usage(**work.columns(), unit=unit, amount=amount, is_held=True, month=month)
        for unit, amount in amounts.items()
        if unit in {quota.unit for quota in found}
    )
    return crossed(found)


@transaction.atomic
def convert(work: Work, used: Mapping[str, float]) -> list[Quota]:
    """Write what a job has used in place of what was held for it; what nothing was held for is counted all the same.

    Returns:
        Quotas of which the admins are to be told now.
    """
    held = {row.unit: row for row in Usage.objects.select_for_update().filter(job=work.job, is_held=True)}
    quotas = list(quotas_for(work, {**used, **dict.fromkeys(held, 0.0)}).order_by("pk"))
    fresh, touched, changes = [], [], {}
    for unit in sorted({*used, *held}):
        amount, row = float(used.get(unit, 0)), held.get(unit)
        changes[unit] = (row.month, amount - row.amount) if row else (this_month(), amount)
        if row and amount:
            row.amount, row.is_held = amount, False
            row.save(update_fields=["amount", "is_held"])
        elif row:
            row.delete()
        elif amount:
            fresh.append(Usage(**work.columns(), unit=unit, amount=amount, month=this_month()))
    for quota in quotas:  # in the order in which `hold` takes them, so that nobody waits crosswise
        month, change = changes[quota.unit]
        if change:
            begin_month(quota, this_month())
            Quota.objects.filter(pk=quota.pk, month=month).update(spent=F("spent") + change)
            touched.append(quota)
    Usage.objects.bulk_create(fresh, ignore_conflicts=True)
    return crossed(touched)


def begin_month(quota: Quota, month: date) -> None:
    """Count from nothing in a new month; once, however many ask."""
    if quota.month != month and quota.unit != Unit.STORED_BYTES:
        Quota.objects.filter(pk=quota.pk, month__lt=month).update(month=month, spent=0, told=0)


def crossed(quotas: list[Quota]) -> list[Quota]:
    """Return those of the quotas that have passed a mark that the admins were not told of; each once a month."""
    found = []
    for quota in {one.pk: one for one in quotas}.values():
        for mark in (REACHED, NEAR):
            rows = Quota.objects.filter(
                pk=quota.pk, told__lt=mark, spent__gte=F("most") * (mark / 100), most__gt=0
            )
            if rows.update(told=mark):
                quota.refresh_from_db()
                found.append(quota)
                break
    return found


@transaction.atomic
def save_quota(
    *,
    workspace: Workspace,
    actor: User | None,
    unit: str,
    most: float,
    person: User | None = None,
    project: UUID | None = None,
    project_name: str = "",
) -> Quota:
    """Set a quota of the workspace, of one person or of one project; what was used this month counts.

    Raises:
        Unprocessable: If the unit is none, the number is none, or the person is no member.
    """
    problems = {}
    if unit not in Unit.values:
        problems["unit"] = _("Use one of %(known)s.") % {"known": ", ".join(Unit.values)}
    if not math.isfinite(most) or not 0 <= most <= MOST:
        problems["most"] = _("From 0, which refuses everything, to %(most)d.") % {"most": int(MOST)}
    if person and not Membership.objects.filter(workspace=workspace, user=person).exists():
        problems["person"] = _("They are no member of this workspace.")
    if unit == Unit.STORED_BYTES and (person or project):
        problems["unit"] = _("Storage has a quota for the whole workspace only.")
    if problems:
        raise Unprocessable(
            _("These do not fit: %(names)s.") % {"names": ", ".join(problems)}, fields=problems
        )
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    # Locked before usage is summed: what is being held just now is in the sum, or added to it afterwards.
    list(
        Quota.objects.select_for_update().filter(
            workspace=workspace, unit=unit, person=person, project=project
        )
    )
    month = this_month()
    rows = Usage.objects.filter(workspace=workspace, unit=unit, month=month)
    if person:
        rows = rows.filter(person=person)
    if project:
        rows = rows.filter(project=project)
    spent = rows.aggregate(sum=Sum("amount"))["sum"] or 0.0
    quota, _made = Quota.objects.update_or_create(
        workspace=workspace, unit=unit, person=person, project=project,
        defaults={"most": most, "spent": spent, "month": month, "told": 0, "project_name": project_name[:120]},
    )  # fmt: skip
    record_audit(
        workspace=workspace,
        actor=actor,
        action="quota.set",
        subject=name_of(quota),
        data={"unit": unit, "most": most},
    )
    return quota


@transaction.atomic
def delete_quota(*, quota: Quota, actor: User | None) -> None:
    """Take a limit away; usage is counted as before."""
    record_audit(workspace=quota.workspace, actor=actor, action="quota.deleted", subject=name_of(quota))
    quota.delete()


def stored_limit(workspace: Workspace, default: int) -> int:
    """Return how many bytes the workspace may keep: its quota, or what the operator set; 0 is no limit."""
    own = (
        Quota.objects.filter(workspace=workspace, unit=Unit.STORED_BYTES)
        .values_list("most", flat=True)
        .first()
    )
    return default if own is None else max(1, int(own))


def name_of(quota: Quota) -> str:
    """Return what people call a quota: the unit, and whose it is."""
    label = str(NAMES[quota.unit])
    whose = quota.project_name if quota.project else (str(quota.person) if quota.person else "")
    return f"{label}, {whose}" if whose else label


def _refusal(quota: Quota, amount: float) -> str:
    admins = active_members(quota.workspace_id).filter(role=Role.ADMIN)
    names = list(admins.order_by("created_at").values_list("user__email", flat=True)[:ADMINS_NAMED])
    return _(
        "The quota %(quota)s has %(left)s left this month and this needs about %(amount)s. Ask for less, "
        "wait for the next month, or ask an admin for more: %(admins)s."
    ) % {
        "quota": name_of(quota), "left": part_said(quota.unit, quota.left, quota.most),
        "amount": amount_said(quota.unit, amount), "admins": ", ".join(names) or "-",
    }  # fmt: skip
