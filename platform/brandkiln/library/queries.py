"""What the library's pages and the API read."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.core.errors import Unprocessable
from brandkiln.library.filters import Filters, apply
from brandkiln.library.models import Asset, Folder, Tagging
from brandkiln.workspaces.models import Workspace

COUNTED = 10_000
"""Up to so many assets are counted one by one where words were looked for."""
SHOWN_LABELS = 60
MOST_VALUES = 600
"""More than a library may have folders."""
ORDERS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "newest": (gettext_lazy("Newest first"), ("-created_at", "-id")),
    "oldest": (gettext_lazy("Oldest first"), ("created_at", "id")),
    "rated": (gettext_lazy("Best rated first"), ("-rating", "-created_at", "-id")),
}
FACETS = ("kind", "project__slug", "generator", "made_by", "label", "rating", "folder")


def find_assets(
    *,
    workspace: Workspace,
    project: str = "",
    generator: str = "",
    kind: str = "",
    label: str = "",
    search: str = "",
    rating: int = 0,
    job: str = "",
    trashed: bool = False,
) -> QuerySet[Asset]:
    """Return the workspace's assets that fit every filter given, newest first."""
    filters = Filters(
        q=search, project=project, generator=generator, kind=kind, label=label, job=job,
        rating=str(rating or ""), trashed=trashed,
    )  # fmt: skip
    return ordered(apply(filters, workspace=workspace))


def ordered(assets: QuerySet[Asset], order: str = "newest") -> QuerySet[Asset]:
    """Return assets with what a page shows of them, in an order of ORDERS."""
    return assets.select_related("artifact", "project", "job", "hold").order_by(*ORDERS[order][1])


def released(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Return those of the assets that are not held back."""
    return assets.filter(Q(hold=None) | Q(hold__released_at__isnull=False))


@dataclass(frozen=True)
class AssetPage:
    """A page of assets, and the cursor of the next one; "" at the end."""

    assets: Sequence[Asset]
    following: str


def page_of_assets(
    assets: QuerySet[Asset], *, order: str = "newest", cursor: str = "", size: int = 60
) -> AssetPage:
    """Return a page of assets. A cursor names the last row of its page, so rows that are added meanwhile move nothing.

    Raises:
        Unprocessable: If the cursor is not one that this list gave.
    """
    columns = ORDERS[order][1]
    rows = ordered(assets, order).select_related(None).select_related("artifact", "project", "hold")
    if cursor:
        rows = rows.filter(_after(columns, _read(cursor, len(columns))))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return AssetPage(found, "")
    last = found[size - 1]
    place = [_plain(getattr(last, column.lstrip("-"))) for column in columns]
    text = json.dumps(place, separators=(",", ":"))
    return AssetPage(found[:size], base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))


def count_of(filters: Filters, assets: QuerySet[Asset]) -> tuple[int, bool]:
    """Return how many assets fit, and whether there are more than were counted."""
    if not filters.q:
        return assets.count(), False
    count = assets[: COUNTED + 1].count()
    return min(count, COUNTED), count > COUNTED


def facets(filters: Filters, *, workspace: Workspace) -> dict[str, list[tuple[Any, int]]]:
    """Return for each filter the values it could take and how many assets each would leave, the most first.

    A filter that is set does not narrow its own values, so that another one can be chosen.
    """
    found: dict[str, list[tuple[Any, int]]] = {}
    for name, rows in _counted(filters, workspace).items():
        own = _filter_of(name)
        found[own] = [(value, n) for value, n in rows if value not in ("", None)][:SHOWN_LABELS]
        if own == "folder":
            found["nowhere"] = [(None, n) for value, n in rows if value is None]
    assets = apply(Filters.of(filters.without("tag")), workspace=workspace)
    tagged = Tagging.objects.filter(tag__workspace=workspace)
    if filters.is_narrow or filters.trashed:
        tagged = tagged.filter(asset__in=assets.values("pk"))
    else:
        tagged = tagged.filter(asset__trashed_at=None)
    found["tag"] = list(tagged.values_list("tag__name").annotate(n=Count("id")).order_by("-n")[:SHOWN_LABELS])
    return found


def _filter_of(facet: str) -> str:
    return facet.partition("__")[0].replace("made_by", "person")


def _counted(filters: Filters, workspace: Workspace) -> dict[str, list[tuple[Any, int]]]:
    """Return for each of FACETS its values with their counts, the most first."""
    alike = [name for name in FACETS if _filter_of(name) not in filters.asked]
    found = {}
    if connection.vendor == "postgresql" and alike:
        found = _counted_at_once(apply(filters, workspace=workspace), alike)
    for name in FACETS:
        if name not in found:
            assets = apply(Filters.of(filters.without(_filter_of(name))), workspace=workspace)
            counts = assets.values_list(name).annotate(n=Count("id")).order_by("-n", name)
            found[name] = list(counts[:MOST_VALUES])
    return {name: found[name] for name in FACETS}


def _counted_at_once(assets: QuerySet[Asset], names: Sequence[str]) -> dict[str, list[tuple[Any, int]]]:
    """Return the values of several columns with their counts, which PostgreSQL counts in one look at the assets."""
    inner, params = assets.order_by().values_list(*names).query.sql_with_params()
    columns = [f"c{place}" for place in range(len(names))]
    listed, sets = ", ".join(columns), ", ".join(f"({column})" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT grouping({listed}), count(*), {listed} FROM ({inner}) assets ({listed})"  # noqa: S608
            f" GROUP BY GROUPING SETS ({sets})",
            params,
        )
        rows = cursor.fetchall()
    found: dict[str, list[tuple[Any, int]]] = {name: [] for name in names}
    for (
        left_out,
        count,
        *values,
    ) in rows:  # a bit for each column, the last one the lowest; that of the set is 0
        place = next(place for place in range(len(names)) if not left_out >> (len(names) - 1 - place) & 1)
        found[names[place]].append((values[place], count))
    for counts in found.values():
        counts.sort(key=lambda one: (-one[1], str(one[0])))
    return found


def folders_of(workspace: Workspace) -> list[Folder]:
    """Return the workspace's folders, each followed by those in it."""
    rows = list(Folder.objects.filter(workspace=workspace).select_related("parent").order_by("name"))
    upper = [row for row in rows if row.parent_id is None]
    return [one for row in upper for one in [row, *(low for low in rows if low.parent_id == row.pk)]]


def _after(columns: Sequence[str], place: Sequence[Any]) -> Q:
    """Return what holds for rows behind a place in an order."""
    condition, same = Q(), Q()
    for column, value in zip(columns, place, strict=True):
        name = column.lstrip("-")
        beyond = "lt" if column.startswith("-") else "gt"
        condition |= same & Q(**{f"{name}__{beyond}": value})
        same &= Q(**{name: value})
    first, name = place[0], columns[0].lstrip("-")
    # Said again of the first column alone, which an index can begin at.
    return condition & Q(**{f"{name}__{'lte' if columns[0].startswith('-') else 'gte'}": first})


def _plain(value: Any) -> Any:
    return (
        value if isinstance(value, int) else value.isoformat() if isinstance(value, datetime) else str(value)
    )


def _read(cursor: str, length: int) -> list[Any]:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(place, list) or len(place) != length:
            raise ValueError("not as many values as columns")
        when, key = datetime.fromisoformat(place[-2]), UUID(place[-1])
        if when.tzinfo is None or not all(type(value) is int for value in place[:-2]):
            raise ValueError("not such values")
        return [*place[:-2], when, key]
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        message = _("The cursor is not one that this list gave. Begin again without it.")
        raise Unprocessable(message, fields={"cursor": message}) from error
