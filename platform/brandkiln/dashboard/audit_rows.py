"""Entries of the audit log as people read them: pieces by their titles, values with their units, no checksums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from brandkiln.dashboard.templatetags.studio import shown, spoken
from brandkiln.library.models import Asset
from brandkiln.workspaces.audit import meaning
from brandkiln.workspaces.models import AuditEntry, Role, Unit, Workspace
from brandkiln.workspaces.units import NAMES, PRICED, SCALES, amount_said, price_said

FOR_FILES = {"sha256", "files", "split_seed"}
"""What only the CSV and JSON files show: checksums and what else nobody reads."""


@dataclass(frozen=True)
class Row:
    """One entry: what was done, to what, where that is, and what else is known."""

    entry: AuditEntry
    said: str
    subject: str
    address: str
    details: list[tuple[str, str]]


def rows_of(entries: Sequence[AuditEntry], workspace: Workspace) -> list[Row]:
    """Return the entries as they are shown, with one query for the pieces among them."""
    keys = {entry.subject: key for entry in entries if (key := _uuid(entry.subject))}
    pieces = Asset.objects.filter(workspace=workspace).in_bulk(list(keys.values())) if keys else {}
    found = []
    for entry in entries:
        key = keys.get(entry.subject)
        piece = pieces.get(key) if key else None
        subject, address = entry.subject, ""
        if piece:
            subject = spoken(str(piece))
            address = reverse("dashboard:asset_page", args=[workspace.slug, piece.pk])
        elif key:
            subject = (
                _("deleted (%(id)s)") % {"id": str(key)[:8]}
                if entry.action.startswith("asset.")
                else str(key)[:8]
            )
        found.append(Row(entry, meaning(entry.action), subject, address, list(_details(entry))))
    return found


def _details(entry: AuditEntry) -> Iterator[tuple[str, str]]:
    unit = entry.data.get("unit")
    for name, value in entry.data.items():
        if entry.action == "prices.set" and name in PRICED:
            yield str(PRICED[name]), price_said(Decimal(value) * SCALES[name])
            continue
        if name in FOR_FILES or value in (None, "", [], {}):
            continue
        if name == "unit" and value in NAMES:
            continue  # stands in the subject and beside the number
        yield _name(name), _value(name, value, unit)


def _name(name: str) -> str:
    return str(NAMES.get(name) or spoken(name))


def _value(name: str, value: Any, unit: Any) -> str:
    if name == "most" and unit in Unit.values and isinstance(value, int | float):
        return amount_said(unit, value)
    if name in {"size", "bytes"} and isinstance(value, int):
        return str(filesizeformat(value))
    if name == "role" and value in Role.values:
        return str(Role(value).label)
    if name == "fields" and isinstance(value, list):
        return ", ".join(spoken(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(one)}" for key, one in value.items())
    if isinstance(value, str) and (moment := _moment(value)):
        return date_format(timezone.localtime(moment), pgettext("format", "j M Y, H:i"))
    return str(shown(value))


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text) if len(text) > 15 else None
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
