"""What every request passes: refusing what no text may hold, what caches may keep, and pages for errors.

Both go with views that wait in the event loop, so that a request that waits for a job holds no thread.
"""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext as _
from django.views.defaults import bad_request

from brandkiln.core.errors import StudioError, TooLarge


class BadAddress(StudioError):
    """The address holds what no address may."""

    code = "bad_request"


Get = Callable[[HttpRequest], Any]
"""The rest of the way: it returns a response, or something to wait for where the view is a coroutine."""


@sync_and_async_middleware
def plain_addresses(get_response: Get) -> Get:
    """Refuse the character NUL in addresses and queries: no database stores it, so nothing can be found by it."""

    def refusal(request: HttpRequest) -> HttpResponse | None:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return error_response(
                request, BadAddress("The address holds the character NUL. Remove %00 from it.")
            )
        return None

    if iscoroutinefunction(get_response):

        async def refuse_later(request: HttpRequest) -> HttpResponse:
            return refusal(request) or await cast(Awaitable[HttpResponse], get_response(request))

        return refuse_later

    def refuse(request: HttpRequest) -> HttpResponse:
        return refusal(request) or get_response(request)

    return refuse


@sync_and_async_middleware
def private_answers(get_response: Get) -> Get:
    """Keep answers out of caches that people share, such as those of proxies, unless they say how long they last."""

    def kept(response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            return kept(await cast(Awaitable[HttpResponse], get_response(request)))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        return kept(get_response(request))

    return answer


class StudioErrors:
    """Turns a StudioError that a page raises into a page with its status."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return error_response(request, error) if isinstance(error, StudioError) else None


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for a request that is none; of a form that is too large it says so."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        message = _(
            "What was sent is larger than a form may be, at most %(most)d MB of words. Send less at once; bring files "
            "through a data set or the library."
        )
        megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        return error_response(request, TooLarge(message % {"most": megabytes}))
    return bad_request(request, exception)


def error_response(request: HttpRequest, error: StudioError) -> HttpResponse:
    """Return the error as the API's body or as a page, as the address asks."""
    if request.path_info.startswith(("/api/", "/v1/")):
        return JsonResponse(error.body(), status=error.status)
    template = "404.html" if error.status == 404 else "error.html"
    return render(request, template, {"error": error}, status=error.status)
