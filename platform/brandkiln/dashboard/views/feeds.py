"""Calendars for other programs: making and withdrawing their addresses, and what is read at them."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from brandkiln.core.errors import StudioError
from brandkiln.core.links import count_view
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.outside import private
from brandkiln.dashboard.planning_forms import FeedForm
from brandkiln.planning.addresses import revoke_address
from brandkiln.planning.feeds import calendar_of, create_feed, entries_in, open_feed, tag_of
from brandkiln.planning.models import Feed
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List a person's own addresses, to admins all; make one, which is shown this once."""
    form = FeedForm(request.POST or None, workspace=request.workspace)
    address = ""
    if form.is_valid():
        try:
            _feed, secret = create_feed(workspace=request.workspace, owner=request.user, **form.cleaned_data)
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            address = request.build_absolute_uri(reverse("dashboard:calendar_file", args=[secret]))
            form = FeedForm(None, workspace=request.workspace)
    feeds = _feeds(request).filter(workspace=request.workspace, revoked_at=None)
    context = {"form": form, "address": address, "feeds": feeds}
    return render(request, "planning/feeds.html", context, status=422 if form.is_bound else 200)


@require_POST
@in_workspace()
def revoke(request: MemberRequest, feed: UUID) -> HttpResponse:
    """Make an address useless."""
    row = find(_feeds(request), request.workspace, feed)
    revoke_address(row, actor=request.user)
    messages.success(request, _("The address is withdrawn. Calendars that read it stop getting news."))
    return redirect("dashboard:calendar_feeds", request.workspace.slug)


@require_safe
def file(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer a calendar program with the entries, or that nothing has changed since it asked."""
    feed = open_feed(secret)
    count_view(feed)
    body = calendar_of(feed, entries_in(feed))
    tag = tag_of(body)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in {one.removeprefix("W/") for one in known} or "*" in known:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="brandkiln.ics"'
    response = private(response)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def _feeds(request: MemberRequest) -> QuerySet[Feed]:
    rows = Feed.objects.select_related("workspace", "campaign", "owner")
    return rows if request.membership.role == Role.ADMIN else rows.filter(owner=request.user)
