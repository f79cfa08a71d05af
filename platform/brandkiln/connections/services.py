"""Writes about connections, one transaction each."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.connections.models import Connection, Spending
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.sealing import seal, unseal
from brandkiln.core.slugs import create_with_slug
from brandkiln.core.text import is_storable
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature
from generators.params import Params, json_schema
from generators.remote import BadAddress, Remote, check_url

KEY_LENGTH = 4_000
MOST_TOKENS = 10**12


class BudgetSpent(Conflict):
    """The tokens of the month do not suffice for the job."""

    code = "budget_spent"


@transaction.atomic
def create_connection(
    *,
    workspace: Workspace,
    actor: User | None,
    name: str,
    base_url: str,
    model: str,
    key: str = "",
    monthly_tokens: int = 0,
) -> Connection:
    """Return a new connection; its key is sealed and shown to nobody again.

    Raises:
        Unprocessable: If the address can't be used or a value does not fit; ``fields`` names it.
    """
    require_feature(workspace, "remote")
    facts = _checked(name, base_url, model, key, monthly_tokens)
    connection = create_with_slug(
        lambda free: Connection.objects.create(workspace=workspace, slug=free, created_by=actor, **facts),
        name=facts["name"],
        taken=Connection.objects.filter(workspace=workspace),
        fallback="connection",
    )
    _set_key(connection, key.strip())
    _audit(connection, actor, "connection.created", has_key=bool(key.strip()))
    return connection


@transaction.atomic
def change_connection(
    *, connection: Connection, actor: User | None, key: str | None = None, **changes: Any
) -> Connection:
    """Change a connection. None leaves the key as it is; a new address needs the key entered anew.

    Raises:
        Unprocessable: If a value does not fit, or the address changed and the key was left as it is.
    """
    names = ("name", "base_url", "model", "monthly_tokens")
    values = {field: changes.get(field, getattr(connection, field)) for field in names}
    facts = _checked(values["name"], values["base_url"], values["model"], key or "", values["monthly_tokens"])
    if key is None and connection.sealed_key and facts["base_url"] != connection.base_url:
        message = _("The address is another one, so enter the key anew: it is not sent elsewhere by itself.")
        raise Unprocessable(message, fields={"key": message})
    for field, value in facts.items():
        setattr(connection, field, value)
    connection.save(update_fields=list(facts))
    if key is not None:
        _set_key(connection, key.strip())
    _audit(connection, actor, "connection.changed", has_key=bool(connection.sealed_key))
    return connection


@transaction.atomic
def delete_connection(*, connection: Connection, actor: User | None) -> None:
    """Delete a connection with its key; jobs that wait for it are refused."""
    _audit(connection, actor, "connection.deleted")
    connection.delete()


def find_connection(*, workspace: Workspace, key: str) -> Connection:
    """Return the workspace's connection with this id.

    Raises:
        NotFound: If it has none.
    """
    try:
        found = Connection.objects.filter(workspace=workspace, pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("There is no such connection in this workspace. An admin can make one."))
    return found


def check_connections(params: type[Params], values: dict[str, Any], *, workspace: Workspace) -> None:
    """Raise NotFound where the params name a connection that is not the workspace's."""
    for name, facts in json_schema(params)["properties"].items():
        if (facts.get("widget") == "connection" or name == "connection") and values.get(name):
            find_connection(workspace=workspace, key=values[name])


def reach(connection: Connection) -> Remote:
    """Return how a job reaches the server, with the key in the clear: it goes to the child process and nowhere else.

    Raises:
        SwitchedOff: If an admin has switched networks on other servers off.
    """
    require_feature(connection.workspace, "remote")
    return Remote(
        base_url=connection.base_url,
        model=connection.model,
        key=unseal(bytes(connection.sealed_key), owner=connection.pk),
        allowed=tuple(settings.REMOTE_HOSTS),
        seconds=float(settings.REMOTE_SECONDS),
    )


def spent_this_month(connection: Connection) -> int:
    """Return the tokens that were used or are held this month."""
    rows = Spending.objects.filter(connection=connection, month=_month())
    return int(rows.aggregate(total=Sum("tokens"))["total"] or 0)


@transaction.atomic
def hold_tokens(*, connection: Connection, job: UUID, tokens: int) -> None:
    """Hold the most tokens that a job may use; a second attempt holds no more.

    Raises:
        BudgetSpent: If the month's budget does not suffice.
    """
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    if Spending.objects.filter(job=job).exists():
        return
    left = connection.monthly_tokens - spent_this_month(connection)
    if connection.monthly_tokens and tokens > left:
        raise BudgetSpent(
            _(
                "%(name)s has %(left)s tokens left this month and this job may use %(tokens)s. Ask for fewer, wait for "
                "the next month, or let an admin raise the budget."
            )
            % {"name": connection.name, "left": max(left, 0), "tokens": tokens}
        )
    Spending.objects.create(connection=connection, job=job, month=_month(), tokens=tokens)


def convert_tokens(*, job: UUID, used: int | None) -> None:
    """Write what a job has used in place of what was held for it; None, where nobody knows, counts all of that."""
    rows = Spending.objects.filter(job=job, is_held=True)
    rows.update(is_held=False, **({} if used is None else {"tokens": max(0, used)}))


def _month() -> Any:
    return timezone.now().date().replace(day=1)


def _checked(name: str, base_url: str, model: str, key: str, monthly_tokens: int) -> dict[str, Any]:
    problems: dict[str, str] = {}
    facts = {"name": " ".join(name.split()), "base_url": base_url.strip().rstrip("/"), "model": model.strip()}
    for field, most in (("name", 80), ("base_url", 400), ("model", 200)):
        if not 1 <= len(facts[field]) <= most or not is_storable(facts[field]):
            problems[field] = _("1 to %(most)d characters.") % {"most": most}
    if len(key) > KEY_LENGTH or not key.strip().isascii() or any(c.isspace() for c in key.strip()):
        problems["key"] = _("A key is one word of plain characters.")
    if not 0 <= monthly_tokens <= MOST_TOKENS:
        problems["monthly_tokens"] = _("0 for no limit, else at most %(most)d.") % {"most": MOST_TOKENS}
    if "base_url" not in problems:
        try:
            check_url(facts["base_url"], settings.REMOTE_HOSTS)
        except BadAddress as error:
            problems["base_url"] = str(error)
    if problems:
        raise Unprocessable(
            _("These do not fit: %(names)s.") % {"names": ", ".join(problems)}, fields=problems
        )
    return {**facts, "monthly_tokens": monthly_tokens}


def _set_key(connection: Connection, key: str) -> None:
    connection.sealed_key = seal(key, owner=connection.pk)
    connection.save(update_fields=["sealed_key"])


def _audit(connection: Connection, actor: User | None, action: str, **facts: Any) -> None:
    record_audit(
        workspace=connection.workspace,
        actor=actor,
        action=action,
        subject=connection.name,
        data={"base_url": connection.base_url, "model": connection.model, **facts},
    )
