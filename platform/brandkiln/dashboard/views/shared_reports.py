"""What a stranger reads at a shared link: one issue and its files, and nothing else of the workspace."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from brandkiln.artifacts import store
from brandkiln.core.downloads import send_file
from brandkiln.core.links import count_view
from brandkiln.dashboard.outside import door, may_enter, private
from brandkiln.dashboard.views.report_issues import files_of, named_files
from brandkiln.library.files import file_response
from brandkiln.library.models import Asset
from brandkiln.reports.models import ShareLink
from brandkiln.reports.sharing import open_link


def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a shared issue, or ask for its password."""
    link = open_link(secret)
    locked = door(
        request, link, reverse("dashboard:shared_report", args=[secret]), "reports/shared_password.html"
    )
    if locked:
        return locked
    count_view(link)
    files = named_files(link.issue)
    context = {
        "issue": link.issue,
        "secret": secret,
        "page_file": next((one for _, one in files if one.media_type == "text/html"), None),
        "files": files,
        "expires_at": link.expires_at,
    }
    return private(render(request, "reports/shared.html", context))


@require_safe
def document(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Answer with the web page of a shared issue, shut into a sandbox."""
    link = _readable(request, secret)
    asset = files_of(link.issue).filter(media_type="text/html").first()
    if asset is None or asset.is_held:
        raise Http404
    return private(in_sandbox(request, asset))


@require_safe
def file(request: HttpRequest, secret: str, number: int) -> HttpResponseBase:
    """Answer with one of the files of a shared issue, to keep."""
    link = _readable(request, secret)
    asset = files_of(link.issue).filter(position=number).first()
    if asset is None or asset.is_held:
        raise Http404
    return private(file_response(request, asset, outside=True))


def in_sandbox(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    """Return a report's page for a frame of this site; see `send_file` for what may run in it."""
    response = send_file(
        request, store.open_artifact(asset.artifact), size=asset.artifact.size,
        media_type="text/html; charset=utf-8", filename="report.html", inline=True,
    )  # fmt: skip
    response["Content-Security-Policy"] += "; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _readable(request: HttpRequest, secret: str) -> ShareLink:
    link = open_link(secret)
    if not may_enter(request, link):
        raise Http404(_("Give the password of this link first."))
    return link
