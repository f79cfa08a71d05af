"""What every page's template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def studio(request: HttpRequest) -> dict[str, Any]:
    """Return the workspace of the page and whether strangers may sign up."""
    return {"workspace": getattr(request, "workspace", None), "sign_up_open": settings.SIGN_UP_OPEN}
