"""/api/v1/bulks: the schedule by which one runs again."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from brandkiln.bulk import schedules
from brandkiln.bulk.models import Bulk, Schedule
from brandkiln.bulk.queries import bulks_of
from brandkiln.core.api import ERRORS, find
from brandkiln.core.errors import NotFound
from brandkiln.jobs.recurring_api import RuleIn, RuleOut, ScheduleChange
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["bulk"])
ADDRESS = "/bulks/{bulk_id}/schedule"


class BulkScheduleOut(RuleOut):
    """When a bulk runs again, and what its runs were."""

    runs: list[UUID]
    """The newest bulks that it began."""

    @staticmethod
    def resolve_runs(schedule: Schedule) -> list[UUID]:
        return list(schedule.runs.values_list("pk", flat=True)[:20])


@router.get(ADDRESS, response={200: BulkScheduleOut, **ERRORS}, summary="Get the schedule of a bulk")
def get_schedule(request: HttpRequest, bulk_id: UUID) -> Schedule:
    return _schedule(require_scope(request, "read"), bulk_id)


@router.put(ADDRESS, response={200: BulkScheduleOut, **ERRORS}, summary="Run a bulk again by a schedule")
def set_schedule(request: HttpRequest, bulk_id: UUID, payload: RuleIn) -> Schedule:
    """Run it again as often as this says, each time as a new bulk with the newest version of its data set."""
    token = require_scope(request, "jobs")
    return schedules.save_schedule(bulk=_bulk(token, bulk_id), actor=token.user, **payload.dict())


@router.patch(
    ADDRESS, response={200: BulkScheduleOut, **ERRORS}, summary="Pause or resume the schedule of a bulk"
)
def change_schedule(request: HttpRequest, bulk_id: UUID, payload: ScheduleChange) -> Schedule:
    """Pause the schedule, or resume it; what would have run meanwhile is not made up."""
    token = require_scope(request, "jobs")
    row = _schedule(token, bulk_id)
    change = schedules.pause_schedule if payload.paused else schedules.resume_schedule
    change(schedule=row, actor=token.user)
    return row


@router.delete(ADDRESS, response={204: None, **ERRORS}, summary="Remove the schedule of a bulk")
def delete_schedule(request: HttpRequest, bulk_id: UUID) -> Status[None]:
    token = require_scope(request, "jobs")
    schedules.delete_schedule(schedule=_schedule(token, bulk_id), actor=token.user)
    return Status(204, None)


def _bulk(token: ApiToken, key: UUID) -> Bulk:
    return find(bulks_of(token.workspace), key, "bulk")


def _schedule(token: ApiToken, key: UUID) -> Schedule:
    rows = Schedule.objects.filter(bulk=_bulk(token, key)).select_related("bulk", "source", "workspace")
    if (row := rows.first()) is None:
        raise NotFound(f"Bulk {key} has no schedule. PUT one to this address.")
    return row
