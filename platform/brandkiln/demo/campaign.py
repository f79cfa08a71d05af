"""A campaign in the demo workspace: pieces, a colleague who reviews, what waits, and what is planned."""

from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone

from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.planning.campaigns import add_pieces, create_campaign
from brandkiln.planning.entries import create_entry
from brandkiln.planning.models import Campaign
from brandkiln.planning.zones import at_clock, zone
from brandkiln.projects.models import Project
from brandkiln.review.comments import add_comment
from brandkiln.review.services import ask, decide
from brandkiln.workspaces.models import Membership, Role

NAME = "Autumn launch"
COLLEAGUE = "rosa@brandkiln.example"
ZONE = "UTC"
PLAN = ((1, "email"), (3, "instagram"), (5, "website"))
"""In how many days a text goes out, and where."""
PICTURE_PLAN = (2, "website")
"""The same of the product shot that was laid out."""


@transaction.atomic
def seed_campaign(*, project: Project, user: User) -> None:
    """Make the campaign from the first texts and pictures, unless it is there or there are no texts yet."""
    workspace = project.workspace
    kept = Asset.objects.filter(project=project, trashed_at=None).order_by("created_at", "position")
    kept = kept.select_related("artifact", "workspace", "project", "job")
    texts = kept.filter(media_type="text/plain", job__idempotency_key__startswith="demo-copy")
    pictures = list(kept.filter(job__idempotency_key="demo-shots-launch"))
    rosa = colleague(project)
    own, hers = list(texts.filter(job__requested_by=user)[:4]), list(texts.filter(job__requested_by=rosa)[:4])
    is_there = Campaign.objects.filter(workspace=workspace, slug="autumn-launch").exists()
    if is_there or len(own) < 4 or not hers:
        return
    today = timezone.now().date()
    campaign = create_campaign(
        project=project, name=NAME, actor=user, people=[user, rosa],
        brief="Show people who mend before they buy that our things are made to last. One thought for each piece: what "
        "it is made of, and what that is good for.",
        goal="2,000 first visits to the autumn pages",
        channels=[channel for _days, channel in PLAN],
        starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=14),
    )  # fmt: skip
    add_pieces(campaign=campaign, assets=[*own, *hers, *pictures], actor=user)
    for asset in [*own, *pictures]:
        ask(asset=asset, actor=user, people=[rosa])
    for asset in [*own[:3], *pictures]:
        decide(asset=asset, decision="approved", actor=rosa, seen=asset.artifact.sha256)
    decide(
        asset=own[3], decision="changes", actor=rosa, seen=own[3].artifact.sha256, reasons=["dull"],
        note="Say what the sole is made of.",
    )  # fmt: skip
    for asset in hers:
        ask(asset=asset, actor=rosa, people=[user], due_at=timezone.now() + timedelta(days=2))
    add_comment(asset=hers[0], author=rosa, text="Does this sound like us? I am not sure about the ending.")
    for (days, channel), asset in zip(PLAN, own, strict=False):
        _plan(campaign, user, today + timedelta(days=days), channel, asset)
    for asset in pictures:
        days, channel = PICTURE_PLAN
        _plan(campaign, user, today + timedelta(days=days), channel, asset)
    _plan(campaign, user, today + timedelta(days=7), PLAN[1][1], None)


def colleague(project: Project) -> User:
    """Return a reviewer who cannot sign in: somebody has to be the second pair of eyes."""
    person = User.objects.filter(email=COLLEAGUE).first()
    person = person or User.objects.create_user(COLLEAGUE, None, first_name="Rosa")
    Membership.objects.get_or_create(
        workspace=project.workspace, user=person, defaults={"role": Role.REVIEWER}
    )
    return person


def _plan(campaign: Campaign, user: User, day: date, channel: str, asset: Asset | None) -> None:
    create_entry(
        workspace=campaign.workspace, actor=user, campaign=campaign, channel=channel, asset=asset, time_zone=ZONE,
        at=at_clock(day, time(9), zone(ZONE)), title="" if asset else "A picture of the workshop",
    )  # fmt: skip
