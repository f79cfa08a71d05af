"""A bulk runs again by itself with the newest version of its data, and says so where it can't."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from brandkiln.bulk.models import Bulk, Row, Schedule, Template
from brandkiln.bulk.reading import _take_rows
from brandkiln.bulk.schedules import pause_schedule, run_due, save_schedule
from brandkiln.bulk.services import create_bulk, start
from brandkiln.bulk.sources import read_version
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.datasets.models import Dataset, DatasetVersion, Record
from brandkiln.jobs.recurring import MOST_FAILURES
from brandkiln.jobs.sweep import CHORES
from brandkiln.notifications.models import Notification
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests.brandkiln.bulk.conftest import states, work
from tests.factories import Cast, DatasetFactory, DatasetVersionFactory

COLUMNS = [{"name": "Name", "type": "text"}, {"name": "Price", "type": "whole"}]


def version_of(dataset: Dataset, number: int, *names: str, columns: Any = COLUMNS) -> DatasetVersion:
    version: DatasetVersion = DatasetVersionFactory(
        dataset=dataset, number=number, columns=columns, record_count=len(names)
    )
    price = columns[1]["name"]
    Record.objects.bulk_create(
        Record(
            version=version,
            position=place,
            sha256=f"{place:064x}",
            split="train",
            fields={"Name": name, price: 10},
        )
        for place, name in enumerate(names)
    )
    return version


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset: Dataset = DatasetFactory(project=cast.project, kind="table", name="Products")
    return dataset


@pytest.fixture
def pattern(cast: Cast, dataset: Dataset, template: Template) -> Bulk:
    bulk = create_bulk(
        workspace=cast.acme, project=cast.project, actor=cast.ben, templates=[template],
        table=read_version(version_of(dataset, 1, "Boot")), name="Vases",
    )  # fmt: skip
    start(bulk=bulk, actor=cast.ben)
    work()
    bulk.refresh_from_db()
    return bulk


def due(schedule: Schedule, days: int = 0) -> None:
    moment = timezone.now() - timedelta(days=days, minutes=1)
    Schedule.objects.filter(pk=schedule.pk).update(due_at=moment)


def test_a_missed_run_is_made_up_once_with_the_newest_rows_and_none_beside_it(
    pattern: Bulk, dataset: Dataset, cast: Cast
) -> None:
    assert run_due in CHORES
    schedule = save_schedule(bulk=pattern, actor=cast.ada, every="week", time_zone="Europe/Berlin")
    version_of(dataset, 2, "Coat", "Lamp")
    due(schedule, days=30)
    assert [run_due(), run_due()] == [1, 0]
    schedule.refresh_from_db()
    run = schedule.runs.get()
    assert (run.row_count, run.state, run.created_by, run.mapping) == (
        2,
        "running",
        cast.ada,
        pattern.mapping,
    )
    assert run.name.startswith("Vases · 20")
    assert schedule.due_at
    assert schedule.due_at > timezone.now()
    due(schedule)
    assert run_due() == 0  # the one before goes on
    work()
    assert states(run) == {"done": 2}
    assert run_due() == 1


def begun(pattern: Bulk, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Bulk:
    """Return a run that has taken some of its rows when the sweeper's turn is over."""
    monkeypatch.setattr("brandkiln.bulk.reading.TOGETHER", 2)
    monkeypatch.setattr("brandkiln.bulk.reading.TURN_SECONDS", 0.0)
    schedule = save_schedule(bulk=pattern, actor=cast.ada, every="day")
    due(schedule)
    assert run_due() == 1
    run = schedule.runs.get()
    assert (run.state, states(run)) == ("reading", {})
    monkeypatch.setattr("brandkiln.bulk.reading.TURN_SECONDS", 60.0)
    return run


def test_a_sweeper_that_dies_while_it_takes_rows_loses_none_and_doubles_none(
    pattern: Bulk, dataset: Dataset, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"Coat {n}" for n in range(7)]
    version_of(dataset, 2, *names)
    run = begun(pattern, cast, monkeypatch)
    turns = 0

    def dies(run: Bulk, version: DatasetVersion) -> bool:
        nonlocal turns
        turns += 1
        went_on = _take_rows(run, version)
        if turns in (2, 4):
            raise OperationalError("killed behind its writing")
        return went_on

    monkeypatch.setattr("brandkiln.bulk.reading._take_rows", dies)
    for _ in range(2):
        with pytest.raises(OperationalError):
            run_due()
    assert run_due() == 0
    run.refresh_from_db()
    rows = Row.objects.filter(bulk=run).order_by("position")
    assert run.state == "running"
    assert [(row.position, row.cells["Name"]) for row in rows] == list(enumerate(names))
    work()
    assert states(run) == {"done": 7}


