"""What people outside see at a link: its pieces, and what they themselves say of them."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from brandkiln.artifacts import store
from brandkiln.core.errors import NotAllowed, NotFound, Unprocessable
from brandkiln.core.links import UNLOCKED_SECONDS
from brandkiln.dashboard.outside import door, may_enter, private
from brandkiln.library.files import file_response
from brandkiln.library.models import Asset
from brandkiln.library.thumbnails import thumbnail
from brandkiln.planning import shares
from brandkiln.planning.models import Share, ShareView
from brandkiln.planning.pack_pictures import Unfit
from brandkiln.planning.watermarks import preview as drawn
from brandkiln.planning.watermarks import written

NAME_COOKIE = "visitor"
ON_A_PAGE = 24
SMALL = 640
"""The longer side of pictures on the page of all pieces."""


def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the pieces of a link, or ask for its password."""
    share = shares.open_share(secret)
    locked = door(request, share, _address(secret), "planning/shared_password.html")
    if locked:
        return locked
    visitor = _visitor(request)
    shares.opened(share, visitor)
    found = Paginator(shares.pieces_at(share), ON_A_PAGE).get_page(request.GET.get("page"))
    verdicts = shares.verdicts_at(share, list(found))
    context = {
        "share": share,
        "secret": secret,
        "page": found,
        "pieces": [(piece, verdicts.get(piece.pk)) for piece in found],
        "visitor": visitor,
    }
    return private(render(request, "planning/shared.html", context))


@require_safe
def piece(request: HttpRequest, secret: str, piece: UUID) -> HttpResponse:
    """Show one piece with what was said of it at this link."""
    share, asset = _readable(request, secret, piece)
    visitor = _visitor(request)
    shares.saw(share, ShareView.Did.SAW, visitor=visitor, asset=asset)
    return private(render(request, "planning/shared_piece.html", _standing(share, secret, asset, visitor)))


@require_safe
def preview(request: HttpRequest, secret: str, piece: UUID) -> HttpResponse:
    """Draw a picture as the link shows it: small, and marked where that is wanted."""
    share, asset = _readable(request, secret, piece)
    if not asset.media_type.startswith("image/"):
        raise Http404
    name = written(share.recipient, f"{share.workspace.slug} {share.prefix}") if share.watermark else ""
    shown = thumbnail(asset, SMALL) if "small" in request.GET else None
    try:
        with store.open_artifact(shown or asset.artifact) as source:
            data = drawn(source, name=name)
    except Unfit as error:
        raise Http404 from error
    response = private(HttpResponse(data, content_type="image/jpeg"))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response


@require_safe
def file(request: HttpRequest, secret: str, piece: UUID) -> HttpResponseBase:
    """Send the file itself, where the link lets it be downloaded."""
    share, asset = _readable(request, secret, piece)
    if not share.originals:
        raise Http404
    shares.log(share, ShareView.Did.TOOK, visitor=_visitor(request), asset=asset)
    return private(file_response(request, asset, outside=True))


@require_POST
def comment(request: HttpRequest, secret: str, piece: UUID) -> HttpResponse:
    """Keep what a visitor says of a piece."""

    def say(share: Share, asset: Asset, visitor: str) -> None:
        shares.comment_at(share=share, asset=asset, visitor=visitor, text=request.POST.get("text", ""))

    return _said(request, secret, piece, say, _("Your comment is sent."))


@require_POST
def decide(request: HttpRequest, secret: str, piece: UUID) -> HttpResponse:
    """Keep a visitor's verdict on a piece."""
    approve = request.POST.get("verdict") == "approve"

    def say(share: Share, asset: Asset, visitor: str) -> None:
        seen, note = request.POST.get("seen", ""), request.POST.get("note", "")
        shares.decide_at(share=share, asset=asset, visitor=visitor, approve=approve, seen=seen, note=note)

    return _said(request, secret, piece, say, _("Your verdict is sent."))


def _said(
    request: HttpRequest, secret: str, key: UUID, say: Callable[[Share, Asset, str], None], done: str
) -> HttpResponse:
    share, asset = _readable(request, secret, key)
    visitor = request.POST.get("name", "") or _visitor(request)
    try:
        say(share, asset, visitor)
    except (Unprocessable, NotAllowed) as refusal:
        context = _standing(share, secret, asset, visitor) | {
            "refusal": refusal.message, "text": request.POST.get("text", ""), "note": request.POST.get("note", ""),
        }  # fmt: skip
        return private(render(request, "planning/shared_piece.html", context, status=refusal.status))
    messages.success(request, done)
    address = _address(secret)
    response = redirect(reverse("dashboard:shared_piece", args=[secret, asset.pk]))
    name = " ".join(visitor.split())[: shares.LONGEST_NAME]
    response.set_signed_cookie(
        NAME_COOKIE, name, max_age=30 * 24 * UNLOCKED_SECONDS, path=address, httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip
    return private(response)


def _standing(share: Share, secret: str, asset: Asset, visitor: str) -> dict[str, object]:
    return {
        "share": share,
        "secret": secret,
        "asset": asset,
        "visitor": visitor,
        "comments": shares.said_at(share, asset),
        "next": _next(share, asset),
        "verdict": shares.verdicts_at(share, [asset]).get(asset.pk),
    }


def _next(share: Share, asset: Asset) -> UUID | None:
    """Return which piece of the link comes behind this one; None behind the last."""
    later = Q(created_at__gt=asset.created_at) | Q(created_at=asset.created_at, pk__gt=asset.pk)
    return shares.pieces_at(share).filter(later).values_list("pk", flat=True).first()


def _readable(request: HttpRequest, secret: str, key: UUID) -> tuple[Share, Asset]:
    share = shares.open_share(secret)
    if not may_enter(request, share):
        raise NotFound(_("This link has a password. Open the link itself first, and give it there."))
    return share, shares.piece_at(share, key)


def _visitor(request: HttpRequest) -> str:
    """Return the name that this browser's visitor gave at this link."""
    return str(request.get_signed_cookie(NAME_COOKIE, default=""))


def _address(secret: str) -> str:
    return reverse("dashboard:shared_pieces", args=[secret])
