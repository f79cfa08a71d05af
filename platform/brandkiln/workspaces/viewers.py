"""Who looks on while something streams to them, and whether they still may."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from brandkiln.workspaces.models import ApiToken, Membership


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member, and the token that they came with, if they did."""

    workspace_id: UUID
    user_id: Any
    token_id: UUID | None = None


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who made a request that ``in_workspace`` or a token let pass."""
    found: Any = request
    if token := getattr(request, "auth", None):
        return Viewer(token.workspace_id, token.user_id, token.pk)
    return Viewer(found.membership.workspace_id, found.membership.user_id)


def let_in(viewers: Collection[Viewer]) -> set[Viewer]:
    """Return those of the viewers who are members still, by a token that is live still; two queries for all."""
    members = Membership.objects.filter(
        workspace__in={one.workspace_id for one in viewers},
        user__in={one.user_id for one in viewers},
        user__is_active=True,
    )
    pairs = set(members.values_list("workspace_id", "user_id"))
    keys = {one.token_id for one in viewers if one.token_id}
    lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    live = set(ApiToken.objects.filter(lasting, pk__in=keys, revoked_at=None).values_list("pk", flat=True))
    return {
        one
        for one in viewers
        if (one.workspace_id, one.user_id) in pairs and (one.token_id is None or one.token_id in live)
    }
