"""The demo's campaign: something waits, something is approved, something is planned."""

from brandkiln.demo.campaign import colleague, seed_campaign
from brandkiln.library.models import Asset
from brandkiln.library.services import keep_sample
from brandkiln.planning.models import Campaign, Entry
from brandkiln.review.models import State
from brandkiln.review.queries import in_state, waiting_for

from tests.factories import Cast, JobFactory


def test_a_newcomer_finds_a_campaign_with_a_review_that_waits(cast: Cast) -> None:
    seed_campaign(project=cast.project, user=cast.ada)
    assert not Campaign.objects.exists()
    for key, person, count in (("a", cast.ada, 4), ("b", colleague(cast.project), 2)):
        job = JobFactory(project=cast.project, requested_by=person, idempotency_key=f"demo-copy-{key}")
        for position in range(count):
            keep_sample(job=job, position=position, media_type="text/plain", text=f"Text {key} {position}.")
    for _time in range(2):
        seed_campaign(project=cast.project, user=cast.ada)
    campaign = Campaign.objects.get()
    assert campaign.pieces.count() == 6
    assert waiting_for(cast.ada, cast.acme).count() == 2
    assert in_state(Asset.objects.all(), State.APPROVED).count() == 3
    assert Entry.objects.filter(campaign=campaign, asset=None).count() == 1
