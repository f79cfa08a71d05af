"""What a person is told: the list behind the bell, its stream, and how they want to be told."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from brandkiln.core.api import page as cursor_page
from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.lookup import find, whole
from brandkiln.dashboard.schedule_form import WEEKDAYS
from brandkiln.jobs.stream import bell_response
from brandkiln.notifications import preferences as kept
from brandkiln.notifications.kinds import KINDS
from brandkiln.notifications.models import Digest, Mail
from brandkiln.notifications.reading import mark_read, mark_unread, notifications_of, said
from brandkiln.workspaces.access import MemberRequest, in_workspace

PAGE = 40
UNDO = "notifications_read"


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List what the person is told, the newest first; all of it, what is unread, or one kind."""
    rows = notifications_of(request.workspace, request.user)
    show, kind = request.GET.get("show", ""), request.GET.get("kind", "")
    if show == "unread":
        rows = rows.filter(read_at=None)
    if kind in KINDS:
        rows = rows.filter(announcement__kind=kind)
    found, following = cursor_page(rows, cursor=request.GET.get("after"), limit=PAGE)
    told = [
        {"row": row, "said": said(row.announcement), "kind": KINDS.get(row.announcement.kind)}
        for row in found
    ]
    context = {
        "told": told, "following": following, "show": show, "kind": kind,
        "kinds": [choice.kind for choice in kept.choices_of(request.workspace, request.user)],
    }  # fmt: skip
    return render(request, "notifications/index.html", context)


@in_workspace()
def follow(request: MemberRequest, notification: UUID) -> HttpResponse:
    """Go to what a notification is about, and count it as read."""
    row = find(notifications_of(request.workspace, request.user), request.workspace, notification)
    mark_read(workspace=request.workspace, person=request.user, keys=[row.pk])
    path = row.announcement.path
    inside = path.startswith("/") and not path.startswith("//")
    return redirect(path if inside else reverse("dashboard:notification_list", args=[request.workspace.slug]))


@require_POST
@in_workspace()
def read(request: MemberRequest) -> HttpResponse:
    """Mark one or all as read; it can be undone."""
    key = request.POST.get("notification", "")
    keys = [_uuid(key)] if key else None
    changed = mark_read(workspace=request.workspace, person=request.user, keys=keys)
    if changed:
        request.session[UNDO] = [str(pk) for pk in changed[:1000]]
        text = ngettext("%(n)d is marked as read.", "%(n)d are marked as read.", len(changed))
        undo = reverse("dashboard:notification_unread", args=[request.workspace.slug])
        messages.success(request, text % {"n": len(changed)}, extra_tags=f"undo:{undo}")
    return redirect("dashboard:notification_list", request.workspace.slug)


@require_POST
@in_workspace()
def unread(request: MemberRequest) -> HttpResponse:
    """Mark one as unread, or take back what was marked as read last."""
    key = request.POST.get("notification", "")
    keys = [_uuid(key)] if key else [UUID(text) for text in request.session.pop(UNDO, [])]
    mark_unread(workspace=request.workspace, person=request.user, keys=keys)
    return redirect("dashboard:notification_list", request.workspace.slug)


@in_workspace()
def stream(request: MemberRequest) -> HttpResponseBase:
    """Stream how much is unread."""
    return bell_response((request.workspace.pk, request.user.pk))


@in_workspace()
def preferences(request: MemberRequest) -> HttpResponse:
    """Show and change what the person is told of, where, and when the digest comes."""
    problems: dict[str, str] = {}
    choices = kept.choices_of(request.workspace, request.user)
    if request.method == "POST":
        sent = {
            one.kind.name: (
                f"{one.kind.name}-app" in request.POST,
                request.POST.get(f"{one.kind.name}-mail", Mail.NEVER),
            )
            for one in choices
        }
        changed = {
            one.kind.name: sent[one.kind.name]
            for one in choices
            if sent[one.kind.name] != (one.in_app, one.mail)
        }
        try:
            kept.save_choices(workspace=request.workspace, person=request.user, choices=changed)
            kept.save_digest(
                workspace=request.workspace, person=request.user, every=request.POST.get("every", "day"),
                hour=whole(request.POST.get("hour", ""), -1), weekday=whole(request.POST.get("weekday", "0"), -1),
                time_zone=request.POST.get("time_zone", "").strip() or "UTC",
            )  # fmt: skip
        except Unprocessable as refusal:
            problems = refusal.fields
        else:
            messages.success(request, _("What you are told of is saved."))
            return redirect("dashboard:notification_preferences", request.workspace.slug)
    groups: dict[Any, list[kept.Choice]] = {}
    for one in choices:
        groups.setdefault(one.kind.group, []).append(one)
    context = {
        "groups": groups, "digest": kept.digest_of(request.workspace, request.user), "mails": Mail.choices,
        "everies": Digest.Every.choices, "hours": range(24), "problems": problems, "weekdays": WEEKDAYS,
    }  # fmt: skip
    return render(request, "notifications/preferences.html", context, status=422 if problems else 200)


@csrf_exempt
def stop(request: HttpRequest, secret: str) -> HttpResponse:
    """End letters by the link in one, also for mail programs that do it at one click. Nobody has to sign in."""
    membership, name = kept.read_stop_token(secret)
    if request.method == "POST":
        kept.stop_letters(secret)
    kind = KINDS.get(name)
    context = {
        "who": membership.user,
        "of": membership.workspace,
        "kind": kind,
        "done": request.method == "POST",
    }
    return render(request, "notifications/stop.html", context)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Unprocessable(
            _("There is no such notification."), fields={"notification": text[:60]}
        ) from error
