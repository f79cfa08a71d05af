"""Quotas: held when a job is submitted, converted when it ends, released when it is cancelled, and never overdrawn."""

import re
import threading
import time
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

import pytest
from brandkiln.datasets.quotas import OverQuota, check_room
from brandkiln.jobs.claims import claim_next, finish_job
from brandkiln.jobs.metering import expected_cost
from brandkiln.jobs.models import Job, Worker
from brandkiln.jobs.moves import State
from brandkiln.jobs.services import cancel_job, submit_job
from brandkiln.notifications.models import Notification
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Quota, Usage
from brandkiln.workspaces.quotas import QuotaSpent, Work, convert, hold, save_quota, this_month
from brandkiln.workspaces.usage import lines_of, save_prices, usage_csv
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import Cast, make_cast
from tests.threads import together

ASKED = {"kind": "sample", "generator": "dummy", "params": {"count": 4}}


def submit(cast: Cast, **changes: object) -> Job:
    facts = {"workspace": cast.acme, "project": cast.project, "requested_by": cast.ben, **ASKED}
    return submit_job(**facts | changes)


def quota(cast: Cast, unit: str, most: float, **whose: object) -> Quota:
    return save_quota(workspace=cast.acme, actor=cast.ada, unit=unit, most=most, **whose)


@pytest.mark.django_db
def test_what_a_job_would_cost_follows_its_params(cast: Cast) -> None:
    cost = partial(expected_cost, workspace=cast.acme, kind="sample")
    assert cost(params={"count": 4}, seconds=60) is None  # nothing has a price
    prices = {"cpu_seconds": Decimal("0.01"), "pieces": Decimal("0.5")}
    save_prices(workspace=cast.acme, actor=cast.ada, prices=prices, currency="EUR")
    assert cost(params={"count": 4}, seconds=60) == (Decimal("2.60"), "EUR")
    assert cost(params={"count": 8}, seconds=60) == (Decimal("4.60"), "EUR")
    assert cost(params={"count": 4}, seconds=None) is None  # its time is not known and has a price
    save_prices(workspace=cast.acme, actor=cast.ada, prices={"pieces": Decimal("0.5")}, currency="EUR")
    assert cost(params={"count": 4}, seconds=None) == (Decimal("2.0"), "EUR")


@pytest.mark.django_db
def test_pieces_are_held_converted_and_released(cast: Cast) -> None:
    mine = quota(cast, "pieces", 10)
    seconds = quota(cast, "cpu_seconds", 1000, person=cast.ben)
    other = quota(cast, "pieces", 0, person=cast.rita)
    first, second = submit(cast), submit(cast)
    mine.refresh_from_db()
    assert (mine.spent, Usage.objects.filter(is_held=True, unit="pieces").count()) == (8, 2)
    with pytest.raises(QuotaSpent, match=r"2 of 10 pieces left .* about 4 pieces.* ada@example.com"):
        submit(cast)
    assert Job.objects.count() == 2
    cancel_job(job=second, actor=cast.ben)
    mine.refresh_from_db()
    assert mine.spent == 4
    claimed = claim_next(queues=["sample"], worker="w")
    assert claimed is not None
    Job.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(seconds=90))
    made = [("sample", {"asset": str(number)}) for number in range(3)]
    finish_job(job_id=first.pk, attempt=1, state=State.SUCCEEDED, effect=lambda job: made)
    mine.refresh_from_db()
    seconds.refresh_from_db()
    other.refresh_from_db()
    assert (mine.spent, other.spent) == (3, 0)
    assert 89 < seconds.spent < 100
    rows = {row.unit: row for row in Usage.objects.all()}
    assert (rows["pieces"].amount, rows["pieces"].is_held) == (3, False)
    assert rows["cpu_seconds"].person_name == "ben@example.com"


@pytest.mark.django_db
def test_admins_are_told_once_when_a_quota_is_nearly_and_wholly_used(cast: Cast) -> None:
    quota(cast, "pieces", 5)
    submit(cast, params={"count": 4})
    submit(cast, params={"count": 1})
    told = Notification.objects.filter(person=cast.ada).values_list("announcement__kind", flat=True)
    assert sorted(told) == ["quota.near", "quota.reached"]


