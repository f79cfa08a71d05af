"""The first page of a workspace: what waits for the reader, and what is to be published."""

from collections.abc import Callable
from datetime import timedelta

from brandkiln.core.models import User
from brandkiln.library.services import keep_sample
from brandkiln.planning.campaigns import create_campaign
from brandkiln.planning.entries import create_entry
from brandkiln.projects.services import update_brand_kit
from brandkiln.review.services import ask
from django.test import Client
from django.utils import timezone

from tests.factories import Cast, JobFactory


def test_a_reviewer_sees_what_waits_and_everybody_what_is_planned(
    cast: Cast, ben: Client, browser_of: Callable[[User], Client]
) -> None:
    job = JobFactory(project=cast.project, generator="text-lm", requested_by=cast.ben)
    asset = keep_sample(job=job, position=0, media_type="text/plain", text="Boots.")
    ask(asset=asset, actor=cast.ben)
    soon, later = timezone.now() + timedelta(days=2), timezone.now() + timedelta(days=20)
    for at, title in ((soon, "Newsletter of spring"), (later, "Newsletter of summer")):
        create_entry(
            workspace=cast.acme, actor=cast.ben, at=at, time_zone="UTC", channel="email", title=title
        )
    page = browser_of(cast.rita).get("/w/acme/").content.decode()
    assert "Waiting for you" in page
    assert "Newsletter of spring" in page
    assert "Newsletter of summer" not in page


def test_the_first_steps_lead_to_a_campaign_and_end_there(cast: Cast, ada: Client) -> None:
    page = ada.get("/w/acme/").content.decode()
    assert 'href="/w/acme/projects/spring/brand/" aria-label="Say how the brand sounds"' in page
    assert 'href="/w/acme/campaigns/new/"' in page
    update_brand_kit(project=cast.project, actor=cast.ada, voice="Plain.")
    keep_sample(job=JobFactory(project=cast.project), position=0, media_type="text/plain", text="Boots.")
    create_campaign(project=cast.project, name="Spring", actor=cast.ada)
    assert "First steps" not in ada.get("/w/acme/").content.decode()


def test_a_campaign_without_a_project_begins_with_one(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    cleo = browser_of(cast.cleo)
    assert "/projects/new/?then=campaign" in cleo.get("/w/other/campaigns/new/").content.decode()
    made = cleo.post("/w/other/projects/new/?then=campaign", {"name": "Spring"})
    assert made["Location"] == "/w/other/campaigns/new/"
