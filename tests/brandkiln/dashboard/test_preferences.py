"""Pairs out of ratings and decisions."""

import json
from collections.abc import Callable

from brandkiln.core.models import User
from brandkiln.library.services import keep_sample, rate_asset
from brandkiln.review.models import Review, State
from brandkiln.review.preferences import preference_pairs
from django.test import Client

from tests.factories import Cast, JobFactory

PARAMS = {"product": "A red mug", "format": "email", "variants": 3}


def test_texts_of_one_job_with_different_stars_become_pairs(
    cast: Cast, ben: Client, browser_of: Callable[[User], Client]
) -> None:
    assert ben.get("/w/acme/library/preferences/").status_code == 302
    job = JobFactory(project=cast.project, generator="text-lm", params=PARAMS, requested_by=cast.ben)
    other = JobFactory(project=cast.project, generator="text-lm", params=PARAMS, requested_by=cast.ben)
    for position, (text, stars) in enumerate([("Calm.", 5), ("Fine.", 3), ("Buy now", 3), ("New", 0)]):
        rate_asset(
            asset=keep_sample(job=job, position=position, media_type="text/plain", text=text), rating=stars
        )
    rate_asset(asset=keep_sample(job=other, position=0, media_type="text/plain", text="Alone"), rating=1)
    answer = ben.get("/w/acme/library/preferences/?project=" + cast.project.slug)
    lines = [json.loads(line) for line in answer.content.decode().splitlines()]
    assert {(line["chosen"], line["rejected"]) for line in lines} == {
        ("Calm.", "Fine."),
        ("Calm.", "Buy now"),
    }
    assert lines[0]["prompt"] == "A red mug"
    assert lines[0]["format"] == "email"
    assert lines[0]["apart"] == 2
    assert browser_of(cast.cleo).get("/w/acme/library/preferences/").status_code == 404


def test_what_was_approved_is_preferred_to_what_was_rejected(cast: Cast, ben: Client) -> None:
    job = JobFactory(project=cast.project, generator="text-lm", params=PARAMS, requested_by=cast.ben)
    texts = ("Calm.", "Fine.", "Buy now", "New")
    kept = [
        keep_sample(job=job, position=position, media_type="text/plain", text=text)
        for position, text in enumerate(texts)
    ]
    for asset, state in zip(kept, (State.APPROVED, State.CHANGES, State.REJECTED), strict=False):
        Review.objects.create(
            workspace=cast.acme,
            asset=asset,
            state=state,
            sha256=asset.artifact.sha256,
        )
    pairs = {(pair["chosen"], pair["rejected"]) for pair in preference_pairs(workspace=cast.acme)}
    assert pairs == {("Calm.", "Fine."), ("Calm.", "Buy now"), ("Fine.", "Buy now")}
    Review.objects.filter(asset=kept[0]).update(sha256="0" * 64)  # what was approved was another version
    assert {pair["chosen"] for pair in preference_pairs(workspace=cast.acme)} == {"Fine."}
