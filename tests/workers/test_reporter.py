"""What a running job says, and how often it is written."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest
from brandkiln.jobs.claims import LeaseLost, claim_next
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import cancel_job
from brandkiln.jobs.sweep import sweep
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from generators.testing import png_bytes
from tests.brandkiln.jobs.conftest import lose_lease
from tests.factories import JobFactory
from workers import reporter as module
from workers.reporter import OutsideScratch, Reporter

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reporter(clock: Clock, tmp_path: Path) -> Reporter:
    JobFactory()
    job = claim_next(queues=["sample"], worker="w1")
    assert job is not None
    return Reporter(job, scratch=tmp_path, stopping=Event(), clock=clock)


def progress(done: int, **metrics: float) -> dict[str, Any]:
    return {"type": "progress", "done": done, "total": 100, "message": "Drawing", "metrics": metrics}


def facts(**fields: Any) -> dict[str, Any]:
    empty = {
        "media_type": "text/plain",
        "path": None,
        "text": None,
        "label": None,
        "seed": 1,
        "name": "",
        "meta": {},
    }
    return empty | fields


def events(reporter: Reporter, kind: str) -> list[dict[str, Any]]:
    return list(reporter.job.events.filter(type=kind).values_list("data", flat=True))


def test_progress_is_written_at_most_once_a_second(reporter: Reporter, clock: Clock) -> None:
    with CaptureQueriesContext(connection) as queries:
        for step in range(40):
            reporter.on_message(progress(step, loss=1 / (step + 1)))
            reporter.tick()
            clock.now += 0.1
    updates = [query for query in queries if query["sql"].startswith("UPDATE")]
    assert len(updates) == 4
    reporter.job.refresh_from_db()
    assert (reporter.job.done, reporter.job.total, reporter.job.message) == (30, 100, "Drawing")
    assert [event["done"] for event in events(reporter, "progress")] == [0, 10, 20, 30]


def test_the_last_progress_is_left_for_the_transaction_that_ends_the_job(reporter: Reporter) -> None:
    reporter.on_message(progress(1))
    reporter.tick()
    reporter.on_message(progress(2, loss=0.5))
    reporter.on_message({"type": "log", "line": "the end"})
    last, history = reporter.rest()
    assert last is not None
    assert (last.done, last.metrics) == (2, {"loss": 0.5})
    assert [kind for kind, _ in history] == ["log", "progress"]


def test_a_long_training_tells_its_progress_less_often(reporter: Reporter, clock: Clock) -> None:
    assert reporter._progress_pause(clock.now) == 1
    assert reporter._progress_pause(clock.now + 3_600) == 6
    assert reporter._progress_pause(clock.now + 100_000) == 15


def test_text_is_joined_to_at_most_four_pieces_a_second(reporter: Reporter, clock: Clock) -> None:
    for number in range(40):
        reporter.on_message({"type": "stream", "text": f"{number} ", "index": number % 2})
        reporter.tick()
        clock.now += 0.025
    _, history = reporter.rest()
    pieces = [*events(reporter, "text"), *(data for kind, data in history if kind == "text")]
    assert len({event["text"] for event in pieces}) <= 2 * 5
    for index in (0, 1):
        text = "".join(event["text"] for event in pieces if event["index"] == index)
        assert text == "".join(f"{number} " for number in range(index, 40, 2))


def test_the_lease_is_renewed_while_a_job_says_nothing(reporter: Reporter, clock: Clock) -> None:
    lose_lease(reporter.job)
    clock.now += 11
    reporter.tick()
    assert sweep().put_back == 0


def test_a_cancel_is_seen_within_about_a_second(reporter: Reporter, clock: Clock) -> None:
    reporter.tick()
    cancel_job(job=Job.objects.get(pk=reporter.job.pk), actor=None)
    assert not reporter.cancelled()
    clock.now += 1.1
    reporter.tick()
    assert reporter.cancelled()
    assert reporter.cancelled_by_person


def test_a_worker_that_is_stopped_stops_its_job(reporter: Reporter) -> None:
    reporter.stopping.set()
    assert reporter.cancelled()
    assert not reporter.cancelled_by_person


def test_a_job_that_was_given_away_is_noticed_at_the_next_tick(reporter: Reporter, clock: Clock) -> None:
    lose_lease(reporter.job)
    sweep()
    clock.now += 1.1
    with pytest.raises(LeaseLost):
        reporter.tick()


def test_a_database_that_is_away_loses_nothing_that_was_said(
    reporter: Reporter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.connection, "close", lambda: None)
    reporter.on_message({"type": "log", "line": "kept"})
    with monkeypatch.context() as outage:

        def fail(*_: object, **__: object) -> None:
            raise OperationalError("the server went away")

        outage.setattr(CursorWrapper, "execute", fail)
        reporter.tick()
    clock.now += 1
    reporter.tick()
    assert events(reporter, "log") == [{"line": "kept"}]


def test_samples_are_kept_as_artifacts_the_moment_they_come(reporter: Reporter, tmp_path: Path) -> None:
    picture = tmp_path / "square.png"
    picture.write_bytes(png_bytes(1, 1, b"\1\2\3"))
    reporter.on_message({"type": "sample", **facts(path=str(picture), media_type="image/png")})
    reporter.on_message({"type": "sample", **facts(text="Grüße")})
    picture.unlink()
    assert [kept.artifact.media_type for kept in reporter.samples] == ["image/png", "text/plain"]
    assert reporter.samples[1].artifact.size == len("Grüße".encode())


@pytest.mark.parametrize("kind", ["sample", "saved", "preview"])
def test_files_outside_the_scratch_folder_are_refused(reporter: Reporter, clock: Clock, kind: str) -> None:
    sample = facts(path="/etc/hostname", media_type="image/png")
    message = {"type": kind, "folder": "/etc", "sample": sample, **sample}

    def tell() -> None:
        reporter.on_message(message)
        reporter.tick()

    with pytest.raises(OutsideScratch):
        tell()


def test_previews_are_kept_and_told_at_most_every_two_seconds(
    reporter: Reporter, clock: Clock, tmp_path: Path
) -> None:
    for number in range(30):
        picture = tmp_path / f"{number}.png"
        picture.write_bytes(png_bytes(1, 1, bytes([number] * 3)))
        shown = facts(path=str(picture), media_type="image/png", name=f"Step {number}")
        reporter.on_message({"type": "preview", "sample": shown})
        reporter.tick()
        clock.now += 0.1
    told = events(reporter, "preview")
    assert [event["text"] for event in told] == ["Step 0", "Step 20"]
    assert [event["index"] for event in told] == [0, 1]
    assert all(event["artifact"] for event in told)


def test_a_preview_waits_while_the_database_is_away(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module.connection, "close", lambda: None)
    picture = tmp_path / "last.png"
    picture.write_bytes(png_bytes(1, 1, b"\1\2\3"))
    shown = facts(path=str(picture), media_type="image/png", name="Last")
    reporter.on_message({"type": "preview", "sample": shown})
    with monkeypatch.context() as outage:

        def fail(*_: object, **__: object) -> None:
            raise OperationalError("the server went away")

        outage.setattr(module.store, "put", fail)
        reporter.tick()
    _progress, waiting = reporter.rest()
    assert [(kind, data["text"], data["index"]) for kind, data in waiting] == [("preview", "Last", 0)]
    assert reporter.preview is not None
