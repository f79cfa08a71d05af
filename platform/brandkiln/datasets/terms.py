"""The terms of a data set: where it comes from, whether it may be used, by when, and how long it is kept."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.datasets.models import Consent, Dataset, People
from brandkiln.workspaces.models import Membership, Role
from brandkiln.workspaces.services import record_audit

LICENCES = (
    "LicenseRef-Own", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-SA-4.0",
    "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "ODbL-1.0", "ODC-By-1.0", "PDDL-1.0", "Apache-2.0", "MIT",
    "BSD-3-Clause", "GPL-3.0-or-later", "LicenseRef-Contract",
)  # fmt: skip
"""SPDX identifiers that are offered; LicenseRef-Own stands for data of one's own. Any other text may be typed."""
NEEDED = ("licence", "consent", "people")
"""What has to be known of a data set before a generator learns from it."""
FIELDS = ("source", "licence", "consent", "people", "expires_on", "do_not_train", "is_medical", "keep_days")
MOST_DAYS = 3650


def missing_terms(dataset: Dataset) -> list[str]:
    """Return the names of the terms that nobody has filled in yet and that training needs."""
    return [name for name in NEEDED if not getattr(dataset, name)]


def has_expired(dataset: Dataset) -> bool:
    """Return whether the last day on which the data may be used is over."""
    return dataset.expires_on is not None and dataset.expires_on < timezone.localdate()


def plain_terms(dataset: Dataset) -> dict[str, Any]:
    """Return the terms as a receipt and a checkpoint's card carry them on."""
    return {name: _plain(getattr(dataset, name)) for name in ("licence", "source", "consent", "people")}


def may_set_terms(dataset: Dataset, membership: Membership) -> bool:
    """Return whether the member may change the terms: who made the data set, and publishers and above."""
    made_it = dataset.created_by_id is not None and dataset.created_by_id == membership.user_id
    return made_it or Role(membership.role).rank >= Role.PUBLISHER.rank


def checked_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms as they are stored; texts are trimmed.

    Raises:
        ValueError: If a name is not one of ``FIELDS``.
        Unprocessable: If a value does not fit; ``fields`` names it.
    """
    if unknown := set(terms) - set(FIELDS):
        raise ValueError(f"A data set has no term {', '.join(sorted(unknown))}.")
    checked: dict[str, Any] = {
        name: unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value
        for name, value in terms.items()
    }
    problems: dict[str, str] = {}
    for name, most in (("source", 400), ("licence", 120)):
        text = checked.get(name, "")
        if len(text) > most or not is_storable(text):
            problems[name] = _("At most %(most)d characters, none of them NUL.") % {"most": most}
    for name, choices in (("consent", Consent), ("people", People)):
        if checked.get(name, "") not in choices.values:
            problems[name] = _("One of: %(names)s.") % {"names": ", ".join(filter(None, choices.values))}
    days = checked.get("keep_days")
    if days is not None and not 1 <= days <= MOST_DAYS:
        problems["keep_days"] = _("1 to %(most)d days, or nothing to keep it.") % {"most": MOST_DAYS}
    if problems:
        message = _("These terms do not fit: %(names)s.") % {"names": ", ".join(problems)}
        raise Unprocessable(message, fields=problems)
    return checked


@transaction.atomic
def set_terms(*, dataset: Dataset, actor: User | None, **terms: Any) -> Dataset:
    """Change some of the terms; the audit log keeps what each was before.

    Raises:
        Unprocessable: If a value does not fit.
    """
    row = Dataset.objects.select_for_update().get(pk=dataset.pk)
    changes = {name: value for name, value in checked_terms(terms).items() if getattr(row, name) != value}
    if changes:
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(update_fields=list(changes))
        record_audit(
            workspace=row.workspace,
            actor=actor,
            action="dataset.terms",
            subject=row.name,
            data={name: {"from": _plain(before[name]), "to": _plain(changes[name])} for name in changes},
        )
    return row


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
