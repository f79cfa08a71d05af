"""No page asks more questions of the database where there is more to show: each with 2 rows of everything, then 6."""

from collections.abc import Iterator
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.bulk.models import Bulk, Template, TemplateVersion
from brandkiln.core.models import User
from brandkiln.datasets.models import Record
from brandkiln.jobs.events import add_events
from brandkiln.jobs.models import Checkpoint
from brandkiln.library.models import Asset
from brandkiln.library.organising import create_folder, save_view
from brandkiln.library.services import keep_sample, rate_asset, tag_asset
from brandkiln.planning.models import Campaign, Entry
from brandkiln.review.models import Review, State
from brandkiln.workspaces.models import Membership, Role
from brandkiln.workspaces.services import invite_member, issue_token, record_audit
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.brandkiln.answers import finish
from tests.brandkiln.routes import ROUTES
from tests.brandkiln.test_isolation import PAGES
from tests.factories import Cast, DatasetVersionFactory, JobFactory, ProjectFactory, UserFactory, make_cast

pytestmark = pytest.mark.django_db
FEW, MANY = 2, 6
CONSTANT = 2
"""Queries that a longer page may ask more, whatever its length: a second page's link, say."""
MOST = 60
WITHOUT_KEYS = "w/<slug:workspace>/"
LISTS = sorted(
    name
    for name, route in ROUTES.items()
    if route.method == "get"
    and PAGES[name].startswith(WITHOUT_KEYS)
    and "<" not in PAGES[name][len(WITHOUT_KEYS) :]
)
"""All pages of a workspace that name no row."""
LATE = {"asset_list": ("q=piece", "as=table", "kind=text&tag=hero", "trash=1"), "asset_more": ("as=table",)}
"""Other ways in which such a page is asked."""


def add_rows(cast: Cast, numbers: range) -> None:
    """Add a row of everything that pages list, for each number."""
    weights = store.put_bytes(b"weights", workspace=cast.acme, media_type="application/octet-stream")
    for n in numbers:
        person = UserFactory(email=f"person-{n}@example.com", first_name=f"Person {n}")
        Membership.objects.create(workspace=cast.acme, user=person, role=Role.CREATOR)
        project = ProjectFactory(workspace=cast.acme)
        version = DatasetVersionFactory(dataset__project=project, number=1)
        Record.objects.create(version=version, position=0, sha256=f"{n:064x}", split="train", text="A boot.")
        states = ("succeeded", "failed", "queued", "running")
        for number, state in enumerate(states):
            job = JobFactory(
                project=project, requested_by=person, state=state, generator="text-lm", dataset_version=version,
                started_at=timezone.now(), finished_at=timezone.now() if number < 2 else None,
            )  # fmt: skip
            add_events(job.pk, [("state", {"state": state})])
            asset = keep_sample(job=job, position=0, media_type="text/plain", text=f"Piece {n} of {state}.")
            rate_asset(asset=asset, rating=number + 1)
            tag_asset(asset=asset, tags=["hero", f"tag {n}"])
        folder = create_folder(workspace=cast.acme, name=f"Folder {n}")
        create_folder(workspace=cast.acme, name="Inside", parent=folder)
        Asset.objects.filter(pk=asset.pk).update(folder=folder)
        first = Asset.objects.filter(job__project=project).order_by("rating")[0]
        Asset.objects.filter(pk=first.pk).update(trashed_at=timezone.now())
        save_view(
            workspace=cast.acme, owner=cast.ada, name=f"View {n}", filters={"q": "piece"}, is_shared=True
        )
        Checkpoint.objects.create(
            workspace=cast.acme, project=project, generator="image-gan", generator_version="1.0.0", number=1, job=job,
            dataset_version=version, weights=weights, card={"labels": ["Boot"]}, metrics={"frechet": 3.0},
            trashed_at=None if n % 2 else timezone.now(),
        )  # fmt: skip
        Review.objects.create(
            workspace=cast.acme, asset=asset, state=State.IN_REVIEW, sha256=asset.artifact.sha256,
            asked_by=person, asked_at=timezone.now(), due_at=timezone.now(),
        )  # fmt: skip
        today = timezone.localdate()
        campaign = Campaign.objects.create(
            workspace=cast.acme,
            project=project,
            name=f"Campaign {n}",
            slug=f"campaign-{n}",
            created_by=person,
            starts_on=today,
            ends_on=today,
        )
        campaign.pieces.create(workspace=cast.acme, asset=asset, added_by=person)
        Entry.objects.create(
            workspace=cast.acme,
            campaign=campaign,
            title=f"Entry {n}",
            channel="email",
            time_zone="UTC",
            asset=asset,
            at=timezone.now(),
            created_by=person,
        )
        template = Template.objects.create(workspace=cast.acme, name=f"Template {n}", created_by=person)
        used = TemplateVersion.objects.create(
            template=template, number=1, generator="text-lm", created_by=person
        )
        bulk = Bulk.objects.create(workspace=cast.acme, project=project, name=f"Bulk {n}", created_by=person)
        bulk.versions.add(used)
        invite_member(
            workspace=cast.acme, email=f"invited-{n}@example.com", role=Role.CREATOR, invited_by=cast.ada
        )
        issue_token(workspace=cast.acme, user=cast.ada, name=f"token {n}", scopes=["read"])
        record_audit(workspace=cast.acme, actor=person, action="asset.trashed", subject=n)


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, tuple[int, int]]]:
    """Count the queries of every list, with few rows and with many."""
    with django_db_blocker.unblock():
        atomics = TestCase._enter_atomics()
        cast = make_cast()
        client = Client()
        client.force_login(cast.ada, backend="django.contrib.auth.backends.ModelBackend")
        add_rows(cast, range(FEW))
        few = asked(client, cast.ada)
        add_rows(cast, range(FEW, MANY))
        yield {name: (count, few[name]) for name, count in asked(client, cast.ada).items()}
        TestCase._rollback_atomics(atomics)


def asked(client: Client, user: User) -> dict[str, int]:
    """Return how many queries each list asks, once what is kept between requests is there."""
    found = {}
    for name in LISTS:
        for query in ("", *LATE.get(name, ())):
            address = f"/{PAGES[name].replace('<slug:workspace>', 'acme')}?{query}"
            with CaptureQueriesContext(connection) as context:
                answer: Any = client.get(address)
            assert finish(answer) < 500, address
            found[f"{name}?{query}"] = len(context)
    return found


NAMES = [f"{name}?{query}" for name in LISTS for query in ("", *LATE.get(name, ()))]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_no_more_where_there_is_more_to_show(
    name: str, counts: dict[str, tuple[int, int]]
) -> None:
    many, few = counts[name]
    assert many <= few + CONSTANT, f"{many} queries with {MANY} rows, {few} with {FEW}"
    assert many <= MOST
