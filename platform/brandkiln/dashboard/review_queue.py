"""Which pieces wait for review, in which order, a page at a time."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import DateTimeField, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce
from django.http import QueryDict

from brandkiln.dashboard.lookup import keys_of
from brandkiln.library.models import Asset
from brandkiln.notifications.reading import subjects_of
from brandkiln.review.models import State
from brandkiln.review.queries import in_review, stands, waiting_for
from brandkiln.workspaces.access import MemberRequest

FAR = datetime(9999, 12, 31, tzinfo=UTC)
MOST_CHOSEN = 500
ORDERS = ("likely", "due", "new")
WHO = ("me", "asked", "all", "changes", "drafts")
SCOPES: dict[str, Callable[[UUID], Q]] = {
    "campaign": lambda key: Q(campaign_pieces__campaign=key),
    "bulk": lambda key: Q(job__bulk_row__bulk=key),
    "job": lambda key: Q(job=key),
    "told": lambda key: Q(pk__in=subjects_of(key)),
}
"""What a queue can be limited to by a word and a key in its address: which assets belong to it."""


@dataclass(frozen=True)
class Wanted:
    """What a queue shows.

    Attributes:
        who: "me": waits for the reader; "asked": the reader asked; "all": everything in review; "changes": changes
            are wanted of what the reader made; "drafts": nobody was asked yet.
        by: "likely" to be approved first, first "due", or "new"est first.
        chosen: Only these pieces, whoever was asked.
    """

    who: str = "me"
    by: str = "due"
    project: str = ""
    kind: str = ""
    scope: tuple[str, UUID] | None = None
    chosen: tuple[UUID, ...] = ()

    @property
    def address(self) -> str:
        """Return it as the part of an address behind the question mark."""
        pairs = [(name, getattr(self, name)) for name in ("who", "by", "project", "kind")]
        pairs += [("asset", str(key)) for key in self.chosen]
        pairs += [(self.scope[0], str(self.scope[1]))] if self.scope else []
        return urlencode([(name, value) for name, value in pairs if value])


def wanted(asked: QueryDict, *, by: str) -> Wanted:
    """Return what an address asks for; `by` is the order where it names none."""
    scope = next(((name, key) for name in SCOPES for key in keys_of([asked.get(name, "")])), None)
    chosen = tuple(keys_of(asked.getlist("asset")[:MOST_CHOSEN]))
    who = next((one for one in WHO if one == asked.get("who")), "me")
    # Most pieces are drafts: nothing is due, and only the newest first has an index.
    orders = ("new",) if who == "drafts" else ORDERS
    by = next((one for one in orders if one == asked.get("by")), orders[0] if who == "drafts" else by)
    return Wanted(
        who=who,
        by=by,
        project=asked.get("project", "")[:50],
        kind=asked.get("kind", "") if asked.get("kind") in ("text", "image") else "",
        scope=scope,
        chosen=chosen,
    )


def queue(request: MemberRequest, asked: Wanted) -> QuerySet[Asset]:
    """Return the pieces of a queue in their order."""
    rows = Asset.objects.filter(workspace=request.workspace, trashed_at=None)
    if asked.chosen:
        rows = rows.filter(pk__in=asked.chosen)
    elif asked.scope:
        name, key = asked.scope
        rows = rows.filter(SCOPES[name](key), stands(State.DRAFT) | stands(State.IN_REVIEW))
    else:
        rows = rows.filter(_whose(request, asked.who))
    if asked.project:
        rows = rows.filter(project__slug=asked.project)
    if asked.kind:
        rows = rows.filter(media_type__startswith=f"{asked.kind}/")
    rows = rows.select_related("artifact", "project", "job", "hold", "review")
    return _ordered(rows, asked.by)


def page(rows: QuerySet[Asset], by: str, cursor: str, size: int) -> tuple[list[Asset], str]:
    """Return the pieces behind a cursor and the cursor of the next page, "" at the end; a spoilt one begins anew."""
    if after := _read(cursor, by):
        value, key = after
        further = Q(rank__lt=value) if by != "due" else Q(rank__gt=value)
        rows = rows.filter(further | Q(rank=value, pk__gt=key))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return found, ""
    last = found[size - 1]
    value = last.rank if by == "likely" else last.rank.timestamp()  # type: ignore[attr-defined]
    text = f"{value!r}|{last.pk}"
    return found[:size], base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _whose(request: MemberRequest, who: str) -> Q:
    if who == "asked":
        asked = in_review(request.workspace).filter(asked_by=request.user)
        return Q(pk__in=asked.values("asset"))
    if who == "all":
        return Q(pk__in=in_review(request.workspace).values("asset"))
    if who == "changes":
        mine = Q(job__requested_by=request.user) | Q(review__asked_by=request.user)
        return mine & stands(State.CHANGES)
    if who == "drafts":
        return stands(State.DRAFT)
    return Q(pk__in=waiting_for(request.user, request.workspace).values("asset"))


def _ordered(rows: QuerySet[Asset], by: str) -> QuerySet[Asset]:
    """Return the pieces in order; `rank` is what they are ordered by, and their keys tell equal ones apart."""
    if by == "likely":
        rank = Coalesce(F("review__score"), Value(-1.0), output_field=FloatField())
        return rows.annotate(rank=rank).order_by("-rank", "pk")
    if by == "new":
        return rows.annotate(rank=F("created_at")).order_by("-rank", "pk")
    due = Coalesce(F("review__due_at"), Cast(Value(FAR), DateTimeField()), output_field=DateTimeField())
    return rows.annotate(rank=due).order_by("rank", "pk")


def _read(cursor: str, by: str) -> tuple[float | datetime, UUID] | None:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        value, _, key = text.partition("|")
        number = float(value)
        return (number if by == "likely" else datetime.fromtimestamp(number, UTC)), UUID(key)
    except (ValueError, OverflowError, OSError, binascii.Error):
        return None
