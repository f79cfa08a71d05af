"""From rows to pieces: setting up, dry run, the rest, pause, failures, retry, and what a crash leaves behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from brandkiln.bulk import feeding
from brandkiln.bulk.checking import preview
from brandkiln.bulk.feeding import look_after, top_up
from brandkiln.bulk.models import Bulk, Row, Template
from brandkiln.bulk.moves import InvalidMove
from brandkiln.bulk.queries import totals_of
from brandkiln.bulk.services import (
    begin_trial,
    cancel,
    pause,
    rename,
    retry,
    set_mapping,
    start,
    use_newest,
)
from brandkiln.bulk.templates import Content, create_template, save_version
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.jobs import moves
from brandkiln.jobs.claims import JobFailure, claim_next, finish_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import cancel_job, submit_job
from brandkiln.jobs.sweep import sweep
from brandkiln.library.models import Asset
from brandkiln.notifications.models import Notification, Preference
from brandkiln.workspaces.models import AuditEntry
from brandkiln.workspaces.quotas import save_quota
from brandkiln.workspaces.services import issue_token
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generators import registry
from tests.brandkiln.bulk.conftest import CONTENT, states, work
from tests.factories import Cast, ProjectFactory

pytestmark = pytest.mark.django_db
Make = Callable[..., Bulk]
WINDOW, STREAK = 9, 4  # as conftest sets them


def test_columns_are_matched_by_name_and_rows_that_do_not_fit_are_known_before_anything_runs(
    bulk_of: Make,
) -> None:
    bulk = bulk_of([
        {"Name": "Vase", "Color": "blue", "Price": "12,50 €"}, {"Name": "", "Color": "", "Price": "cheap"},
    ])  # fmt: skip
    assert bulk.mapping == {
        "name": {"columns": ["Name"]},
        "colour": {"columns": ["Color"]},
        "price": {"columns": ["Price"]},
    }
    assert set_mapping(bulk=bulk, actor=None, mapping=bulk.mapping) == 1
    faulty = Row.objects.get(bulk=bulk, state="faulty")
    assert faulty.message == 'Name is empty. Price is "cheap", which is no number.'
    assert not Job.objects.exists()


def test_a_required_variable_needs_a_source(bulk_of: Make) -> None:
    bulk = bulk_of()
    with pytest.raises(Unprocessable) as refusal:
        set_mapping(bulk=bulk, actor=None, mapping={"name": {"columns": ["Nome"]}})
    assert set(refusal.value.fields) == {"mapping.name", "mapping.price"}
    assert set_mapping(bulk=bulk, actor=None, mapping=bulk.mapping | {"price": {"value": "7"}}) == 0


def test_a_dry_run_makes_three_rows_and_then_waits_for_a_person(bulk_of: Make, cast: Cast) -> None:
    bulk = begin_trial(bulk=bulk_of(9), actor=cast.ben)
    assert states(bulk) == {"working": 3, "ready": 6}
    assert work() == 3
    assert states(bulk) == {"done": 3, "ready": 6}
    bulk.refresh_from_db()
    assert bulk.state == "trial"
    job = Job.objects.get(bulk_row__position=0)
    assert (
        job.params["prompt"] == "A vase called Vase 0\nfor 10 euros"
    )  # the line of the empty colour is left out
    assert (job.params["count"], job.requested_by) == (1, cast.ben)
    bulk = start(bulk=bulk, actor=cast.ben)
    assert work() == 6  # those of the dry run are not made again
    bulk.refresh_from_db()
    assert (bulk.state, states(bulk)) == ("finished", {"done": 9})


def test_another_dry_run_after_a_change_makes_the_rows_anew(
    bulk_of: Make, cast: Cast, template: Template
) -> None:
    bulk = begin_trial(bulk=bulk_of(9), actor=cast.ben, choosing="first")
    with pytest.raises(Conflict, match="still being made"):
        use_newest(bulk=bulk, actor=cast.ben)
    work()
    kept = Asset.objects.get(job__bulk_row__position=0)
    assert kept.title == "Vase 0"
    Asset.objects.filter(pk=kept.pk).update(rating=5)
    changed = Content("dummy", CONTENT.params | {"prompt": "{name}, a vase"}, CONTENT.variables)
    save_version(template=template, actor=cast.ben, content=changed)
    assert use_newest(bulk=bulk, actor=cast.ben) == 0
    assert states(bulk) == {"ready": 9}
    assert Asset.objects.filter(trashed_at__isnull=False).count() == 2  # not the one that somebody rated
    begin_trial(bulk=bulk, actor=cast.ben, positions=[4])
    work()
    assert Job.objects.get(bulk_row__position=4).params["prompt"] == "Vase 4, a vase"
    assert states(bulk) == {"done": 1, "ready": 8}


def test_only_a_window_of_jobs_is_open_and_ends_refill_it(bulk_of: Make, cast: Cast) -> None:
    Preference.objects.create(
        workspace=cast.acme, person=cast.ben, kind="asset.made", in_app=True, mail="never"
    )
    bulk = start(bulk=bulk_of(WINDOW + 20), actor=cast.ben)
    assert states(bulk) == {"working": WINDOW, "ready": 20}
    assert set(Job.objects.values_list("priority", flat=True)) == {feeding.PRIORITY}
    work(2)
    assert states(bulk) == {"done": 2, "working": WINDOW - 2, "ready": 20}
    work(1)
    assert states(bulk) == {"done": 3, "working": WINDOW, "ready": 17}
    work()
    assert states(bulk) == {"done": WINDOW + 20}
    bulk.refresh_from_db()
    assert bulk.state == "finished"
    told = Notification.objects.get(person=cast.ben)
    assert told.announcement.kind == "bulk.ended"
    assert told.announcement.data["succeeded"] == WINDOW + 20


def test_a_person_passes_by_the_rows_that_wait(bulk_of: Make, cast: Cast) -> None:
    start(bulk=bulk_of(9), actor=cast.ben)
    own = submit_job(
        workspace=cast.acme, project=cast.project, requested_by=cast.ada, kind="sample", generator="dummy"
    )
    job = claim_next(queues=["sample"], worker="w1")
    assert job is not None
    assert job.pk == own.pk


def test_a_broken_row_does_not_sink_the_others_and_is_tried_again_alone(bulk_of: Make, cast: Cast) -> None:
    bulk = start(bulk=bulk_of(8), actor=cast.ben)
    work(fails=lambda job: "Vase 3" in job.params["prompt"])
    bulk.refresh_from_db()
    assert (bulk.state, states(bulk)) == ("finished", {"done": 7, "failed": 1})
    done = set(Row.objects.filter(bulk=bulk, state="done").values_list("job", flat=True))
    assert Row.objects.get(bulk=bulk, state="failed").message == "The dummy does not like this."
    assert retry(bulk=bulk, actor=cast.ben) == 1
    assert (bulk.state, work()) == ("running", 1)
    bulk.refresh_from_db()
    assert (bulk.state, states(bulk)) == ("finished", {"done": 8})
    assert done < set(Row.objects.filter(bulk=bulk).values_list("job", flat=True))
    with pytest.raises(Conflict, match="None of these rows failed"):
        retry(bulk=bulk, actor=cast.ben)


def test_it_pauses_by_itself_when_everything_fails(bulk_of: Make, cast: Cast) -> None:
    bulk = start(bulk=bulk_of(WINDOW + STREAK), actor=cast.ben)
    work(fails=lambda job: True)
    bulk.refresh_from_db()
    assert bulk.state == "paused"
    assert bulk.reason == f"The last {STREAK} rows failed: The dummy does not like this."
    assert states(bulk)["ready"] > 0
    start(bulk=bulk, actor=cast.ben)
    work()
    bulk.refresh_from_db()
    assert (bulk.state, set(states(bulk))) == ("finished", {"done", "failed"})


def test_a_quota_that_is_used_up_fails_no_row_and_goes_on_when_there_is_more(
    bulk_of: Make, cast: Cast
) -> None:
    save_quota(workspace=cast.acme, actor=cast.ada, unit="pieces", most=3)
    bulk = start(bulk=bulk_of(5), actor=cast.ben)
    assert (bulk.state, states(bulk)) == ("paused", {"working": 3, "ready": 2})
    assert "has 0 of 3 pieces left" in bulk.reason
    with pytest.raises(InvalidMove):
        pause(bulk=bulk, actor=cast.ben)
    save_quota(workspace=cast.acme, actor=cast.ada, unit="pieces", most=5)
    assert start(bulk=bulk, actor=cast.ben).state == "running"
    work()
    assert states(bulk) == {"done": 5}


def test_tokens_that_are_used_up_fail_no_row_and_all_go_on_when_there_are_more(
    bulk_of: Make, cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    bulk = start(bulk=bulk_of(5), actor=cast.ben)
    work(1)
    beside = [claim_next(queues=["sample"], worker="w1") for _ in range(2)]
    spent = JobFailure("budget_spent", "Vllm has 3 tokens left this month.")
    with django_capture_on_commit_callbacks(execute=True):
        for job in beside:  # both ran out, the second when the bulk had paused already
            assert job is not None
            finish_job(job_id=job.pk, attempt=job.attempt, state=Job.State.FAILED, failure=spent)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.reason) == ("paused", "Vllm has 3 tokens left this month.")
    assert (states(bulk), work()) == ({"done": 1, "ready": 4}, 0)
    assert start(bulk=bulk, actor=cast.ben).state == "running"
    assert work() == 4
    assert states(bulk) == {"done": 5}


def test_a_pause_gives_waiting_rows_back_and_lets_running_ones_end(bulk_of: Make, cast: Cast) -> None:
    bulk = start(bulk=bulk_of(9), actor=cast.ben)
    running = claim_next(queues=["sample"], worker="w1")
    assert running is not None
    pause(bulk=bulk, actor=cast.ben)
    assert states(bulk) == {"ready": 8, "working": 1}
    finish_job(job_id=running.pk, attempt=running.attempt, state=Job.State.SUCCEEDED)
    assert (states(bulk), work()) == ({"ready": 8, "done": 1}, 0)
    start(bulk=bulk, actor=cast.ben)
    assert work() == 8
    assert states(bulk) == {"done": 9}


def test_a_cancelled_bulk_keeps_what_is_done_and_never_goes_on(bulk_of: Make, cast: Cast) -> None:
    bulk = start(bulk=bulk_of(9), actor=cast.ben)
    work(2)
    cancel(bulk=bulk, actor=cast.ben)
    assert states(bulk) == {"done": 2, "cancelled": 7}
    with pytest.raises(InvalidMove, match="cancelled now"):
        start(bulk=bulk, actor=cast.ben)


def test_a_job_that_somebody_cancels_is_a_failed_row(bulk_of: Make, cast: Cast) -> None:
    bulk = start(bulk=bulk_of(2), actor=cast.ben)
    cancel_job(job=Job.objects.get(bulk_row__position=1), actor=cast.ada)
    work()
    assert Row.objects.get(bulk=bulk, state="failed").message == "Its job was cancelled."


def test_the_sweeper_ends_rows_and_goes_on_where_a_process_died(
    bulk_of: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = start(bulk=bulk_of(WINDOW + 3), actor=cast.ben)

    def crash(*args: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(feeding, "end_row", crash)
        assert work() == WINDOW  # the jobs themselves end well
    assert states(bulk) == {"working": WINDOW, "ready": 3}
    look_after()
    assert states(bulk) == {"done": WINDOW, "working": 3}
    Job.objects.filter(state="queued").first().delete()  # type: ignore[union-attr]
    look_after()
    assert states(bulk) == {"done": WINDOW, "working": 3}  # it was submitted again
    work()
    assert states(bulk) == {"done": WINDOW + 3}
    assert Job.objects.count() == WINDOW + 3


def test_asking_twice_submits_no_row_twice(bulk_of: Make, cast: Cast) -> None:
    bulk = start(bulk=bulk_of(5), actor=cast.ben)
    assert top_up(bulk.pk) == 0
    with pytest.raises(InvalidMove):
        start(bulk=Bulk.objects.get(pk=bulk.pk), actor=cast.ben)
    row = Row.objects.filter(bulk=bulk)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Row.objects.filter(bulk=bulk, position=1).update(position=row.position)
    with pytest.raises(IntegrityError), transaction.atomic():
        Row.objects.filter(bulk=bulk, position=1).update(job=row.job)
    assert Job.objects.count() == 5


def test_several_templates_make_several_pieces_of_each_row(
    bulk_of: Make, cast: Cast, template: Template
) -> None:
    ad = Content("dummy", {"output": "text", "prompt": "Buy {name} now"}, ({"name": "name"},))
    other = create_template(workspace=cast.acme, actor=cast.ben, name="Ad", content=ad)
    bulk = start(bulk=bulk_of(3, templates=[template, other]), actor=cast.ben)
    assert work() == 6
    assert set(Asset.objects.filter(job__bulk_row__position=1).values_list("title", flat=True)) == {
        f"Vase 1 · {template.name}",
        "Vase 1 · Ad",
    }
    prompts = Row.objects.filter(bulk=bulk, position=1).values_list("part", "job__params__prompt")
    assert dict(prompts) == {0: "A vase called Vase 1\nin blue\nfor 11 euros", 1: "Buy Vase 1 now"}


def test_the_time_left_follows_the_pace(bulk_of: Make, cast: Cast) -> None:
    bulk = start(bulk=bulk_of(20), actor=cast.ben)
    work(10)
    Bulk.objects.filter(pk=bulk.pk).update(started_at=timezone.now() - timedelta(seconds=100))
    bulk.refresh_from_db()
    left = totals_of(bulk).seconds_left
    assert left == pytest.approx(100, rel=0.05)


def test_a_stranger_cannot_use_anothers_template_or_project(bulk_of: Make, cast: Cast) -> None:
    with pytest.raises(NotFound):
        bulk_of(2, workspace=cast.other)
    with pytest.raises(NotFound):
        bulk_of(2, project=ProjectFactory(workspace=cast.other))


def test_a_row_whose_worker_was_lost_is_made_once(bulk_of: Make, cast: Cast) -> None:
    bulk = start(bulk=bulk_of(2), actor=cast.ben)
    lost = claim_next(queues=["sample"], worker="w1")
    assert lost is not None
    Job.objects.filter(pk=lost.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
    assert sweep().put_back == 1
    assert states(bulk) == {"working": 2}
    assert work() == 2
    with pytest.raises(moves.InvalidMove):
        finish_job(job_id=lost.pk, attempt=lost.attempt, state=Job.State.FAILED)
    assert states(bulk) == {"done": 2}
    assert (Asset.objects.count(), Job.objects.count()) == (2, 2)


def test_a_bulk_whose_generator_is_gone_says_so(
    bulk_of: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = bulk_of()
    monkeypatch.delenv(registry.EXTRA_VARIABLE)
    registry.refresh()
    with pytest.raises(Unprocessable, match="dummy"):
        preview(bulk, bulk.mapping)
    with pytest.raises(Unprocessable, match="dummy"):
        start(bulk=bulk, actor=cast.ben)


def test_another_name_is_in_the_audit_log(bulk_of: Make, cast: Cast) -> None:
    bulk = bulk_of()
    rename(bulk=bulk, name=" Vases ", actor=cast.ben)
    bulk.refresh_from_db()
    assert bulk.name == "Vases"
    assert AuditEntry.objects.get(action="bulk.renamed").actor == cast.ben


def test_more_bulks_and_longer_ones_ask_no_more_of_the_database(bulk_of: Make, cast: Cast) -> None:
    _, secret = issue_token(workspace=cast.acme, user=cast.ben, name="script", scopes=["read"])
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = bulk_of(2)
    cancel(bulk=few, actor=cast.ben)  # one that is to be made asks for its pace
    before = [queries(address) for address in ("/api/v1/bulks", f"/api/v1/bulks/{few.pk}/preview")]
    for number in range(4):
        template = create_template(
            workspace=cast.acme, actor=cast.ben, name=f"Vase {number}", content=CONTENT
        )
        many = bulk_of(5, templates=[template])
        cancel(bulk=many, actor=cast.ben)
    after = [queries(address) for address in ("/api/v1/bulks", f"/api/v1/bulks/{many.pk}/preview")]
    assert after[0] < before[0]  # the first request of a token is remembered
    assert after[1] == before[1]
    assert queries("/api/v1/bulk-templates?limit=5") == queries("/api/v1/bulk-templates?limit=2")
