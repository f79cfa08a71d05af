"""Choosing the language of the pages, which is that of letters from then on."""

from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

from brandkiln.core.languages import keep_language


def choose(request: HttpRequest) -> HttpResponse:
    """Show pages in a language from now on; whoever is signed in gets their letters in it, too."""
    response: HttpResponse = set_language(request)
    if request.method == "POST" and request.user.is_authenticated:
        keep_language(request.user, request.POST.get("language", ""))
    return response
