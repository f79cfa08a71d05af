"""Reads of bulks for pages, streams and the API."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.db.models.functions import Now

from brandkiln.bulk.feeding import PREFIX
from brandkiln.bulk.models import Bulk, Row, Template, TemplateVersion
from brandkiln.jobs.estimates import past_jobs, predict, size_of
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.workspaces.models import Workspace

FEWEST = 5
"""Rows that have to be done before the time left is told from their pace."""
ORDER = ("done", "working", "failed", "faulty", "ready", "cancelled")
"""The states as the bar of a bulk shows them, from the left."""


@dataclass(frozen=True)
class Totals:
    """How many rows of a bulk stand where, and how long the rest takes."""

    states: dict[str, int]
    seconds_left: float | None

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.states.values())

    @property
    def ended(self) -> int:
        """Rows of which nothing more comes by itself."""
        return self.total - self.states["ready"] - self.states["working"]


def totals_of(bulk: Bulk, states: dict[str, int] | None = None) -> Totals:
    """Return where the rows stand now.

    Args:
        states: What `counted` says of the bulk, where that was asked for many at once.
    """
    states = states or counted([bulk])[bulk.pk]
    return Totals(states, _seconds_left(bulk, states))


def _seconds_left(bulk: Bulk, states: dict[str, int]) -> float | None:
    """Return how long the rows take that are left, at the pace since they were let go; None where nobody knows."""
    left = states["ready"] + states["working"]
    if not left or bulk.started_at is None or bulk.state in (Bulk.State.DRAFT, Bulk.State.TRIAL):
        return _foreseen(bulk, left) if left and bulk.state in (Bulk.State.DRAFT, Bulk.State.TRIAL) else None
    ended = Row.objects.filter(
        bulk=bulk,
        changed_at__gte=bulk.started_at,
        state__in=[Row.State.DONE, Row.State.FAILED],
        job__isnull=False,
    )
    found = ended.aggregate(count=Count("pk"), last=Max("changed_at"))
    if found["count"] < FEWEST:
        return _foreseen(bulk, left)
    pace: float = (found["last"] - bulk.started_at).total_seconds() / found["count"]
    return max(0.0, left * pace)


def _foreseen(bulk: Bulk, left: int) -> float | None:
    """Return what past jobs of the generators make likely, as if one ran at a time; None where there were none."""
    seconds = []
    for version in bulk.versions.all():
        size = size_of({name: value for name, value in version.params.items() if not isinstance(value, str)})
        one = predict(past_jobs(kind=Job.Kind.SAMPLE, generator=version.generator), size)
        if one is None:
            return None
        seconds.append(one)
    return left * sum(seconds) / len(seconds) if seconds else None


def bulks_of(workspace: Workspace) -> QuerySet[Bulk]:
    """Return the bulks of a workspace, newest first."""
    bulks = Bulk.objects.filter(workspace=workspace).select_related(
        "project", "created_by", "dataset_version__dataset", "made_by__bulk"
    )
    return bulks.prefetch_related("versions__template").order_by("-created_at", "-id")


def counted(bulks: Collection[Bulk]) -> dict[UUID, dict[str, int]]:
    """Return the numbers of rows by state, in the order of the bar, of several bulks with one query."""
    found = {bulk.pk: dict.fromkeys(ORDER, 0) for bulk in bulks}
    rows = (
        Row.objects.filter(bulk__in=bulks).order_by().values_list("bulk", "state").annotate(count=Count("pk"))
    )
    for bulk, state, count in rows:
        found[bulk][state] = count
    return found


def templates_of(workspace: Workspace, *, archived: bool = False) -> QuerySet[Template]:
    """Return the templates of a workspace with their versions, the newest first, and how many bulks use them."""
    rows = Template.objects.filter(workspace=workspace, archived_at__isnull=not archived)
    newest = Prefetch("versions", TemplateVersion.objects.order_by("-number"), to_attr="newest_first")
    used = Count("versions__bulks", distinct=True)
    return (
        rows.prefetch_related(newest)
        .select_related("created_by")
        .annotate(use_count=used)
        .order_by("-created_at", "-id")
    )


def uses_of(templates: Collection[Template]) -> dict[UUID, list[UUID]]:
    """Return the bulks that were made with any version of each template, with one query."""
    found: dict[UUID, list[UUID]] = {template.pk: [] for template in templates}
    uses = TemplateVersion.bulks.through.objects.filter(templateversion__template__in=templates)
    for template, bulk in uses.values_list("templateversion__template", "bulk").distinct():
        found[template].append(bulk)
    return found


def used_by(template: Template) -> QuerySet[Bulk]:
    """Return the bulks that were made with any version of a template, newest first."""
    bulks = Bulk.objects.filter(versions__template=template).distinct()
    return bulks.select_related("project").order_by("-created_at", "-id")


def rows_of(bulk: Bulk, *, state: str = "", part: int | None = None, search: str = "") -> QuerySet[Row]:
    """Return the rows of a bulk that fit every filter, in the order of the table."""
    rows = Row.objects.filter(bulk=bulk)
    if state == "trial":
        rows = rows.filter(position__in=bulk.trial)
    elif state:
        rows = rows.filter(state=state)
    if part is not None:
        rows = rows.filter(part=part)
    for word in search.split()[:5]:
        rows = rows.filter(Q(cells__icontains=word) | Q(message__icontains=word))
    return rows.order_by("position", "part")


def with_pieces(rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Return rows with their pieces and these with what the brand's rules said."""
    pieces = Asset.objects.select_related("verdict", "hold", "artifact").order_by("position")
    return rows.select_related("job", "version__template").prefetch_related(
        Prefetch("job__assets", pieces.filter(trashed_at=None), to_attr="kept")
    )


