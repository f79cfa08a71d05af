"""Who is removed: their links open nothing, their schedules go on in the name of whoever removed them."""

from datetime import timedelta

import pytest
from brandkiln.bulk.models import Bulk
from brandkiln.bulk.models import Schedule as BulkSchedule
from brandkiln.core.models import User
from brandkiln.planning.models import Share
from brandkiln.reports.due import run_due
from brandkiln.reports.issues import make_issue
from brandkiln.reports.models import Report, Schedule
from brandkiln.reports.schedules import save_schedule
from brandkiln.reports.sharing import share_issue
from brandkiln.workspaces.models import AuditEntry, Membership
from brandkiln.workspaces.services import remove_member
from django.test import Client
from django.utils import timezone

from tests.brandkiln.planning.test_calendar import text
from tests.brandkiln.planning.test_shares import share
from tests.brandkiln.reports.made import finish, make_report
from tests.factories import Cast


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(cast.project, cast.ada)


def remove(cast: Cast, person: User, by: User) -> list[str]:
    return remove_member(membership=Membership.objects.get(workspace=cast.acme, user=person), actor=by)


def test_links_end_with_the_membership_of_whoever_made_them(
    cast: Cast, client: Client, report: Report
) -> None:
    _mine, kept = share(cast, text(cast, "Boots."), actor=cast.rita)
    made, address = share(cast, text(cast, "Boots."), actor=cast.ben)
    over, _address = share(cast, text(cast, "Boots."), actor=cast.ben)
    Share.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(days=1))
    issue = finish(make_issue(report=report, actor=cast.ada))
    _link, secret = share_issue(issue=issue, actor=cast.ben)
    addresses = (address, f"/r/{secret}/")
    assert [client.get(one).status_code for one in addresses] == [200, 200]
    assert remove(cast, cast.ben, cast.ada) == ["2 links for people outside ended with it."]
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    assert client.get(kept).status_code == 200
    made.refresh_from_db()
    assert not made.is_open
    assert AuditEntry.objects.get(action="member.removed").data == {"links": 2}


def test_links_of_an_account_that_was_switched_off_open_nothing(cast: Cast, client: Client) -> None:
    _made, address = share(cast, text(cast, "Boots."))
    User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert client.get(address).status_code == 404


def test_schedules_go_on_in_the_name_of_whoever_removes(cast: Cast, report: Report) -> None:
    schedule = save_schedule(report=report, actor=cast.ben, every="day")
    bulk = Bulk.objects.create(workspace=cast.acme, project=cast.project, name="Copy", created_by=cast.ben)
    BulkSchedule.objects.create(
        workspace=cast.acme, bulk=bulk, source=report.dataset, owner=cast.ben, every="day", at="08:00"
    )
    assert remove(cast, cast.ben, cast.ada) == ["2 schedules run in the name of Ada now."]
    schedule.refresh_from_db()
    assert (schedule.owner, BulkSchedule.objects.get().owner) == (cast.ada, cast.ada)


def test_schedules_of_whom_a_sign_in_service_removes_go_to_the_first_admin(
    cast: Cast, report: Report
) -> None:
    schedule = save_schedule(report=report, actor=cast.ben, every="day")
    remove(cast, cast.ben, cast.ben)
    schedule.refresh_from_db()
    assert schedule.owner == cast.ada


def test_a_schedule_of_nobody_makes_no_report_and_says_why(cast: Cast, report: Report) -> None:
    schedule = save_schedule(report=report, actor=cast.ben, every="day")
    Membership.objects.filter(workspace=cast.acme, user=cast.ben).delete()
    Schedule.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert run_due() == 0
    schedule.refresh_from_db()
    assert "no member any more" in schedule.reason
