"""Turns a StudioError of a page into a page that says what to do next."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from brandkiln.core.errors import StudioError


class StudioErrors:
    """Renders ``error.html`` with the error's status; the API has its own handler with the same body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, StudioError):
            return None
        template = "404.html" if error.status == 404 else "error.html"
        return render(request, template, {"error": error}, status=error.status)
