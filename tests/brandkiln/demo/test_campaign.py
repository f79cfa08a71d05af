"""The demo's campaign: something waits, something is approved, something is planned."""

from pathlib import Path

from brandkiln.demo.campaign import colleague, seed_campaign
from brandkiln.library.models import Asset
from brandkiln.library.services import keep_sample
from brandkiln.planning.models import Campaign, Entry
from brandkiln.review.models import State
from brandkiln.review.queries import in_state, waiting_for
from PIL import Image

from tests.factories import Cast, JobFactory


def test_a_newcomer_finds_a_campaign_with_a_review_that_waits(cast: Cast, tmp_path: Path) -> None:
    picture = tmp_path / "launch.png"
    Image.new("RGB", (12, 6)).save(picture)
    seed_campaign(project=cast.project, user=cast.ada)
    assert not Campaign.objects.exists()
    for key, person, count in (("a", cast.ada, 4), ("b", colleague(cast.project), 2)):
        job = JobFactory(project=cast.project, requested_by=person, idempotency_key=f"demo-copy-{key}")
        for position in range(count):
            keep_sample(job=job, position=position, media_type="text/plain", text=f"Text {key} {position}.")
    launch = JobFactory(project=cast.project, requested_by=cast.ada, idempotency_key="demo-shots-launch")
    keep_sample(job=launch, position=0, media_type="image/png", path=picture)
    for _time in range(2):
        seed_campaign(project=cast.project, user=cast.ada)
    campaign = Campaign.objects.get()
    assert campaign.pieces.count() == 7
    assert waiting_for(cast.ada, cast.acme).count() == 2
    assert in_state(Asset.objects.all(), State.APPROVED).count() == 4
    assert Entry.objects.filter(campaign=campaign, asset=None).count() == 1
    assert Entry.objects.filter(campaign=campaign, asset__media_type="image/png").count() == 1
