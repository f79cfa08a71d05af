"""Connections: sealed keys, addresses, budgets, and what reaches a job, an event and a log."""

import logging
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from brandkiln.connections.models import Connection, Spending
from brandkiln.connections.services import (
    BudgetSpent,
    change_connection,
    convert_tokens,
    create_connection,
    delete_connection,
    hold_tokens,
    reach,
    spent_this_month,
)
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.sealing import KeyUnreadable, seal, unseal
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.models import Job, JobEvent
from brandkiln.jobs.services import submit_job
from brandkiln.workspaces.models import AuditEntry
from django.test import Client

from tests.factories import Cast, ProjectFactory, make_cast
from workers.remote_work import most_tokens
from workers.runner import Runner
from workers.verdicts import Outcome
from workers.watch import Request

pytestmark = pytest.mark.django_db
KEY = "sk-secret-123"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def connection(cast: Cast) -> Connection:
    return create_connection(
        workspace=cast.acme, actor=cast.ada, name="GPU box", base_url="https://gpu.example.com/v1/", model="tiny",
        key=KEY, monthly_tokens=10_000,
    )  # fmt: skip


def submit(cast: Cast, made: Connection, **params: Any) -> Job:
    given = {"connection": str(made.pk), "product": "Mug", "variants": 1, "max_tokens": 100} | params
    return submit_job(
        workspace=cast.acme, project=cast.project, requested_by=cast.ben, kind="sample",
        generator="openai-compatible", params=given,
    )  # fmt: skip