def test_rows_that_do_not_fit_are_marked_and_a_run_of_none_that_fits_is_told(
    pattern: Bulk, dataset: Dataset, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_of(dataset, 2, "Coat", "", "Lamp")
    run = begun(pattern, cast, monkeypatch)
    run_due()
    assert list(Row.objects.filter(bulk=run, state="faulty").values_list("position", flat=True)) == [1]
    work()
    schedule = run.made_by
    assert schedule
    version_of(dataset, 3, "", "")
    due(schedule)
    assert run_due() == 1
    schedule.refresh_from_db()
    assert "No row could be made: Name is empty." in schedule.reason
    assert (schedule.failures, schedule.runs.count(), schedule.last_run) == (1, 1, None)


def test_a_run_that_is_cancelled_while_it_takes_rows_takes_no_more(
    pattern: Bulk, dataset: Dataset, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_of(dataset, 2, "Coat", "Lamp", "Boot")
    run = begun(pattern, cast, monkeypatch)
    client.force_login(cast.ben)
    page = f"/w/acme/bulk/{run.pk}/"
    assert b"Taking its rows" in client.get(page).content
    assert client.post(f"{page}do/", {"do": "cancel"}).status_code == 302
    run_due()
    run.refresh_from_db()
    assert (run.state, states(run)) == ("cancelled", {})


def test_columns_that_are_gone_are_told_and_stop_the_schedule(
    pattern: Bulk, dataset: Dataset, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    schedule = save_schedule(bulk=pattern, actor=cast.ada, every="day")
    version_of(dataset, 2, "Coat", columns=[COLUMNS[0], {"name": "Cost", "type": "whole"}])
    for _ in range(MOST_FAILURES):
        due(schedule)
        with django_capture_on_commit_callbacks(execute=True):
            assert run_due() == 0
    schedule.refresh_from_db()
    assert (schedule.failures, schedule.due_at, schedule.runs.count()) == (MOST_FAILURES, None, 0)
    assert 'no column "Price"' in schedule.reason
    told = Notification.objects.filter(person=cast.ada, announcement__kind="bulk.not_run")
    assert [one.announcement.data["stopped"] for one in told.order_by("created_at")] == [False, False, True]


def test_a_run_of_which_every_row_fails_is_a_failure_and_one_that_goes_well_forgets_it(
    pattern: Bulk, dataset: Dataset, cast: Cast
) -> None:
    schedule = save_schedule(bulk=pattern, actor=cast.ada, every="version")
    assert run_due() == 0
    for number, fails in ((2, True), (3, False)):
        version_of(dataset, number, "Vase")
        assert run_due() == 1
        work(fails=lambda job, fails=fails: fails)  # type: ignore[misc]
        schedule.refresh_from_db()
        assert bool(schedule.failures) == bool(schedule.reason) == fails


def test_whoever_left_runs_nothing(pattern: Bulk, cast: Cast) -> None:
    schedule = save_schedule(bulk=pattern, actor=cast.ada, every="day")
    cast.acme.memberships.filter(user=cast.ada).delete()
    due(schedule)
    assert run_due() == 0
    schedule.refresh_from_db()
    assert "no member any more" in schedule.reason


def test_what_cannot_be_repeated_is_refused(
    bulk_of: Callable[..., Bulk], pattern: Bulk, dataset: Dataset, cast: Cast
) -> None:
    with pytest.raises(Conflict, match="came from a file"):
        save_schedule(bulk=bulk_of(), actor=cast.ada, every="day")
    with pytest.raises(Unprocessable) as refusal:
        save_schedule(bulk=pattern, actor=cast.ada, every="hour", weekday=9)
    assert list(refusal.value.fields) == ["every", "weekday"]


def test_the_page_of_a_bulk_sets_pauses_and_removes_its_schedule(
    pattern: Bulk, cast: Cast, client: Client
) -> None:
    client.force_login(cast.ben)
    page = f"/w/acme/bulk/{pattern.pk}/"
    assert b"Set a schedule" in client.get(page).content
    rule = {"every": "week", "weekday": "0", "at": "07:30", "time_zone": "Europe/Berlin"}
    assert client.post(f"{page}schedule/", {**rule, "at": "noon"}).status_code == 422
    assert client.post(f"{page}schedule/", rule).url == page  # type: ignore[attr-defined]
    schedule = Schedule.objects.get()
    assert (schedule.owner, schedule.weekday, schedule.at.minute) == (cast.ben, 0, 30)
    pause_schedule(schedule=schedule, actor=cast.ben)
    assert b"paused" in client.get(page).content
    client.post(f"{page}schedule/do/", {"do": "resume"})
    assert Schedule.objects.get().is_on
    client.post(f"{page}schedule/do/", {"do": "delete"})
    assert not Schedule.objects.exists()
