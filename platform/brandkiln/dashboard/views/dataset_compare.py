"""Two versions of a data set beside each other."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from brandkiln.dashboard.differences import Shown, side_by_side
from brandkiln.dashboard.lookup import whole
from brandkiln.dashboard.version_page import find_version, version_context
from brandkiln.datasets.comparing import DIFFERENCES, Difference, compare
from brandkiln.datasets.models import DatasetVersion, Kind, Record
from brandkiln.datasets.recipes.line import Line
from brandkiln.workspaces.access import MemberRequest, in_workspace

PAGE = {Kind.IMAGE: 36, Kind.TEXT: 20, Kind.TABLE: 30}


@in_workspace()
def page(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Show what became of the records of an earlier version, or of the one that the address names."""
    version = find_version(request, dataset, number)
    others = DatasetVersion.objects.filter(dataset=version.dataset, trashed_at=None).exclude(pk=version.pk)
    others = others.select_related("dataset", "workspace").order_by("-number")
    other = _other(request, version, list(others[:200]))
    context = {**version_context(version, tab="clean"), "others": others, "other": other}
    if other is None:
        return render(request, "datasets/compare.html", context)
    found = compare(before=other, after=version)
    texts = {
        "added": _("Added"),
        "removed": _("Removed"),
        "changed": _("Changed"),
        "relabelled": _("Other label"),
        "moved": _("Other split"),
    }
    filled = [name for name in DIFFERENCES if found.counts[name]]
    show = request.GET.get("show", "")
    show = show if show in DIFFERENCES else (filled or ["added"])[0]
    after = request.GET.get("after", "")
    rows, following = found.page(
        show,
        after=whole(after, -1),
        limit=PAGE.get(Kind(version.dataset.kind), 20),
    )
    return render(
        request,
        "datasets/compare.html",
        {
            **context,
            "same": found.counts["same"],
            "chips": [(name, texts[name], found.counts[name]) for name in DIFFERENCES],
            "show": show,
            "rows": [(row, row.after or row.before, _shown(row)) for row in rows],
            "following": following,
            "is_first": not after,
        },
    )


def _other(
    request: MemberRequest, version: DatasetVersion, others: list[DatasetVersion]
) -> DatasetVersion | None:
    """Return the version to compare with: the named one, else the parent, else the one before."""
    if "with" in request.GET:
        asked = request.GET["with"]
        chosen = next((one for one in others if str(one.number) == asked), None)
        if chosen is None:
            raise Http404(_("This data set has no such version."))
        return chosen
    parent = next((one for one in others if one.pk == version.parent_id), None)
    return parent or next(
        (one for one in others if one.number < version.number), others[0] if others else None
    )


def _shown(row: Difference) -> Shown | None:
    """Return what differs where the record is in both versions."""
    if row.before is None or row.after is None:
        return None
    return side_by_side(_line(row.before), _line(row.after))


def _line(record: Record) -> Line:
    return Line(
        record.position,
        record.name,
        record.label,
        record.sha256,
        record.split,
        record.text,
        record.fields,
        record.facts,
        str(record.artifact_id) if record.artifact_id else None,
        str(record.thumbnail_id) if record.thumbnail_id else None,
    )
