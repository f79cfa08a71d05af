"""The library's first page: a grid or a table of assets, piece by piece as people scroll, and the filters' values."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.library_filters import chips_of, choices_of
from brandkiln.dashboard.lookup import whole
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.library.filters import Filters, apply
from brandkiln.library.indexing import NotReady, by_looks, by_meaning, like, look_by_meaning
from brandkiln.library.models import Asset, Tag
from brandkiln.library.nearness import waiting
from brandkiln.library.organising import views_for
from brandkiln.library.queries import ORDERS, AssetPage, count_of, folders_of, ordered, page_of_assets
from brandkiln.library.words import marked
from brandkiln.workspaces.access import MemberRequest, in_workspace

FIRST, SIZE = 24, 48
"""Pieces of the page itself, which fill a screen, and of each piece of it that comes as one scrolls."""
KEPT = ("order", "as", "similar", "looks", "by")
"""What an address of the library says besides its filters."""


@dataclass(frozen=True)
class Ranking:
    """Assets by how near they are to something.

    Attributes:
        title: What they are near to.
        keys: The best first; None while that is still being computed.
        job: Which computes it.
        problem: Why there is none.
    """

    title: str
    keys: list[UUID] | None = None
    job: Job | None = None
    problem: str = ""


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """Show the assets that fit the filters, the first of them."""
    workspace, filters, kept = request.workspace, Filters.of(request.GET.dict()), _kept(request)
    fitting = apply(filters, workspace=workspace)
    ranking = _ranking(request, filters)
    found = _page(request, filters, ranking, FIRST)
    count, has_more = (len(ranking.keys), False) if ranking and ranking.keys else count_of(filters, fitting)
    query = urlencode(filters.asked | kept)
    views = list(views_for(request.user, workspace))
    return render(
        request,
        "library/index.html",
        {
            "page": found,
            "filters": filters,
            "query": query,
            "chips": chips_of(filters, workspace, kept),
            "clear": urlencode({"trash": "1"} if filters.trashed else {}),
            "count": count,
            "has_more": has_more,
            "ranking": ranking,
            "behind": waiting(workspace) if ranking else 0,
            "orders": ORDERS,
            "order": kept.get("order", "newest"),
            "is_table": kept.get("as") == "table",
            "kept": kept,
            "folders": folders_of(workspace),
            "tags": Tag.objects.filter(workspace=workspace).values_list("name", flat=True)[:300],
            "views": [(view, urlencode(view.filters), urlencode(view.filters) == query) for view in views],
            "days": settings.TRASH_DAYS,
        },
    )


@in_workspace()
def more(request: MemberRequest) -> HttpResponse:
    """Answer with the next assets, to be put behind those that are shown."""
    filters = Filters.of(request.GET.dict())
    found = _page(request, filters, _ranking(request, filters), SIZE)
    return render(
        request, "library/_block.html", {"page": found, "is_table": request.GET.get("as") == "table"}
    )


@in_workspace()
def choices(request: MemberRequest) -> HttpResponse:
    """Answer with the values of all filters, each with how many assets it would leave."""
    filters = Filters.of(request.GET.dict())
    kept = _kept(request)
    return render(
        request,
        "library/_choices.html",
        {"groups": choices_of(filters, request.workspace, kept), "filters": filters, "kept": kept},
    )


def _kept(request: MemberRequest) -> dict[str, str]:
    kept = {name: request.GET[name][:80] for name in KEPT if request.GET.get(name)}
    if kept.get("order") not in ORDERS:
        kept.pop("order", None)
    return kept


def _page(request: MemberRequest, filters: Filters, ranking: Ranking | None, size: int) -> AssetPage:
    cursor = request.GET.get("cursor", "")[:400]
    if ranking and ranking.keys is not None:
        found = _ranked_page(ranking.keys, whole(cursor), size)
    elif ranking and filters.q == "":
        found = AssetPage([], "")
    else:
        order = request.GET.get("order", "newest")
        fitting = apply(filters, workspace=request.workspace)
        found = page_of_assets(
            fitting, order=order if order in ORDERS else "newest", cursor=cursor, size=size
        )
    if filters.q:
        for asset in found.assets:
            asset.marked = marked(asset.text or asset.title, filters.q)  # type: ignore[attr-defined]
    return found


def _ranked_page(keys: list[UUID], start: int, size: int) -> AssetPage:
    some = keys[start : start + size]
    rows = {row.pk: row for row in ordered(Asset.objects.filter(pk__in=some))}
    following = str(start + size) if len(keys) > start + size else ""
    return AssetPage([rows[key] for key in some if key in rows], following)


def _ranking(request: MemberRequest, filters: Filters) -> Ranking | None:
    """Return the ranking that the address asks for: by meaning, like an asset, or like a picture that was brought."""
    asked: Any = request.GET
    workspace = request.workspace
    fitting = apply(Filters.of(filters.without("q")), workspace=workspace)
    try:
        if key := asked.get("similar"):
            asset = Asset.objects.filter(workspace=workspace, pk=UUID(key)).first()
            if asset:
                return Ranking(_("Like %(title)s") % {"title": asset}, like(asset, fitting))
        elif key := asked.get("looks"):
            job = Job.objects.filter(workspace=workspace, pk=UUID(key), kind=Job.Kind.EMBED).first()
            if job:
                return _once_done(_("Like your picture"), job, lambda: by_looks(fitting, job=job))
        elif asked.get("by") == "meaning" and filters.q:
            job = look_by_meaning(workspace=workspace, actor=request.user, search=filters.q)
            title = _("Near in meaning to “%(words)s”") % {"words": filters.q}
            return _once_done(title, job, lambda: by_meaning(fitting, job=job, search=filters.q))
    except NotReady as error:
        return Ranking("", problem=error.message)
    except (ValueError, StudioError):
        return None
    return None


def _once_done(title: str, job: Job, rank: Any) -> Ranking:
    if job.state == State.SUCCEEDED:
        return Ranking(title, rank())
    if job.is_final:
        return Ranking(title, problem=job.error_message or _("The worker could not look at it. Try again."))
    return Ranking(title, job=job)
