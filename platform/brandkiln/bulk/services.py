"""Writes about bulks that people ask for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast, Length, Now
from django.utils.translation import gettext as _

from brandkiln.bulk.checking import all_variables, check_rows, refusal, versions_of
from brandkiln.bulk.feeding import cancel_jobs, top_up
from brandkiln.bulk.mapping import check_mapping, guess
from brandkiln.bulk.models import Bulk, Row, Template, TemplateVersion
from brandkiln.bulk.moves import move_bulk
from brandkiln.bulk.sources import Table, check_size
from brandkiln.bulk.templates import newest_version
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.library.services import trash_asset
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature

TRIAL_ROWS = 3
MOST_TRIAL_ROWS = 20
MOST_TEMPLATES = 6
TOGETHER = 1_000
Choosing = Literal["mixed", "first", "longest"]
State, RowState = Bulk.State, Row.State


@transaction.atomic
def create_bulk(
    *,
    workspace: Workspace,
    project: Project,
    actor: User | None,
    templates: Sequence[Template],
    table: Table,
    name: str = "",
) -> Bulk:
    """Return a new bulk with its rows and the mapping that is most likely meant; nothing is made yet.

    Raises:
        Unprocessable: If no template is chosen, or the table can't be taken.
        NotFound: If something belongs to another workspace.
    """
    require_feature(workspace, "bulk")
    if project.workspace_id != workspace.pk or any(one.workspace_id != workspace.pk for one in templates):
        raise NotFound(_("There is no such project or template in this workspace."))
    if not 1 <= len(templates) <= MOST_TEMPLATES:
        message = _("Choose one to %(most)d templates.") % {"most": MOST_TEMPLATES}
        raise Unprocessable(message, fields={"templates": message})
    check_templates(templates)
    check_size(table)
    name = " ".join(name.split())[:120] or table.filename.rpartition(".")[0][:120] or str(table.version or "")
    bulk = Bulk.objects.create(
        workspace=workspace, project=project, created_by=actor, name=name or templates[0].name,
        filename=table.filename, dataset_version=table.version, columns=table.columns,
        row_count=len(table.rows), refused=list(table.refused),
    )  # fmt: skip
    bulk.versions.set([newest_version(template) for template in templates])
    for part, version in enumerate(versions_of(bulk)):
        _add_rows(bulk, part, version, table.rows)
    bulk.mapping = guess(all_variables(bulk), table.columns)
    bulk.save(update_fields=["mapping"])
    _audit(bulk, actor, "bulk.created", rows=bulk.row_count)
    return bulk


def check_templates(templates: Sequence[Template]) -> None:
    """Raise Conflict if one of the templates is archived."""
    if archived := next((one for one in templates if one.archived_at), None):
        raise Conflict(_("%(name)s is archived. Take it back first.") % {"name": archived.name})


def _add_rows(bulk: Bulk, part: int, version: TemplateVersion, cells: Sequence[dict[str, Any]]) -> None:
    Row.objects.bulk_create(
        (
            Row(bulk=bulk, part=part, version=version, position=position, cells=row)
            for position, row in enumerate(cells)
        ),
        batch_size=TOGETHER,
    )


@transaction.atomic
def set_mapping(*, bulk: Bulk, actor: User | None, mapping: Mapping[str, Any]) -> int:
    """Keep what each variable is filled from, check every row with it, and return how many rows do not fit.

    What a dry run made before with other values is made again by the next one.

    Raises:
        Unprocessable: If a column is missing; ``fields`` names the variable.
        Conflict: If rows are being made, or all were let go.
    """
    _refuse_moving(bulk)
    _check(bulk, mapping)
    if not is_storable(dict(mapping)):
        raise Unprocessable(_("The text holds a character that is none. Remove it."))
    if bulk.mapping != mapping:
        bulk.mapping = dict(mapping)
        bulk.save(update_fields=["mapping"])
        _take_back(bulk, actor)
    return check_rows(bulk)


@transaction.atomic
def use_newest(*, bulk: Bulk, actor: User | None) -> int:
    """Take the newest version of each template, check every row with it, and return how many rows do not fit.

    Raises:
        Conflict: If rows are being made, or all were let go.
    """
    _refuse_moving(bulk)
    newest = [newest_version(version.template) for version in versions_of(bulk)]
    bulk.versions.set(newest)
    for part, version in enumerate(versions_of(bulk)):
        Row.objects.filter(bulk=bulk, part=part).update(version=version)
    variables = all_variables(bulk)
    known = {variable.name for variable in variables}
    mapping = guess(variables, bulk.columns) | bulk.mapping
    bulk.mapping = {name: source for name, source in mapping.items() if name in known}
    bulk.save(update_fields=["mapping"])
    _take_back(bulk, actor)
    return check_rows(bulk)


def begin_trial(
    *,
    bulk: Bulk,
    actor: User | None,
    choosing: Choosing = "mixed",
    positions: Collection[int] = (),
) -> Bulk:
    """Have a few rows made, to look at before the rest; asked again, the same or others are made anew.

    Args:
        choosing: Which rows: the first, the longest, or the first, the longest and the shortest.
        positions: These rows instead.

    Raises:
        Conflict: If it is no longer being set up, or rows are being made.
        Unprocessable: If no row fits, or too many are asked for.
    """
    with transaction.atomic():
        _refuse_moving(bulk)
        _check(bulk, bulk.mapping)
        _take_back(bulk, actor)
        check_rows(bulk)
        chosen = sorted(set(positions)) or _chosen(bulk, choosing)
        ready = Row.objects.filter(bulk=bulk, state=RowState.READY, position__in=chosen)
        if not 1 <= len(chosen) <= MOST_TRIAL_ROWS or not ready.exists():
            message = _("No row can be made yet: see which rows do not fit, and why.")
            raise Unprocessable(message, fields={"positions": message})
        move_bulk(bulk, State.TRIAL, trial=chosen, started_at=Now())
        _audit(bulk, actor, "bulk.tried", rows=len(chosen))
    top_up(bulk.pk)
    bulk.refresh_from_db()
    return bulk


def _chosen(bulk: Bulk, choosing: Choosing) -> list[int]:
    rows = Row.objects.filter(bulk=bulk, part=0, state=RowState.READY)
    sized = rows.annotate(size=Length(Cast("cells", TextField())))
    first = list(rows.order_by("position").values_list("position", flat=True)[:TRIAL_ROWS])
    if choosing == "first":
        return first
    longest = list(sized.order_by("-size", "position").values_list("position", flat=True)[:TRIAL_ROWS])
    if choosing == "longest":
        return sorted(longest)
    shortest = list(sized.order_by("size", "position").values_list("position", flat=True)[:1])
    mixed = dict.fromkeys([*first[:1], *longest[:1], *shortest, *first, *longest])
    return sorted(list(mixed)[:TRIAL_ROWS])


def start(*, bulk: Bulk, actor: User | None) -> Bulk:
    """Let all rows go that fit; those of a dry run that are done stay as they are.

    Raises:
        InvalidMove: If it was let go before, or cancelled.
        Unprocessable: If the mapping is not whole, or no row fits.
    """
    require_feature(bulk.workspace, "bulk")
    with transaction.atomic():
        if bulk.state in (State.DRAFT, State.TRIAL):
            _check(bulk, bulk.mapping)
            check_rows(bulk)
            if not Row.objects.filter(
                bulk=bulk, state__in=[RowState.READY, RowState.DONE, RowState.WORKING]
            ).exists():
                raise Unprocessable(_("No row can be made yet: see which rows do not fit, and why."))
            # What failed in the dry run is worth another try; people saw it and went on.
            _make_ready(Row.objects.filter(bulk=bulk, state=RowState.FAILED))
        move_bulk(bulk, State.RUNNING, started_at=Now())
        _audit(bulk, actor, "bulk.started", rows=bulk.row_count)
    top_up(bulk.pk)
    bulk.refresh_from_db()
    return bulk


def pause(*, bulk: Bulk, actor: User | None) -> Bulk:
    """Submit nothing more; rows that wait for a worker go back, those that are being made are finished.

    Raises:
        InvalidMove: If it does not run.
    """
    with transaction.atomic():
        move_bulk(bulk, State.PAUSED)
        _audit(bulk, actor, "bulk.paused")
    cancel_jobs(bulk, actor, [Job.State.QUEUED])
    return bulk


def cancel(*, bulk: Bulk, actor: User | None) -> Bulk:
    """Stop it for good; what is done stays.

    Raises:
        InvalidMove: If it has ended.
    """
    with transaction.atomic():
        move_bulk(bulk, State.CANCELLED, finished_at=Now())
        Row.objects.filter(bulk=bulk, state=RowState.READY).update(state=RowState.CANCELLED, changed_at=Now())
        _audit(bulk, actor, "bulk.cancelled")
    cancel_jobs(bulk, actor, Job.OPEN)
    return bulk


def retry(*, bulk: Bulk, actor: User | None, rows: Collection[int] | None = None) -> int:
    """Try failed rows again, all or those given by id, and return how many; done ones are never made again.

    Raises:
        Conflict: If none of them failed, or the bulk was cancelled.
    """
    with transaction.atomic():
        failed = Row.objects.filter(bulk=bulk, state=RowState.FAILED)
        count = _make_ready(failed if rows is None else failed.filter(pk__in=rows))
        if not count:
            raise Conflict(_("None of these rows failed, so there is nothing to try again. Reload the page."))
        if bulk.state in (State.FINISHED, State.PAUSED):
            move_bulk(bulk, State.RUNNING, started_at=Now(), finished_at=None)
        elif bulk.state == State.CANCELLED:
            move_bulk(bulk, State.RUNNING)  # says that it can't be
        else:
            Bulk.objects.filter(pk=bulk.pk).update(started_at=Now())
        _audit(bulk, actor, "bulk.retried", rows=count)
    top_up(bulk.pk)
    bulk.refresh_from_db()
    return count


@transaction.atomic
def rename(*, bulk: Bulk, actor: User | None, name: str) -> Bulk:
    """Give a bulk another name."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120 or not is_storable(name):
        message = _("A name has 1 to 120 characters.")
        raise Unprocessable(message, fields={"name": message})
    bulk.name = name
    bulk.save(update_fields=["name"])
    _audit(bulk, actor, "bulk.renamed")
    return bulk


