"""What a stranger reads at a shared link: one issue and its files, and nothing else of the workspace."""

from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from brandkiln.artifacts import store
from brandkiln.core.downloads import send_file
from brandkiln.core.errors import NotFound, StudioError
from brandkiln.dashboard.views.report_issues import files_of, named_files
from brandkiln.library.files import file_response
from brandkiln.library.models import Asset
from brandkiln.reports.models import ShareLink
from brandkiln.reports.sharing import UNLOCKED_SECONDS, count_view, is_unlocked, open_link, unlock

COOKIE = "report"
Response = TypeVar("Response", bound=HttpResponseBase)


def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a shared issue, or ask for its password."""
    link = _open(secret)
    if request.method == "POST" and link.password:
        return _unlocked(request, link, secret)
    if not _may_read(request, link):
        return _private(render(request, "reports/shared_password.html", {}))
    count_view(link)
    files = named_files(link.issue)
    context = {
        "issue": link.issue,
        "secret": secret,
        "page_file": next((one for _, one in files if one.media_type == "text/html"), None),
        "files": files,
        "expires_at": link.expires_at,
    }
    return _private(render(request, "reports/shared.html", context))


@require_safe
def document(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Answer with the web page of a shared issue, shut into a sandbox."""
    link = _readable(request, secret)
    asset = files_of(link.issue).filter(media_type="text/html").first()
    if asset is None or asset.is_held:
        raise Http404
    return _private(in_sandbox(request, asset))


@require_safe
def file(request: HttpRequest, secret: str, number: int) -> HttpResponseBase:
    """Answer with one of the files of a shared issue, to keep."""
    link = _readable(request, secret)
    asset = files_of(link.issue).filter(position=number).first()
    if asset is None or asset.is_held:
        raise Http404
    return _private(file_response(request, asset))


def in_sandbox(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    """Return a report's page for a frame of this site; see `send_file` for what may run in it."""
    response = send_file(
        request, store.open_artifact(asset.artifact), size=asset.artifact.size,
        media_type="text/html; charset=utf-8", filename="report.html", inline=True,
    )  # fmt: skip
    response["Content-Security-Policy"] += "; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _open(secret: str) -> ShareLink:
    try:
        return open_link(secret)
    except NotFound as error:
        raise Http404(error.message) from error


def _readable(request: HttpRequest, secret: str) -> ShareLink:
    link = _open(secret)
    if not _may_read(request, link):
        raise Http404(_("Give the password of this link first."))
    return link


def _may_read(request: HttpRequest, link: ShareLink) -> bool:
    return is_unlocked(link, request.COOKIES.get(COOKIE, ""))


def _unlocked(request: HttpRequest, link: ShareLink, secret: str) -> HttpResponse:
    try:
        proof = unlock(link, request.POST.get("password", ""))
    except StudioError as refusal:
        context = {"refusal": refusal.message}
        return _private(render(request, "reports/shared_password.html", context, status=refusal.status))
    address = reverse("dashboard:shared_report", args=[secret])
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
    return _private(response)


def _private(response: Response) -> Response:
    """Keep a response out of search engines, of caches and of what the next page is told of this one."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = (
        "same-origin"  # the address is the secret; a form of ours still says where it is
    )
    return response
