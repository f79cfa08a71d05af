"""How an API request says who it is: a bearer token that opens one workspace."""

from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from brandkiln.core.errors import NotAllowed
from brandkiln.workspaces.access import require_role
from brandkiln.workspaces.models import ApiToken, Membership, Role
from brandkiln.workspaces.services import find_token


class TokenRequest(HttpRequest):
    """An API request once its token was found to be live."""

    auth: ApiToken


class TokenAuth(HttpBearer):
    """Finds the live token of the Authorization header."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return find_token(token)


def require_scope(request: HttpRequest, scope: str) -> ApiToken:
    """Return the request's token, which has to carry the scope."""
    token = cast(TokenRequest, request).auth
    if scope not in token.scopes:
        raise NotAllowed(
            f"This needs a token with the scope {scope}; this one has {', '.join(token.scopes) or 'none'}. "
            "An admin can issue another one."
        )
    return token


def require_admin(request: HttpRequest, scope: str) -> ApiToken:
    """Return the request's token, which has to carry the scope and to belong to an admin of its workspace."""
    token = require_scope(request, scope)
    require_role(Membership.objects.get(workspace=token.workspace, user=token.user), Role.ADMIN)
    return token
