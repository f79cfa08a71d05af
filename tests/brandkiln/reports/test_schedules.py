"""Schedules: when they come round, what is made up, who is told."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.core.moments import Rule
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.models import Job
from brandkiln.jobs.recurring import MOST_FAILURES
from brandkiln.jobs.sweep import CHORES
from brandkiln.reports.due import run_due
from brandkiln.reports.issues import make_issue
from brandkiln.reports.models import Issue, Report, Schedule
from brandkiln.reports.schedules import (
    pause_schedule,
    resume_schedule,
    save_schedule,
)
from django.utils import timezone

from tests.brandkiln.reports.made import finish, make_report
from tests.factories import Cast, DatasetVersionFactory

Rings = list[tuple[str, str]]
BERLIN, SHANGHAI, KIRITIMATI = map(ZoneInfo, ("Europe/Berlin", "Asia/Shanghai", "Pacific/Kiritimati"))


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> Rings:
    rung: Rings = []
    monkeypatch.setattr("brandkiln.jobs.queue.ring", lambda queue, key: rung.append((queue, str(key))))
    return rung


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        (Rule("day", time(8), ZoneInfo("UTC")), "2026-11-22T08:00", ["2026-11-23T08:00", "2026-11-24T08:00"]),
        (Rule("day", time(2, 30), BERLIN), "2026-03-28T12:00", ["2026-03-29T01:30", "2026-03-30T00:30"]),  # forward
        (Rule("day", time(2, 30), BERLIN), "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),  # back
        (Rule("week", time(9), BERLIN, weekday=0), "2026-11-22T12:00", ["2026-11-23T08:00", "2026-11-30T08:00"]),
        (Rule("month", time(9), SHANGHAI, day=31), "2026-01-31T12:00", ["2026-02-28T01:00", "2026-03-31T01:00"]),
        (Rule("month", time(0, 5), KIRITIMATI), "2026-12-30T00:00", ["2026-12-31T10:05", "2027-01-31T10:05"]),
    ],
)  # fmt: skip
def test_moments_follow_the_wall_clock(rule: Rule, after: str, expected: list[str]) -> None:
    assert rule.first(2, at(after)) == [at(one) for one in expected]


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(cast.project, cast.ada)


def scheduled(report: Report, cast: Cast, **fields: Any) -> Schedule:
    return save_schedule(report=report, actor=cast.ada, **{"every": "day"} | fields)


def due(schedule: Schedule, ago: timedelta = timedelta(minutes=1)) -> None:
    Schedule.objects.filter(pk=schedule.pk).update(due_at=timezone.now() - ago)


def test_the_sweeper_looks_after_schedules() -> None:
    assert run_due in CHORES


def test_a_missed_run_is_made_up_once(report: Report, cast: Cast) -> None:
    schedule = scheduled(report, cast)
    due(schedule, timedelta(days=9))
    assert [run_due(), run_due()] == [1, 0]
    schedule.refresh_from_db()
    issue = report.issues.get()
    assert (issue.number, issue.origin, issue.job.requested_by) == (1, "scheduled", cast.ada)
    assert schedule.due_at is not None
    assert schedule.due_at > timezone.now()
    assert len(schedule.next_runs(3)) == 3


def test_never_are_two_made_at_once(report: Report, cast: Cast) -> None:
    schedule = scheduled(report, cast)
    due(schedule)
    run_due()
    due(schedule)
    assert run_due() == 0
    finish(report.issues.get())
    assert run_due() == 1
    assert report.issues.count() == 2


def test_of_two_sweepers_one_makes_the_issue(
    report: Report, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:

    schedule = scheduled(report, cast)
    due(schedule)
    row = Schedule.objects.get()
    assert run_due() == 1
    mine = Schedule.objects.filter(pk=row.pk, due_at=row.due_at, last_issue=row.last_issue_id)
    assert not mine.exists()  # what the slower one read no longer stands, so its update changes nothing


def test_a_new_version_makes_an_issue_and_an_old_one_does_not(report: Report, cast: Cast) -> None:
    schedule = scheduled(report, cast, every="version")
    assert (run_due(), schedule.due_at, schedule.next_runs()) == (0, None, [])
    version = DatasetVersionFactory(dataset=report.dataset, number=2)
    assert [run_due(), run_due()] == [1, 0]
    assert report.issues.get().dataset_version == version
    DatasetVersion.objects.filter(pk=version.pk).update(trashed_at=timezone.now())


def test_a_paused_one_rests_and_goes_on_with_the_next_moment(report: Report, cast: Cast) -> None:
    schedule = scheduled(report, cast)
    pause_schedule(schedule=schedule, actor=cast.ada)
    assert run_due() == 0
    schedule.refresh_from_db()
    resume_schedule(schedule=schedule, actor=cast.ada)
    assert schedule.is_on
    assert schedule.due_at
    assert run_due() == 0


def test_the_digest_goes_once_to_those_who_are_still_members(
    report: Report, cast: Cast, mailoutbox: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    schedule = scheduled(report, cast, recipients=["Ben@example.com", "rita@example.com"])
    due(schedule)
    run_due()
    finish(report.issues.get())
    cast.acme.memberships.filter(user=cast.rita).delete()
    with django_capture_on_commit_callbacks(execute=True):
        run_due()
        run_due()
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["ben@example.com"], "Monthly sales #1")
    assert "Revenue: $1,200" in letter.body
    assert "In May 2026, revenue came to $1,200." in letter.body
    assert f"/w/acme/reports/{report.pk}/1/" in letter.body


def test_failures_are_told_and_stop_the_schedule(
    report: Report, cast: Cast, mailoutbox: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    schedule = scheduled(report, cast)
    for number in range(1, MOST_FAILURES + 1):
        due(schedule)
        with django_capture_on_commit_callbacks(execute=True):
            assert run_due() == 1
            finish(report.issues.get(number=number), state=Job.State.FAILED, why="The table has no rows.")
            run_due()
    schedule.refresh_from_db()
    assert (schedule.failures, schedule.due_at, schedule.reason) == (
        MOST_FAILURES,
        None,
        "The table has no rows.",
    )
    assert schedule.stopped_at
    assert [letter.to for letter in mailoutbox] == [["ada@example.com"]] * MOST_FAILURES
    assert "in a row and is stopped" in mailoutbox[-1].body
    assert run_due() == 0


def test_data_that_is_gone_counts_as_a_failure(report: Report, cast: Cast) -> None:
    schedule = scheduled(report, cast)
    report.dataset.versions.update(trashed_at=timezone.now())
    due(schedule)
    assert run_due() == 0
    schedule.refresh_from_db()
    assert schedule.failures == 1
    assert "has no version yet" in schedule.reason


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("every", "hour"),
        ("time_zone", "Mars/Base"),
        ("weekday", 7),
        ("day", 32),
        ("recipients", ["cleo@example.com"]),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(report: Report, cast: Cast, field: str, value: Any) -> None:
    with pytest.raises(Unprocessable) as refusal:
        scheduled(report, cast, **{field: value})
    assert list(refusal.value.fields) == [field]


def test_an_issue_by_hand_is_nothing_to_tell(
    report: Report, cast: Cast, mailoutbox: Any, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    scheduled(report, cast, recipients=["ben@example.com"])
    finish(make_issue(report=report, actor=cast.ben))
    run_due()
    assert not mailoutbox
    assert Issue.objects.get().told_at is None


def test_a_fault_of_the_studio_stops_one_schedule_after_a_few_tries(
    report: Report, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> Issue:
        raise RuntimeError("a bug")

    monkeypatch.setattr("brandkiln.reports.due.make_issue", broken)
    schedule = scheduled(report, cast)
    due(schedule)
    assert [run_due() for _ in range(MOST_FAILURES + 1)] == [0] * (MOST_FAILURES + 1)
    schedule.refresh_from_db()
    assert (schedule.failures, bool(schedule.stopped_at)) == (MOST_FAILURES, True)
    assert "RuntimeError: a bug" in schedule.reason