def lines_of(
    bulk: Bulk, *, first: int, count: int, state: str = "", search: str = ""
) -> tuple[list[Row], int]:
    """Return some of the rows that fit, by their place, and how many fit; of their pieces only what a line says."""
    fitting = rows_of(bulk, state=state, search=search)
    if state or search:
        return list(_for_lines(fitting)[first : first + count]), fitting.count()
    # Every template has every place of the table, so nothing is counted and nothing skipped.
    parts = bulk.versions.count()
    near = fitting.filter(position__gte=first // parts, position__lte=(first + count) // parts)
    return list(_for_lines(near)[first % parts :][:count]), parts * bulk.row_count


def _for_lines(rows: "QuerySet[Row]") -> "QuerySet[Row]":
    pieces = Asset.objects.filter(trashed_at=None).select_related("verdict").order_by("position")
    said = pieces.only("job", "position", "text", "media_type", "verdict__passed", "verdict__tested")
    return rows.prefetch_related(
        Prefetch("job", Job.objects.only("pk")), Prefetch("job__assets", said, to_attr="kept")
    )


def pieces_of(row: Row) -> Sequence[Asset]:
    """Return the pieces of a row that ``with_pieces`` brought."""
    return getattr(row.job, "kept", ()) if row.job_id else ()


def changed_rows(bulk: Bulk, *, within_seconds: float, most: int) -> QuerySet[Row]:
    """Return rows that changed lately, by the database's clock."""
    since = Now() - timedelta(seconds=within_seconds)
    return with_pieces(Row.objects.filter(bulk=bulk, changed_at__gte=since)).order_by("-changed_at")[:most]


def without_rows(jobs: "QuerySet[Job]") -> "QuerySet[Job]":
    """Return jobs without those that were submitted for rows, which a bulk's own page shows."""
    return jobs.exclude(idempotency_key__startswith=PREFIX)


def newest_numbers(versions: Collection[TemplateVersion]) -> dict[UUID, int]:
    """Return the number of the newest version of each template."""
    keys = {version.template_id for version in versions}
    rows = TemplateVersion.objects.filter(template__in=keys).order_by().values_list("template")
    return dict(rows.annotate(newest=Max("number")))
