"""A template of the dummy, a bulk of it, and a worker that needs no process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brandkiln.bulk.models import Bulk, Row, Template
from brandkiln.bulk.services import create_bulk
from brandkiln.bulk.sources import table_of
from brandkiln.bulk.templates import Content, create_template
from brandkiln.jobs.claims import JobFailure, claim_next, finish_job
from brandkiln.jobs.models import Job
from brandkiln.library.services import keep_sample

from generators import registry
from tests.factories import Cast

CONTENT = Content(
    generator="dummy",
    params={
        "output": "text",
        "prompt": "A vase called {name}\nin {colour}\nfor {price} euros",
        "count": "{count}",
    },
    variables=(
        {"name": "name"},
        {"name": "colour", "required": False},
        {"name": "price", "kind": "number", "least": 1, "most": 1000},
        {"name": "count", "kind": "number", "default": "1"},
    ),
)


@pytest.fixture(autouse=True)
def dummy_generator(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Offer the dummy beside the generators that everybody has."""
    monkeypatch.setenv(registry.EXTRA_VARIABLE, "tests.dummy_generator.spec:SPEC")
    registry.refresh()
    yield
    monkeypatch.undo()
    registry.refresh()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep few jobs open; ring for nobody and wake nobody."""
    monkeypatch.setattr("brandkiln.bulk.feeding.WINDOW", 9)
    monkeypatch.setattr("brandkiln.bulk.feeding.LOW", 6)
    monkeypatch.setattr("brandkiln.bulk.feeding.STREAK", 4)
    monkeypatch.setattr("brandkiln.jobs.queue.ring", lambda queue, job_id: None)
    monkeypatch.setattr("brandkiln.jobs.events.wake", lambda: None)


@pytest.fixture
def template(cast: Cast) -> Template:
    return create_template(workspace=cast.acme, actor=cast.ben, name="Vase", content=CONTENT)


@pytest.fixture
def bulk_of(cast: Cast, template: Template) -> Callable[..., Bulk]:
    """Return a function that sets up a bulk of so many vases, or of rows."""

    def make(rows: int | list[dict[str, Any]] = 5, **more: Any) -> Bulk:
        if isinstance(rows, int):
            rows = [
                {"Name": f"Vase {n}", "Color": "blue" if n % 2 else "", "Price": 10 + n} for n in range(rows)
            ]
        asked = {"workspace": cast.acme, "project": cast.project, "actor": cast.ben, "templates": [template]}
        return create_bulk(table=table_of(rows), **asked | more)

    return make


def work(count: int = 10_000, *, fails: Callable[[Job], bool] = lambda job: False) -> int:
    """Do so many jobs as a worker would, each with one text; return how many there were."""
    for done in range(count):
        job = claim_next(queues=["sample"], worker="w1")
        if job is None:
            return done
        if fails(job):
            failure = JobFailure("refused", "The dummy does not like this.")
            finish_job(job_id=job.pk, attempt=job.attempt, state=Job.State.FAILED, failure=failure)
        else:
            finish_job(job_id=job.pk, attempt=job.attempt, state=Job.State.SUCCEEDED, effect=_keep)
    return count


def _keep(job: Job) -> None:
    keep_sample(job=job, position=0, media_type="text/plain", text=f"Made of: {job.params['prompt']}")


def states(bulk: Bulk) -> dict[str, int]:
    """Return how many rows stand where, those states with rows only."""
    found: dict[str, int] = {}
    for state in Row.objects.filter(bulk=bulk).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found
