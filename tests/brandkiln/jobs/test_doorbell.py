"""The broker may be dead, deaf or forgetful; a submit neither fails nor waits."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brandkiln.jobs import broker, events, queue
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import submit_job
from django.conf import settings
from redis import Redis

from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_clients() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    queue._bell.cache_clear()
    events._client.cache_clear()
    broker._silent_until = 0.0


def submit(cast: Cast) -> float:
    """Return how many seconds a submit took."""
    begun = time.monotonic()
    submit_job(
        workspace=cast.acme, project=cast.project, requested_by=cast.ben, kind="sample", generator="dummy"
    )
    return time.monotonic() - begun


def test_a_ring_is_a_message_with_the_job_id_only() -> None:
    client = Redis.from_url(settings.BROKER_URL)
    client.delete("sample")
    submit(make_cast())
    job = Job.objects.get()
    message = client.lpop("sample")
    assert isinstance(message, bytes)
    assert (
        str(job.pk) in Redis.from_url(settings.BROKER_URL).get_encoder().decode(message, force=True)
        or message
    )


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_dead_broker_neither_fails_nor_delays_a_submit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "BROKER_URL", f"unix://{tmp_path}/nobody.sock")
    cast = make_cast()
    assert submit(cast) < 2
    assert sum(submit(cast) for _ in range(10)) < 2  # the pause spares the others the attempt
    assert Job.objects.filter(state="queued").count() == 11


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_broker_that_never_answers_costs_one_short_time_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = f"/tmp/deaf-{threading.get_native_id()}-{time.monotonic_ns()}.sock"
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(path)
        deaf.listen(50)
        monkeypatch.setattr(settings, "BROKER_URL", f"unix://{path}")
        cast = make_cast()
        assert submit(cast) < 5
        assert submit(cast) < 0.5
    Path(path).unlink()
    assert Job.objects.filter(state="queued").count() == 2
