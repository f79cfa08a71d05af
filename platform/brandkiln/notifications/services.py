"""Telling people and servers what happened: one call, in the transaction that makes it so."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import override

from brandkiln.core.models import User
from brandkiln.notifications.kinds import Kind, check
from brandkiln.notifications.models import Announcement, Delivery, Endpoint, Mail, Notification, Preference
from brandkiln.workspaces.members import active_members
from brandkiln.workspaces.models import Membership, Role, Workspace
from brandkiln.workspaces.switches import is_on

WAKERS: list[Callable[[], object]] = []
"""What is called once new notifications are committed, so that open pages hear of them; apps above add theirs."""


@dataclass
class Held:
    """What was announced and is told together with what else somebody does at once.

    Attributes:
        facts: What `record` is given to write the announcement.
        rows: Who is told, still without an announcement.
        written: The announcement, where webhooks already have it.
    """

    facts: dict[str, Any]
    rows: list[Notification]
    written: Announcement | None = None


_HELD: ContextVar[list[Held] | None] = ContextVar("held", default=None)


def announce(
    *,
    workspace: Workspace,
    kind: str,
    subject: object,
    data: dict[str, Any],
    name: str = "",
    title: str = "",
    path: str = "",
    actor: User | None = None,
    people: Iterable[User | None] = (),
    not_by_mail: Collection[str] = (),
) -> Announcement | None:
    """Write down what happened for those who want to know; return None where that is nobody.

    Call it inside the transaction of the change: either both are kept or neither. Letters and webhooks go out later.

    Args:
        kind: An entry of ``kinds.KINDS``, whose fields ``data`` has.
        subject: The row that it is about, or words.
        name: What people call the subject, where ``str(subject)`` does not say it.
        title: A sentence instead of the kind's own words.
        path: Where in the studio it can be seen: what ``reverse`` returns.
        actor: Who did it. People are not told what they did themselves.
        people: Who is told, as far as they are members; what they want to be told of is theirs to say.
        not_by_mail: Addresses that get another letter about the same thing.

    Raises:
        UnknownKind: If the kind or its data is not documented.
    """
    entry = check(kind, data)
    told = _notifications(workspace, entry, actor, people, not_by_mail)
    listening = _listening(workspace, kind)
    if not told and not listening:
        return None
    facts: dict[str, Any] = {
        "workspace": workspace, "kind": entry, "subject": subject, "name": name, "data": data, "title": title,
        "path": path, "actor": actor,
    }  # fmt: skip
    waiting = _HELD.get() if entry.many and told else None
    with transaction.atomic():
        announcement = record(**facts) if waiting is None or listening else None
        Delivery.objects.bulk_create(
            Delivery(workspace=workspace, endpoint=endpoint, announcement=announcement)
            for endpoint in listening
        )
        if waiting is not None:
            waiting.append(Held(facts, told, announcement))
        elif announcement:
            _tell(announcement, told)
    return announcement


@contextmanager
def told_together(path: Callable[[Announcement], str]) -> Iterator[list[Held]]:
    """Tell each person once of all that is announced inside, as far as it is alike; webhooks get each by itself.

    All of it is one transaction. What is yielded is held so far: whoever takes a part back cuts it off there.

    Args:
        path: Where in the studio all that an announcement is about can be seen.
    """
    with transaction.atomic():
        held: list[Held] = []
        token = _HELD.set(held)
        try:
            yield held
        finally:
            _HELD.reset(token)
        for rows, some in _alike(held):
            if len(some) == 1:
                _tell(some[0].written or record(**some[0].facts), rows)
                continue
            together = record(**_summed(some))
            together.path = path(together)
            together.save(update_fields=["path"])
            _tell(together, rows)


def _alike(held: Iterable[Held]) -> Iterator[tuple[list[Notification], list[Held]]]:
    """Yield what is told together, with the people who are told of just that: one row for each of them."""
    heard: dict[tuple[object, ...], list[tuple[Notification, int]]] = defaultdict(list)
    numbered = list(held)
    for number, one in enumerate(numbered):
        kind, data = one.facts["kind"], one.facts["data"]
        alike = (one.facts["workspace"].pk, one.facts["actor"], kind.name, data.get(kind.alike))
        for row in one.rows:
            heard[row.person_id, *alike].append((row, number))
    shared: dict[tuple[int, ...], list[Notification]] = defaultdict(list)
    for some in heard.values():
        shared[tuple(number for _row, number in some)].append(some[0][0])
    for numbers, rows in shared.items():
        yield rows, [numbered[number] for number in numbers]


def _summed(some: list[Held]) -> dict[str, Any]:
    """Return the facts of one announcement of several: what all of their data say alike, their count and their ids."""
    first = some[0].facts
    data = {
        name: value
        for name, value in first["data"].items()
        if all(one.facts["data"][name] == value for one in some)
    }
    data |= {"count": len(some), "subjects": [str(one.facts["subject"].pk) for one in some]}
    return first | {"data": data, "title": "", "path": ""}


def _tell(announcement: Announcement, rows: list[Notification]) -> None:
    for row in rows:
        row.announcement = announcement
    Notification.objects.bulk_create(rows)
    if rows:
        transaction.on_commit(wake, robust=True)


def record(
    *,
    workspace: Workspace,
    kind: Kind,
    subject: object,
    data: dict[str, Any],
    name: str = "",
    title: str = "",
    path: str = "",
    actor: User | None = None,
) -> Announcement:
    """Write the row of an announcement and return it."""
    row = subject if isinstance(subject, models.Model) else None
    name = (name or str(subject))[:200]
    if not title:
        with override("en"):
            title = str(kind.words_for(data)) % {**data, "subject": name, "actor": actor or "-"}
    return Announcement.objects.create(
        workspace=workspace,
        kind=kind.name,
        subject_type=(row._meta.model_name or "") if row is not None else "",
        subject_id=str(row.pk) if row is not None else "",
        subject=name,
        title=title[:300],
        data=data,
        path=path[:400],
        actor=actor,
    )


def tell_of_member(membership: Membership) -> None:
    """Tell the admins that somebody has joined."""
    announce(
        workspace=membership.workspace,
        kind="member.joined",
        subject=membership.user,
        data={"email": membership.user.email, "role": membership.role},
        path=reverse("dashboard:member_list", args=[membership.workspace.slug]),
        actor=membership.user,
    )


def wake() -> None:
    """Call those who tell open pages."""
    for waker in WAKERS:
        waker()


def _listening(workspace: Workspace, kind: str) -> list[Endpoint]:
    if not is_on(workspace, "webhooks"):
        return []
    rows = Endpoint.objects.filter(workspace=workspace, paused_at=None)
    return [row for row in rows if not row.kinds or kind in row.kinds]


def _notifications(
    workspace: Workspace,
    kind: Kind,
    actor: User | None,
    people: Iterable[User | None],
    not_by_mail: Collection[str],
) -> list[Notification]:
    """Return a row for each member who is to be told, still without its announcement."""
    wanted = {person.pk for person in people if person is not None}
    if not wanted and not kind.to_admins:
        return []
    members = active_members(workspace.pk)
    who = models.Q(user__in=wanted)
    if kind.to_admins:
        who |= models.Q(role=Role.ADMIN)
    found = members.filter(who).exclude(user=actor).values_list("user_id", "user__email")
    addresses = dict(found)
    choices = {
        row.person_id: row
        for row in Preference.objects.filter(workspace=workspace, kind=kind.name, person__in=addresses)
    }
    rows = []
    for person, address in addresses.items():
        choice = choices.get(person)
        in_app = choice.in_app if choice else kind.in_app
        mail = choice.mail if choice else kind.mail
        if address in not_by_mail:
            mail = Mail.NEVER
        if in_app or mail != Mail.NEVER:
            rows.append(Notification(workspace=workspace, person_id=person, is_shown=in_app, mail=mail))
    return rows
