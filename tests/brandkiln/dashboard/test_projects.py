"""The list of projects says what each holds, and counts no further than people read."""

from typing import Any

import pytest
from brandkiln.dashboard.views import projects
from brandkiln.datasets.models import Dataset
from brandkiln.library.models import Asset
from brandkiln.projects.models import Project
from django.db import connection
from django.db.models.expressions import RawSQL
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import ArtifactFactory, Cast, ProjectFactory


def fill(project: Project, count: int) -> None:
    artifact = ArtifactFactory(workspace=project.workspace)
    shared = {
        "workspace": project.workspace,
        "project": project,
        "artifact": artifact,
        "media_type": "text/plain",
    }
    Asset.objects.bulk_create(Asset(**shared, text=f"Piece {n}", receipt={}) for n in range(count))


def test_projects_are_counted_up_to_a_bound_with_as_many_queries_for_many_as_for_few(
    ben: Client, cast: Cast, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    bound = RawSQL(projects.ASSETS.sql, [3], projects.ASSETS.output_field)
    monkeypatch.setattr(projects, "ASSETS", bound)
    monkeypatch.setattr(projects, "MOST_COUNTED", 2)
    fill(cast.project, 2)
    address = f"/w/{cast.acme.slug}/projects/"
    ben.get(address)
    with CaptureQueriesContext(connection) as few:
        assert b"2 assets" in ben.get(address).content
    other = ProjectFactory(workspace=cast.acme, name="Other")
    fill(other, 4)
    with django_assert_num_queries(len(few)):
        answer = ben.get(address)
    said = answer.content.decode()
    assert "1 data set · 2 assets" in said
    assert "0 data sets · more than 2 assets" in said
