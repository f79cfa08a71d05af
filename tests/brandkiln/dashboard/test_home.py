"""The first page of a workspace: what waits for the reader, and what is to be published."""

from collections.abc import Callable
from datetime import timedelta

from brandkiln.core.models import User
from brandkiln.library.services import keep_sample
from brandkiln.planning.entries import create_entry
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
