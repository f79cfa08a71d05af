"""Schemathesis tries every operation with made-up requests: no server error, and only answers that are documented."""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from brandkiln.artifacts import store
from brandkiln.jobs.models import Checkpoint
from brandkiln.library.services import keep_sample
from brandkiln.workspaces.services import issue_token
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.factories import DatasetVersionFactory, JobFactory, make_cast

THOROUGH = os.environ.get("FUZZ") == "thorough"
"""`make fuzz` tries each operation's schema case by case, which takes minutes, beside more requests by chance."""

schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
schema.config.phases.coverage.enabled = THOROUGH


@pytest.fixture
def open_connection(db: None) -> Iterator[None]:
    """Keep the test's connection, and with it its transaction, when a request ends."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(open_connection: None) -> str:
    cast = make_cast()
    version = DatasetVersionFactory(dataset__project=cast.project, number=1)
    job = JobFactory(project=cast.project, dataset_version=version)
    keep_sample(job=job, position=0, media_type="text/plain", text="Boots")
    Checkpoint.objects.create(
        workspace=cast.acme,
        project=cast.project,
        generator="image-gan",
        generator_version="1",
        number=1,
        weights=store.put_bytes(b"w", workspace=cast.acme, media_type="application/octet-stream"),
        card={},
    )
    return issue_token(workspace=cast.acme, user=cast.ada, name="fuzz", scopes=["read", "write", "jobs"])[1]


@schema.parametrize()
@settings(
    max_examples=50 if THOROUGH else 4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_no_request_breaks_the_api(case: schemathesis.Case, token: str) -> None:
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
        checks=[not_a_server_error, status_code_conformance, response_schema_conformance],
    )
