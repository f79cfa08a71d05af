"""How people want to be told: by kind in the studio and by mail, and when the digest comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import cast
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.moments import Every, Rule, zone_of
from brandkiln.notifications.kinds import KINDS, NOT_CHOSEN, Kind
from brandkiln.notifications.models import Digest, Mail, Preference
from brandkiln.workspaces.models import Membership, Workspace

SALT = "brandkiln.unsubscribe"
DEFAULT_HOUR = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """How a person is told of one kind: as they chose, or by default."""

    kind: Kind
    in_app: bool
    mail: str


def choices_of(workspace: Workspace, person: User) -> list[Choice]:
    """Return how the person is told of each kind."""
    kept = {row.kind: row for row in Preference.objects.filter(workspace=workspace, person=person)}
    found = []
    for kind in KINDS.values():
        if kind.name not in NOT_CHOSEN:
            row = kept.get(kind.name)
            found.append(Choice(kind, row.in_app if row else kind.in_app, row.mail if row else kind.mail))
    return found


@transaction.atomic
def save_choices(*, workspace: Workspace, person: User, choices: Mapping[str, tuple[bool, str]]) -> None:
    """Keep whether each kind is shown in the studio, and when there is a letter.

    Raises:
        Unprocessable: If there is no such kind or no such time of letters.
    """
    for name, (in_app, mail) in choices.items():
        if name not in KINDS or name in NOT_CHOSEN or mail not in Mail.values:
            message = _("%(name)s: %(mail)s is none of %(known)s, or there is no such kind.") % {
                "name": name, "mail": mail, "known": ", ".join(Mail.values),
            }  # fmt: skip
            raise Unprocessable(message, fields={name: message})
        Preference.objects.update_or_create(
            workspace=workspace, person=person, kind=name, defaults={"in_app": in_app, "mail": mail}
        )


def digest_of(workspace: Workspace, person: User) -> Digest:
    """Return when the person's digest comes; not yet kept where they have not said so."""
    kept = Digest.objects.filter(workspace=workspace, person=person).first()
    return kept or _due(Digest(workspace=workspace, person=person, hour=DEFAULT_HOUR))


@transaction.atomic
def save_digest(
    *, workspace: Workspace, person: User, every: str, hour: int, weekday: int = 0, time_zone: str = "UTC"
) -> Digest:
    """Keep when the person's digest comes.

    Raises:
        Unprocessable: If that is no time.
    """
    problems = {}
    if every not in Digest.Every.values:
        problems["every"] = ", ".join(Digest.Every.values)
    if not 0 <= hour <= 23:
        problems["hour"] = _("From 0 to 23.")
    if not 0 <= weekday <= 6:
        problems["weekday"] = _("From 0, Monday, to 6.")
    if zone_of(time_zone) is None:
        problems["time_zone"] = _("There is no time zone %(zone)s; one is Europe/Berlin.") % {
            "zone": time_zone
        }
    if problems:
        raise Unprocessable(
            _("These do not fit: %(names)s.") % {"names": ", ".join(problems)}, fields=problems
        )
    row = Digest(
        workspace=workspace, person=person, every=every, hour=hour, weekday=weekday, time_zone=time_zone
    )
    facts = {name: getattr(_due(row), name) for name in ("every", "hour", "weekday", "time_zone", "due_at")}
    return Digest.objects.update_or_create(workspace=workspace, person=person, defaults=facts)[0]


def next_due(digest: Digest, after: datetime) -> datetime:
    """Return when the digest comes next."""
    zone = zone_of(digest.time_zone) or zone_of("UTC")
    assert zone is not None
    return Rule(cast(Every, digest.every), time(digest.hour), zone, digest.weekday).next(after)


def stop_token(workspace: Workspace, person: User, kind: str) -> str:
    """Return what stands in a letter's link with which one ends letters of its kind, "" for all kinds."""
    return signing.dumps([str(workspace.pk), str(person.pk), kind], salt=SALT, compress=True)


def read_stop_token(token: str) -> tuple[Membership, str]:
    """Return whose letters of which kind a link ends.

    Raises:
        NotFound: If it is none of ours, or the person is no member any more.
    """
    try:
        workspace, person, kind = signing.loads(token, salt=SALT)
        found = Membership.objects.select_related("workspace", "user").filter(
            workspace=UUID(workspace), user=UUID(person)
        ).first()  # fmt: skip
    except (signing.BadSignature, ValueError, TypeError):
        found = None
    if found is None:
        raise NotFound(_("This link is not complete, or you are no member of the workspace any more."))
    return found, str(kind)


def stop_letters(token: str) -> tuple[Membership, str]:
    """End the letters that a link names; in the studio the person is told as before."""
    membership, name = read_stop_token(token)
    wanted = [
        choice
        for choice in choices_of(membership.workspace, membership.user)
        if name in ("", choice.kind.name)
    ]
    save_choices(
        workspace=membership.workspace, person=membership.user,
        choices={choice.kind.name: (choice.in_app, Mail.NEVER) for choice in wanted},
    )  # fmt: skip
    return membership, name


def _due(digest: Digest) -> Digest:
    digest.due_at = next_due(digest, timezone.now())
    return digest