def _check(bulk: Bulk, mapping: Mapping[str, Any]) -> None:
    """Raise Unprocessable if a mapping does not fill the bulk's variables from its columns."""
    if problems := check_mapping(mapping, all_variables(bulk), bulk.columns):
        raise Unprocessable(
            refusal(problems), fields={f"mapping.{name}": text for name, text in problems.items()}
        )


def _refuse_moving(bulk: Bulk) -> None:
    """Raise Conflict unless it can still be set up."""
    locked = Bulk.objects.select_for_update().get(pk=bulk.pk)
    if locked.state not in (State.DRAFT, State.TRIAL):
        raise Conflict(_("All rows were let go, so this can't be changed any more. Set up another one."))
    if Row.objects.filter(bulk=bulk, state=RowState.WORKING).exists():
        raise Conflict(_("Rows of the dry run are still being made. Wait for them, then change it."))
    bulk.refresh_from_db()


def _take_back(bulk: Bulk, actor: User | None) -> None:
    """Make the rows of an earlier dry run ready again; what they made and nobody rated goes to the trash."""
    tried = Row.objects.filter(bulk=bulk, state__in=[RowState.DONE, RowState.FAILED])
    made = Asset.objects.filter(job__bulk_row__in=tried, rating=0, tags=[], trashed_at=None)
    if actor:
        for asset in made:
            trash_asset(asset=asset, actor=actor)
    _make_ready(tried)


def _make_ready(rows: Any) -> int:
    count: int = rows.update(state=RowState.READY, message="", changed_at=Now())
    return count


def _audit(bulk: Bulk, actor: User | None, action: str, **facts: Any) -> None:
    facts = {"bulk": str(bulk.pk)} | facts
    record_audit(workspace=bulk.workspace, actor=actor, action=action, subject=bulk.name, data=facts)
