"""The audit log: what its entries mean in words, filters, and files to keep."""

import json
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brandkiln.core.tables import csv_line
from brandkiln.workspaces.models import AuditEntry, Workspace

THINGS: dict[str, str | Promise] = {
    "asset": _("Piece"), "brand_kit": _("Brand kit"), "bulk": _("Bulk run"),
    "bulk_schedule": _("Schedule of a bulk run"), "bulk_template": _("Template"),
    "campaign": _("Campaign"), "checkpoint": _("Checkpoint"), "comment": _("Comment"),
    "connection": _("Connection"), "dataset": _("Data set"), "dataset_version": _("Version of a data set"),
    "entry": _("Calendar entry"), "feature": _("Feature"), "feed": _("Calendar feed"), "folder": _("Folder"),
    "import": _("Import"), "invitation": _("Invitation"), "labels": _("Labels"), "logo": _("Logo"),
    "member": _("Member"), "pack": _("Export pack"), "personal_data": _("Personal data"), "prices": _("Prices"),
    "project": _("Project"), "quota": _("Quota"), "record": _("Record"), "report": _("Report"),
    "report_template": _("Template of reports"), "review": _("Review"), "rule": _("Rule of the brand"),
    "share": _("Link for people outside"), "tag": _("Tag"), "token": _("API token"), "training": _("Training"),
    "upload": _("Upload"), "webhook": _("Webhook"), "workspace": _("Workspace"),
}  # fmt: skip
"""What entries are about, by the first word of their action."""

DEEDS: dict[str, str | Promise] = {
    "allowed": _("allowed although something is missing"), "approved": _("approved"), "archived": _("archived"),
    "asked": _("asked for"), "cancelled": _("cancelled"), "changed": _("changed"), "changes": _("changes asked for"),
    "cleared": _("cleared"), "created": _("made"), "decided": _("decided"), "deleted": _("deleted"),
    "derived": _("made from another"), "described": _("named"), "direction_named": _("a direction named"),
    "erased": _("erased"), "erasure_requested": _("erasure asked for"), "files_deleted": _("files deleted by age"),
    "generated": _("made of generated pictures"), "given_up": _("given up"), "held": _("held back"),
    "imported": _("imported"), "invited": _("invited"), "issued": _("issued"), "joined": _("joined"),
    "merged": _("merged"), "off": _("switched off"), "on": _("switched on"), "overruled": _("overruled"),
    "paused": _("paused"), "promoted": _("put into production"), "published": _("marked as published"),
    "received": _("received"), "rejected": _("rejected"), "released": _("released"), "removed": _("removed"),
    "renamed": _("renamed"), "requested": _("asked for"), "restored": _("taken back"), "resumed": _("resumed"),
    "retried": _("tried again"), "revised": _("edited"), "revoked": _("revoked"), "role": _("role changed"),
    "rolled_back": _("rolled back"), "rules": _("rules changed"), "saved": _("saved"),
    "scheduled": _("put on a schedule"), "secret_changed": _("secret changed"), "set": _("set"),
    "shared": _("shared by link"), "started": _("started"), "terms": _("licence and consent changed"),
    "trashed": _("moved to the trash"), "tried": _("tried on some rows"), "unapproved": _("asked for unapproved"),
    "undone": _("taken back"), "unpublished": _("marked as not published"), "unscheduled": _("schedule ended"),
    "unshared": _("link ended"), "updated": _("changed"), "withdrawn": _("withdrawn"),
    "commented": _("commented"), "copied": _("copied"),
}  # fmt: skip
"""What was done, by the second word."""

COLUMNS = ("created_at", "actor", "action", "meaning", "subject", "data")


def meaning(action: str) -> str:
    """Return an action in words: "dataset.trashed" is "Data set: moved to the trash"."""
    thing, _dot, deed = action.partition(".")
    return f"{THINGS.get(thing, thing.replace('_', ' '))}: {DEEDS.get(deed, deed.replace('_', ' '))}"


def entries_of(
    workspace: Workspace,
    *,
    who: str = "",
    what: str = "",
    subject: str = "",
    since: str = "",
    until: str = "",
) -> "QuerySet[AuditEntry]":
    """Return the entries that fit, the newest first; what is left empty or can't be read filters nothing.

    Args:
        who: A member's id, or "studio" for what the studio did by itself.
        what: An action, or its first word.
        subject: Part of what it is about.
        since: A day in ISO form by the reader's clock, which is UTC for programs; included.
        until: Likewise.
    """
    rows = (
        AuditEntry.objects.filter(workspace=workspace).select_related("actor").order_by("-created_at", "-id")
    )
    if who == "studio":
        rows = rows.filter(actor=None)
    elif _is_uuid(who):
        rows = rows.filter(actor=UUID(who))
    if what:
        rows = rows.filter(Q(action=what) | Q(action__startswith=f"{what}."))
    if subject:
        rows = rows.filter(subject__icontains=subject)
    here = timezone.get_current_timezone()
    if day := _day(since):
        rows = rows.filter(created_at__gte=datetime.combine(day, time.min, here))
    if day := _day(until):
        rows = rows.filter(created_at__lte=datetime.combine(day, time.max, here))
    return rows


def as_csv(entries: "QuerySet[AuditEntry]") -> Iterator[str]:
    """Yield the entries as lines of CSV; no cell begins a formula of a spreadsheet."""
    yield csv_line(COLUMNS)
    for facts in _facts(entries):
        yield csv_line(
            [*list(facts.values())[:-1], json.dumps(facts["data"], ensure_ascii=False, sort_keys=True)]
        )


def as_jsonl(entries: "QuerySet[AuditEntry]") -> Iterator[str]:
    """Yield the entries as lines of JSON."""
    for facts in _facts(entries):
        yield json.dumps(facts, ensure_ascii=False) + "\n"


def facts_of(entry: AuditEntry) -> dict[str, Any]:
    """Return an entry as files and the API have it."""
    return {
        "created_at": entry.created_at.isoformat(),
        "actor": entry.actor.email if entry.actor else "",
        "action": entry.action,
        "meaning": meaning(entry.action),
        "subject": entry.subject,
        "data": entry.data,
    }


def _facts(entries: "QuerySet[AuditEntry]") -> Iterator[dict[str, Any]]:
    for entry in entries.iterator(chunk_size=1000):
        yield facts_of(entry)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
