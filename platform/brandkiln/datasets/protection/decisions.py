"""What a scan for personal data found in a version, and what people decided about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.removal import release
from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion, PersonalDataScan
from brandkiln.workspaces.services import record_audit

ACTIONS = {
    "allow": gettext_lazy("Allow"),
    "mask": gettext_lazy("Mask"),
    "pseudonymise": gettext_lazy("Pseudonymise"),
    "block": gettext_lazy("Block"),
}
KINDS = {
    "person": gettext_lazy("Names of people"),
    "email": gettext_lazy("E-mail addresses"),
    "phone": gettext_lazy("Telephone numbers"),
    "cn_mobile": gettext_lazy("Chinese mobile numbers"),
    "cn_id": gettext_lazy("Chinese identity cards"),
    "bank_card": gettext_lazy("Bank cards"),
    "credit_card": gettext_lazy("Credit cards"),
    "iban": gettext_lazy("Bank accounts (IBAN)"),
    "ip": gettext_lazy("IP addresses"),
    "us_ssn": gettext_lazy("US social security numbers"),
}
TEXT, NAME = "", "/name"
"""Columns that are none: a record's text or caption, and the name of its file."""


def undecided_findings(version: DatasetVersion) -> list[dict[str, Any]]:
    """Return what the version's scan found and nobody has decided about; nothing where it was not scanned."""
    scan = PersonalDataScan.objects.filter(version=version).first()
    if scan is None:
        return []
    decided = {(one["column"], one["kind"]) for one in scan.decisions}
    return [one for one in scan.summary.get("found", []) if (one["column"], one["kind"]) not in decided]


@transaction.atomic
def record_scan(
    *, version: DatasetVersion, summary: dict[str, Any], spans: Artifact | None
) -> PersonalDataScan:
    """Keep what a scan found; decisions about what was found before stay."""
    before = PersonalDataScan.objects.select_for_update().filter(version=version).first()
    if before and before.spans_id and (spans is None or before.spans_id != spans.pk):
        release([before.spans_id])
    scan, _is_new = PersonalDataScan.objects.update_or_create(
        version=version,
        defaults={"workspace_id": version.workspace_id, "summary": summary, "spans": spans},
    )
    return scan


@transaction.atomic
def decide(
    *, scan: PersonalDataScan, decisions: Iterable[Mapping[str, str]], actor: User | None
) -> PersonalDataScan:
    """Keep what is to be done about each column and kind that was found; the others stay undecided.

    Raises:
        Unprocessable: If one names something that was not found, or an action that there is not.
    """
    scan = PersonalDataScan.objects.select_for_update().select_related("version").get(pk=scan.pk)
    found = {(one["column"], one["kind"]) for one in scan.summary.get("found", [])}
    chosen: dict[tuple[str, str], str] = {
        (one["column"], one["kind"]): one["action"] for one in scan.decisions
    }
    for one in decisions:
        place = (one["column"], one["kind"])
        if place not in found:
            message = _('The scan found no "%(kind)s" in "%(column)s". Choose among what it found.')
            raise Unprocessable(message % {"kind": one["kind"], "column": one["column"]})
        if one["action"] not in ACTIONS:
            message = _('"%(action)s" is no decision; use one of: %(names)s.')
            raise Unprocessable(message % {"action": one["action"], "names": ", ".join(ACTIONS)})
        chosen[place] = one["action"]
    scan.decisions = [
        {"column": column, "kind": kind, "action": action} for (column, kind), action in chosen.items()
    ]
    scan.decided_by, scan.decided_at = actor, timezone.now()
    scan.save(update_fields=["decisions", "decided_by", "decided_at"])
    record_audit(
        workspace=scan.workspace,
        actor=actor,
        action="personal_data.decided",
        subject=scan.version,
        data={"decisions": scan.decisions},
    )
    return scan


def to_apply(scan: PersonalDataScan) -> list[dict[str, str]]:
    """Return the decisions that change records; what is allowed stays as it is."""
    return [one for one in scan.decisions if one["action"] != "allow"]
