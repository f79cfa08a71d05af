"""How a page finds its workspace: strangers get 404, whatever exists."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from brandkiln.core.errors import NotAllowed, NotFound
from brandkiln.core.models import User
from brandkiln.workspaces.models import Membership, Role, Workspace

P = ParamSpec("P")
ALSO_READ: dict[str, Any] = {}
"""What apps above read of a member with the membership itself: `time_zone`, by whose clock they read pages."""


class MemberRequest(HttpRequest):
    """What a request is once ``in_workspace`` has let it pass."""

    user: User
    workspace: Workspace
    membership: Membership


def membership_of(user: User | AnonymousUser, slug: str) -> Membership:
    """Return the user's membership of the workspace; raise NotFound to everybody else."""
    membership = (
        Membership.objects.select_related("workspace")
        .filter(workspace__slug=slug, user=user, user__is_active=True)
        .annotate(**ALSO_READ)
        .first()
        if isinstance(user, User)
        else None
    )
    if membership is None:
        raise NotFound(f'There is no workspace "{slug}" that you are a member of.')
    return membership


def require_role(membership: Membership, role: Role) -> None:
    """Raise NotAllowed unless the member has this role or one above it."""
    if Role(membership.role).rank < role.rank:
        raise NotAllowed(
            f"This needs the role {role.label}; yours is {Role(membership.role).label}. "
            "An admin of the workspace can change it."
        )


def in_workspace(
    role: Role = Role.CREATOR,
) -> Callable[[Callable[Concatenate[MemberRequest, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Decorate a view that is addressed by a workspace's slug: it is called with the request of a member.

    The view receives ``request.workspace`` and ``request.membership`` and no slug. Visitors are sent to sign in,
    strangers get 404, members below ``role`` get 403. Days and times are written and read by the member's clock.
    """

    def decorate(
        view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: Any, workspace: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                request.membership = membership_of(request.user, workspace)
            except NotFound as error:
                raise Http404(error.message) from error
            request.workspace = request.membership.workspace
            require_role(request.membership, role)
            with timezone.override(getattr(request.membership, "time_zone", None) or "UTC"):
                return view(request, *args, **kwargs)

        return guarded

    return decorate
