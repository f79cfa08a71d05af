"""What pages for people outside share: the door with its password, and headers that keep the address secret."""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from brandkiln.core.errors import StudioError
from brandkiln.core.links import UNLOCKED_SECONDS, SecretLink, is_unlocked, unlock

COOKIE = "report"
Response = TypeVar("Response", bound=HttpResponseBase)


def may_enter(request: HttpRequest, link: SecretLink) -> bool:
    """Return whether the link needs no password, or this browser gave it within the hour."""
    return is_unlocked(link, request.COOKIES.get(COOKIE, ""))


def door(request: HttpRequest, link: SecretLink, address: str, template: str) -> HttpResponse | None:
    """Return the page that asks for the link's password, or what follows its answer; None to who may enter.

    Args:
        address: Where the link leads; the proof is sent below it only.
        template: The page that asks.
    """
    if may_enter(request, link):
        return None
    if request.method != "POST":
        return private(render(request, template, {}))
    try:
        proof = unlock(link, request.POST.get("password", ""))
    except StudioError as refusal:
        return private(render(request, template, {"refusal": refusal.message}, status=refusal.status))
    response = redirect(address)
    response.set_cookie(
        COOKIE,
        proof,
        max_age=UNLOCKED_SECONDS,
        path=address,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return private(response)


def private(response: Response) -> Response:
    """Keep a response out of search engines, of caches and of what the next page is told of this one."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = (
        "same-origin"  # the address is the secret; a form of ours still says where it is
    )
    return response