def do(job: Job, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    asked: list[Request] = []

    def run(request: Request, **callbacks: Any) -> Outcome:
        asked.append(request)
        if outcome.status == "succeeded":
            sample = {
                "type": "sample",
                "media_type": "text/plain",
                "path": None,
                "text": "A mug.",
                "label": None,
            }
            meta = {"tokens": 30, "prompt_tokens": 40}
            callbacks["on_message"]({**sample, "seed": 0, "name": "remote-1", "meta": meta})
        return outcome

    runner = Runner("w1", queues=["sample"])
    monkeypatch.setattr(runner.host, "run", run)
    claimed = claim_next(queues=["sample"], worker="w1")
    assert claimed is not None
    runner.do(claimed)
    job.refresh_from_db()
    return asked


def test_the_key_is_sealed_and_opens_only_for_its_own_row(connection: Connection, settings: Any) -> None:
    connection.refresh_from_db()
    sealed = bytes(connection.sealed_key)
    assert KEY.encode() not in sealed
    assert sealed != seal(KEY, owner=connection.pk)
    assert unseal(sealed, owner=connection.pk) == reach(connection).key == KEY
    with pytest.raises(KeyUnreadable):
        unseal(sealed, owner=uuid4())
    settings.SECRET_KEY = "another-one"
    with pytest.raises(KeyUnreadable, match="enters it anew"):
        reach(connection)


def test_a_job_reaches_its_server_and_the_key_is_nowhere_else(
    cast: Cast,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.SCRATCH = tmp_path
    caplog.set_level(logging.DEBUG)
    job = submit(cast, connection)
    [request] = do(job, Outcome("succeeded", result={"samples": 1}), monkeypatch)
    assert request.remote
    assert (request.remote.key, request.remote.model, request.remote.base_url) == (
        KEY, "tiny", "https://gpu.example.com/v1"
    )  # fmt: skip
    assert (job.state, spent_this_month(connection)) == ("succeeded", 70)
    kept = [repr(job.__dict__), repr(request), caplog.text, *map(str, tmp_path.rglob("*"))]
    kept += [repr(row) for row in JobEvent.objects.values()] + [
        repr(row) for row in AuditEntry.objects.values()
    ]
    assert [text for text in kept if KEY in text] == []


@pytest.mark.parametrize(
    ("outcome", "spent"),
    [
        (Outcome("refused", code="bad_address", message="Private."), 0),
        (Outcome("refused", code="remote", message="It hung."), 400),
        (Outcome("crashed", code="crashed", message="It fell over."), 400),
    ],
)
def test_what_is_not_known_counts_as_spent(
    cast: Cast,
    connection: Connection,
    outcome: Outcome,
    spent: int,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.SCRATCH = tmp_path
    job = submit(cast, connection)
    do(job, outcome, monkeypatch)
    assert job.state == "failed"
    held = most_tokens(job.params)
    assert spent_this_month(connection) == (held if spent else 0)
    assert not Spending.objects.filter(is_held=True).exists()


def test_a_budget_is_held_before_and_converted_after(connection: Connection) -> None:
    first, second = uuid4(), uuid4()
    hold_tokens(connection=connection, job=first, tokens=6_000)
    hold_tokens(connection=connection, job=first, tokens=6_000)
    with pytest.raises(BudgetSpent, match="has 4000 tokens left this month and this job may use 5000"):
        hold_tokens(connection=connection, job=second, tokens=5_000)
    convert_tokens(job=first, used=500)
    hold_tokens(connection=connection, job=second, tokens=5_000)
    assert spent_this_month(connection) == 5_500
    convert_tokens(job=first, used=9)  # what is converted stays
    assert spent_this_month(connection) == 5_500
    Spending.objects.update(month="2020-01-01")
    assert spent_this_month(connection) == 0


def test_a_connection_of_another_workspace_is_not_there(cast: Cast, connection: Connection) -> None:
    with pytest.raises(NotFound):
        submit_job(
            workspace=cast.other, project=ProjectFactory(workspace=cast.other), requested_by=cast.cleo, kind="sample",
            generator="openai-compatible", params={"connection": str(connection.pk), "product": "Mug"},
        )  # fmt: skip
    with pytest.raises(NotFound):
        submit(cast, connection, connection="no-id")


def test_a_job_whose_connection_was_deleted_is_refused(
    cast: Cast, connection: Connection, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.SCRATCH = tmp_path
    job = submit(cast, connection)
    delete_connection(connection=connection, actor=cast.ada)
    assert do(job, Outcome("succeeded"), monkeypatch) == []
    assert (job.state, job.error_message) == (
        "failed", "There is no such connection in this workspace. An admin can make one."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"base_url": "https://127.0.0.1/v1"}, "base_url"),
        ({"base_url": "gpu"}, "base_url"),
        ({"name": " "}, "name"),
        ({"key": "two words"}, "key"),
        ({"monthly_tokens": -1}, "monthly_tokens"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(cast: Cast, values: dict[str, Any], field: str) -> None:
    facts: dict[str, Any] = {"name": "GPU", "base_url": "https://example.com", "model": "tiny"} | values
    with pytest.raises(Unprocessable) as refused:
        create_connection(workspace=cast.acme, actor=cast.ada, **facts)
    assert list(refused.value.fields) == [field]


def test_the_operator_may_allow_a_private_host(cast: Cast, settings: Any) -> None:
    settings.REMOTE_HOSTS = ["gpu-box:8000"]
    made = create_connection(
        workspace=cast.acme, actor=cast.ada, name="GPU", base_url="http://gpu-box:8000/v1", model="tiny"
    )
    assert (reach(made).allowed, reach(made).key) == (("gpu-box:8000",), "")


def test_a_key_is_not_sent_to_a_new_address_by_itself(cast: Cast, connection: Connection) -> None:
    with pytest.raises(Unprocessable, match="enter the key anew"):
        change_connection(connection=connection, actor=cast.ada, base_url="https://evil.example.com/v1")
    connection.refresh_from_db()
    change_connection(connection=connection, actor=cast.ada, model="large")
    assert reach(connection).key == KEY
    change_connection(
        connection=connection, actor=cast.ada, base_url="https://new.example.com/v1", key="sk-new"
    )
    assert reach(connection).key == "sk-new"


def test_an_admin_makes_one_on_a_page_that_never_shows_the_key(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ada, backend="django.contrib.auth.backends.ModelBackend")
    facts = {
        "name": "GPU",
        "base_url": "https://example.com/v1",
        "model": "tiny",
        "key": KEY,
        "monthly_tokens": 5,
    }
    made = client.post("/w/acme/settings/connections/", facts, follow=True)
    row = Connection.objects.get()
    shown = made.content.decode() + client.get(f"/w/acme/settings/connections/{row.pk}/").content.decode()
    assert "remote/gpu" in shown
    assert KEY not in shown
    refused = client.post("/w/acme/settings/connections/", facts | {"base_url": "http://10.0.0.1"})
    assert (refused.status_code, "unencrypted" in refused.content.decode()) == (422, True)
