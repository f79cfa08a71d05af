"""What every request passes: refusing what no text may hold, and pages for errors that say what to do next."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from brandkiln.core.errors import StudioError


class BadAddress(StudioError):
    """The address holds what no address may."""

    code = "bad_request"


def plain_addresses(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse the character NUL in addresses and queries: no database stores it, so nothing can be found by it."""

    def refuse_nul(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return error_response(
                request, BadAddress("The address holds the character NUL. Remove %00 from it.")
            )
        return get_response(request)

    return refuse_nul


class StudioErrors:
    """Turns a StudioError that a page raises into a page with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return error_response(request, error) if isinstance(error, StudioError) else None


def error_response(request: HttpRequest, error: StudioError) -> HttpResponse:
    """Return the error as the API's body or as a page, as the address asks."""
    if request.path_info.startswith("/api/"):
        return JsonResponse(error.body(), status=error.status)
    template = "404.html" if error.status == 404 else "error.html"
    return render(request, template, {"error": error}, status=error.status)
