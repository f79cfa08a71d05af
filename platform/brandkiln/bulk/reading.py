"""Scheduled runs take their rows from the data set some at a time, so that the sweeper that does it is never held.

Rows are committed batch by batch, and the next batch begins behind the last row that is there: killed anywhere, nothing
is lost or taken twice. Behind the last row the run begins.
"""

import logging
import time
from datetime import date
from uuid import UUID

from django.db import Error, transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from brandkiln.bulk.checking import Filler, all_variables, refusal, versions_of
from brandkiln.bulk.feeding import top_up
from brandkiln.bulk.mapping import check_mapping
from brandkiln.bulk.models import Bulk, Row, Schedule
from brandkiln.bulk.moves import move_bulk
from brandkiln.bulk.services import check_templates
from brandkiln.bulk.sources import columns_of, records_of
from brandkiln.bulk.templates import newest_version
from brandkiln.core.errors import Conflict, StudioError, Unprocessable
from brandkiln.core.languages import in_language_of
from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature

logger = logging.getLogger(__name__)
TOGETHER = 250
TURN_SECONDS = 0.5
"""For how long the sweeper goes on taking rows before it looks after something else."""
State, RowState = Bulk.State, Row.State


@transaction.atomic
def begin_reading(*, schedule: Schedule, version: DatasetVersion, actor: User, day: date) -> Bulk:
    """Return a new run of a schedule, whose rows `read_on` will take from the version.

    Raises:
        Conflict: If one of its templates is archived.
        Unprocessable: If the version can't be taken, or has not the columns of the mapping.
    """
    pattern = schedule.bulk
    require_feature(pattern.workspace, "bulk")
    templates = [one.template for one in versions_of(pattern)]
    check_templates(templates)
    columns = columns_of(version)
    name = schedule.source.name if pattern.name == str(pattern.dataset_version) else pattern.name
    run = Bulk.objects.create(
        workspace=pattern.workspace, project=pattern.project, created_by=actor, state=State.READING,
        name=f"{name[:100]} · {day.isoformat()}", dataset_version=version, columns=columns,
        row_count=version.record_count, mapping=pattern.mapping, made_by=schedule,
    )  # fmt: skip
    run.versions.set([newest_version(template) for template in templates])
    if problems := check_mapping(run.mapping, all_variables(run), columns):
        raise Unprocessable(refusal(problems))
    _audit(run, "bulk.created")
    return run


def read_on() -> dict[UUID, str]:
    """Go on with runs that take rows, for about TURN_SECONDS; return why some could not, by their schedules' ids."""
    until = time.monotonic() + TURN_SECONDS
    refused: dict[UUID, str] = {}
    reading = Bulk.objects.filter(state=State.READING).order_by("created_at")
    for run_id, schedule_id in list(reading.values_list("pk", "made_by")):
        try:
            while time.monotonic() < until and _take(run_id):
                pass
        except Error:
            raise  # the database is away; the next sweep goes on
        except Exception as error:
            if not isinstance(error, StudioError):
                logger.exception("The rows of the bulk %s can't be taken", run_id)
            Bulk.objects.filter(pk=run_id, state=State.READING).delete()
            if schedule_id:
                refused[schedule_id] = getattr(error, "message", None) or str(error)
    return refused


def _take(run_id: UUID) -> bool:
    """Take the next rows of a run and return whether there may be more; behind the last one let it go."""
    with transaction.atomic():
        waiting = Bulk.objects.select_for_update(of=("self",), skip_locked=True)
        run = waiting.select_related("created_by", "dataset_version__dataset", "project").filter(
            pk=run_id, state=State.READING
        ).first()  # fmt: skip
        if run is None:
            return False  # another sweeper is at it, or it was cancelled
        if run.created_by is None or run.dataset_version is None:
            raise Conflict(_("The data set has no version any more."))
        with in_language_of(run.created_by):
            if _take_rows(run, run.dataset_version):
                return True
            _let_go(run)
    top_up(run_id)
    return False


def _take_rows(run: Bulk, version: DatasetVersion) -> bool:
    """Write the next rows, those that do not fit marked; return whether there were any."""
    last = Row.objects.filter(bulk=run).aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    cells = list(records_of(version, first, TOGETHER))
    for part, template in enumerate(versions_of(run)):
        filler = Filler.of(template, run)
        problems = [filler.problem(row)[:2000] for row in cells]
        Row.objects.bulk_create(
            Row(
                bulk=run, part=part, version=template, position=first + place, cells=row, message=problem,
                state=RowState.FAULTY if problem else RowState.READY,
            )
            for place, (row, problem) in enumerate(zip(cells, problems, strict=True))
        )  # fmt: skip
    return bool(cells)


def _let_go(run: Bulk) -> None:
    if not Row.objects.filter(bulk=run, state=RowState.READY).exists():
        first = Row.objects.filter(bulk=run).exclude(message="").order_by("position", "part").first()
        raise Unprocessable(_("No row could be made: %(why)s") % {"why": first.message if first else ""})
    move_bulk(run, State.RUNNING, started_at=Now())
    _audit(run, "bulk.started")


def _audit(run: Bulk, action: str) -> None:
    facts = {"bulk": str(run.pk), "rows": run.row_count}
    record_audit(workspace=run.workspace, actor=run.created_by, action=action, subject=run.name, data=facts)