@pytest.mark.django_db
def test_a_new_month_begins_with_nothing_and_a_new_quota_with_what_was_used(cast: Cast) -> None:
    mine = quota(cast, "pieces", 5)
    submit(cast)
    Quota.objects.update(month=date(2020, 1, 1), spent=5)
    submit(cast)
    mine.refresh_from_db()
    assert (mine.month, mine.spent) == (this_month(), 4)
    assert quota(cast, "pieces", 20, project=cast.project.pk, project_name="Spring").spent == 8


@pytest.mark.django_db
def test_what_was_used_outlives_project_and_person_and_has_a_price(cast: Cast) -> None:
    job = submit(cast)
    claim_next(queues=["sample"], worker="gpu")
    Worker.objects.create(
        name="gpu", devices=[{"memory_mb": 80_000}], started_at=timezone.now(), seen_at=timezone.now()
    )
    Job.objects.filter(pk=job.pk).update(started_at=timezone.now() - timedelta(seconds=100))
    finish_job(job_id=job.pk, attempt=1, state=State.FAILED)
    save_prices(workspace=cast.acme, actor=cast.ada, prices={"gpu_seconds": Decimal(2)}, currency="eur")
    Project.objects.all().delete()
    cast.ben.delete()
    [line] = lines_of(cast.acme, by="person", month=this_month())
    assert (line.name, round(line.cost)) == ("ben@example.com", 200)
    head, row = list(usage_csv(cast.acme))
    assert head.startswith("month,person,project")
    assert row.split(",")[1:7] == ["ben@example.com", "Spring", "dummy", "sample", "gpu_seconds", "1"]
    assert lines_of(cast.other, by="person", month=this_month()) == []


@pytest.mark.django_db
def test_stored_bytes_have_a_quota_of_the_workspace(cast: Cast) -> None:
    quota(cast, "stored_bytes", 100)
    with transaction.atomic():
        check_room(workspace=cast.acme, size=100)
        with pytest.raises(OverQuota):
            check_room(workspace=cast.acme, size=101)
        check_room(workspace=cast.other, size=101)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_no_more_get_it_than_there_is() -> None:
    cast = make_cast()
    quota(cast, "pieces", 5)
    keys = [work(cast) for _ in range(8)]

    got: list[bool] = []

    def take(one: Work) -> None:
        try:
            hold(one, {"pieces": 1.0})
        except QuotaSpent:
            got.append(False)
        else:
            got.append(True)

    together(*(partial(take, one) for one in keys))
    assert sorted(got) == [False] * 3 + [True] * 5
    assert Quota.objects.get().spent == 5


def work(cast: Cast) -> Work:
    return Work(cast.acme, uuid4(), "sample", "dummy", cast.ben, cast.project.pk, "Spring")


@pytest.mark.django_db
def test_holding_and_counting_lock_quotas_in_one_order(cast: Cast) -> None:
    facts = {"workspace": cast.acme, "most": 100, "month": this_month()}
    Quota.objects.create(pk=UUID(int=1), unit="pieces", **facts)
    Quota.objects.create(pk=UUID(int=2), unit="cpu_seconds", **facts)
    one, amounts = work(cast), {"cpu_seconds": 3.0, "pieces": 1.0}
    for change in (lambda: hold(one, amounts), lambda: convert(one, {"cpu_seconds": 4.0, "pieces": 2.0})):
        with CaptureQueriesContext(connection) as queries:
            change()
        spent = [query["sql"] for query in queries if '"spent" = (' in query["sql"]]
        assert [re.findall(r"0{11}(\d)'", sql)[-1] for sql in spent] == ["1", "2"]
    assert sorted(Quota.objects.values_list("unit", "spent")) == [("cpu_seconds", 4.0), ("pieces", 2.0)]


@pytest.mark.django_db(transaction=True)
def test_a_quota_that_is_set_while_something_is_held_counts_it() -> None:
    cast, held = make_cast(), threading.Event()
    quota(cast, "pieces", 5)

    def ask() -> None:
        with transaction.atomic():
            hold(work(cast), {"pieces": 2.0})
            held.set()
            time.sleep(0.5)  # whoever sets the quota has summed up what was used by now, or waits

    def change() -> None:
        assert held.wait(10)
        quota(cast, "pieces", 20)

    together(ask, change)
    assert list(Quota.objects.values_list("most", "spent")) == [(20, 2)]
