"""The pages of campaigns and the calendar: what joins a campaign, what a drop does, what is counted."""

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.library.services import keep_sample
from brandkiln.library.uses import uses_of
from brandkiln.notifications.models import Notification
from brandkiln.notifications.reading import said
from brandkiln.planning.campaigns import add_pieces, create_campaign, update_campaign, work_for
from brandkiln.planning.due import tell_due
from brandkiln.planning.entries import create_entry, remove_entry
from brandkiln.planning.models import Campaign, Entry
from brandkiln.planning.progress import missing_in, with_progress
from brandkiln.planning.zones import set_zone
from brandkiln.review.models import Review
from brandkiln.review.services import decide
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from tests.brandkiln.planning.test_calendar import text
from tests.factories import Cast, JobFactory

PART = {"X-Part": "planner"}


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brandkiln.jobs.queue.ring", lambda queue, key: None)


@pytest.fixture
def ben(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return create_campaign(project=cast.project, name="Autumn", actor=cast.ben, channels=["email", "x"])


def test_a_campaign_is_made_with_what_was_picked_and_put_away_with_a_way_back(
    cast: Cast, ben: Client
) -> None:
    asset = text(cast)
    chosen = ben.post("/w/acme/campaigns/choose/", {"asset": str(asset.pk)}).content.decode()
    assert str(asset.pk) in chosen
    form = {
        "name": "Autumn",
        "project": str(cast.project.pk),
        "channels": ["x"],
        "people": [str(cast.rita.pk)],
    }
    late = form | {"starts_on": "2026-12-02", "ends_on": "2026-12-01"}
    assert "before it begins" in ben.post("/w/acme/campaigns/new/", late).content.decode()
    ben.post("/w/acme/campaigns/new/", form | {"asset": str(asset.pk)})
    row = Campaign.objects.get()
    assert (list(row.people.all()), [piece.asset for piece in row.pieces.all()]) == ([cast.rita], [asset])
    address = f"/w/acme/campaigns/{row.pk}/archive/"
    assert f"undo:{address}" in str(
        [m.extra_tags for m in ben.post(address, follow=True).context["messages"]]
    )
    assert "No campaigns yet" in ben.get("/w/acme/campaigns/").content.decode()
    ben.post(address)
    assert "Autumn" in ben.get("/w/acme/campaigns/").content.decode()


def test_what_a_job_makes_joins_the_campaign_that_it_was_begun_for(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    link = f"?campaign={campaign.pk}"
    assert "what is made joins it" in ben.get(f"/w/acme/generators/{link}").content.decode()
    job = JobFactory(project=cast.project, requested_by=cast.ben)
    work_for(campaign=campaign, job=job, actor=cast.ben)
    asset = keep_sample(job=job, position=0, media_type="text/plain", text="Boots.")
    assert campaign.pieces.get().asset == asset
    sent = {"on-project": cast.project.pk, "product": "Boots", "campaign": campaign.pk}
    ben.post("/w/acme/generators/text-lm/sample/", sent)
    assert Job.objects.latest("created_at").campaign_job.campaign == campaign


def test_a_piece_that_is_dropped_on_a_day_goes_out_in_the_morning_and_can_be_taken_back(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    set_zone(workspace=cast.acme, user=cast.ben, time_zone="Europe/Berlin")
    asset = text(cast)
    add_pieces(campaign=campaign, assets=[asset], actor=cast.ben)
    sent = {"asset": str(asset.pk), "campaign": str(campaign.pk), "day": "2026-07-01"}
    done = ben.post("/w/acme/calendar/plan/", sent, headers=PART).json()
    entry = Entry.objects.get()
    assert (entry.at, entry.channel) == (datetime(2026, 7, 1, 7, tzinfo=UTC), "email")
    assert "1 Jul 2026, 09:00" in done["said"]
    page = ben.get("/w/acme/calendar/?day=2026-07-01").content.decode()
    assert f'id="entry-{entry.pk}"' in page
    moved = ben.post(
        f"/w/acme/calendar/{entry.pk}/move/", {"day": "2026-12-01", "seen": "0"}, headers=PART
    ).json()
    entry.refresh_from_db()
    assert entry.at == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert (
        ben.post(f"/w/acme/calendar/{entry.pk}/move/", {"day": "2026-12-02", "seen": "0"}).status_code == 409
    )
    hour = {"at": "2026-12-01T15:00:00+00:00"}
    ben.post(f"/w/acme/calendar/{entry.pk}/move/", hour, headers=PART)
    assert Entry.objects.get().at.hour == 15
    assert ben.post(moved["undo"], headers=PART).status_code == 409
    assert ben.post(f"/w/acme/calendar/{entry.pk}/undo/2/", headers=PART).status_code == 200
    assert Entry.objects.get().at.hour == 8


def test_a_week_in_which_the_clock_is_put_back_has_an_hour_more(ben: Client, cast: Cast) -> None:
    set_zone(workspace=cast.acme, user=None, time_zone="Europe/Berlin")
    page = ben.get("/w/acme/calendar/?view=week&day=2026-10-25").content.decode()
    assert (page.count('data-day="2026-10-25"'), page.count('data-day="2026-10-24"')) == (25, 24)


def test_a_campaign_says_how_far_it_is_and_what_is_missing(cast: Cast, campaign: Campaign) -> None:
    assets = [text(cast, words) for words in ("One.", "Two.", "Three.")]
    add_pieces(campaign=campaign, assets=assets, actor=cast.ben)
    decide(asset=assets[0], decision="approved", actor=cast.rita, seen=assets[0].artifact.sha256)
    for asset in (assets[0], assets[1], None):
        create_entry(
            workspace=cast.acme,
            actor=cast.ben,
            at=timezone.now(),
            time_zone="UTC",
            campaign=campaign,
            asset=asset,
        )
    counted: Any = with_progress(Campaign.objects.all()).get()
    counts = ("piece_count", "approved_count", "slot_count", "empty_count", "ready_count", "published_count")
    assert [getattr(counted, name) for name in counts] == [3, 1, 3, 1, 1, 0]
    assert [one.what for one in missing_in(counted)] == ["slots", "approval", "channel", "unplanned", "brief"]


def test_a_calendar_of_many_entries_costs_as_many_queries_as_of_few(
    cast: Cast, ben: Client, campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        create_entry(
            workspace=cast.acme, actor=cast.ben, at=datetime(2026, 7, 1 + number, tzinfo=UTC), time_zone="UTC",
            campaign=campaign, asset=text(cast, f"Boots {number}."), person=cast.ben,
        )  # fmt: skip
    add_pieces(
        campaign=campaign, assets=[text(cast, f"Shoes {number}.") for number in range(5)], actor=cast.ben
    )
    with django_assert_max_num_queries(14):
        ben.get("/w/acme/calendar/?day=2026-07-01")
    with django_assert_max_num_queries(15):
        ben.get(f"/w/acme/campaigns/{campaign.pk}/")
    with django_assert_max_num_queries(10):
        ben.get("/w/acme/campaigns/")


def test_who_publishes_is_told_once_before_it_is_due(cast: Cast) -> None:
    now = timezone.now()
    create_entry(
        workspace=cast.acme, actor=cast.ben, at=now, time_zone="Asia/Kolkata", channel="x", person=cast.rita
    )
    assert (tell_due(), tell_due()) == (1, 0)
    clock = f"{now.astimezone(ZoneInfo('Asia/Kolkata')):%H:%M}"
    assert clock in said(Notification.objects.get(person=cast.rita).announcement)
    assert Notification.objects.filter(person=cast.rita, announcement__kind="calendar.due").count() == 1


def test_days_are_written_as_chinese_readers_write_them(cast: Cast, ben: Client, campaign: Campaign) -> None:
    update_campaign(campaign=campaign, actor=cast.ben, starts_on=date(2026, 11, 24))
    ben.cookies["django_language"] = "zh-hans"
    pages = [
        ben.get("/w/acme/calendar/?day=2026-11-24").content.decode(),
        ben.get(f"/w/acme/campaigns/{campaign.pk}/").content.decode(),
    ]
    assert "11月24日 星期二" in pages[0]
    assert "2026年11月24日" in pages[1]
    assert not re.search(r"\d (?:十一月|November)", "".join(pages))


def test_where_a_piece_is_used_is_said_in_words_with_links_and_not_of_what_was_taken_off(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    asset = text(cast)
    at = datetime(2026, 12, 3, 9, tzinfo=UTC)
    common = {"workspace": cast.acme, "actor": cast.ben, "at": at, "time_zone": "UTC", "asset": asset}
    kept = create_entry(**common, campaign=campaign, channel="x")
    remove_entry(entry=create_entry(**common, channel="email"), actor=cast.ben)
    with override("en"):
        used = {use.title: (use.count, use.links) for use in uses_of([asset])}
    assert used == {
        "campaigns": (1, (("Autumn", f"/w/acme/campaigns/{campaign.pk}/"),)),
        "entries of the calendar": (1, (("X, 3 Dec 2026", f"/w/acme/calendar/{kept.pk}/"),)),
    }
    page = ben.get(f"/w/acme/library/uses/?asset={asset.pk}").content.decode()
    assert f'href="/w/acme/calendar/{kept.pk}/"' in page
    ben.cookies["django_language"] = "zh-hans"
    assert "entrys" not in ben.get(f"/w/acme/library/uses/?asset={asset.pk}").content.decode()


def test_pages_say_days_and_times_by_the_readers_clock(cast: Cast, ben: Client) -> None:
    asset = text(cast)
    Asset.objects.filter(pk=asset.pk).update(created_at=datetime(2026, 12, 1, 20, 30, tzinfo=UTC))
    address = f"/w/acme/library/{asset.pk}/"
    assert "1 Dec 2026, 20:30" in ben.get(address).content.decode()
    set_zone(workspace=cast.acme, user=None, time_zone="Asia/Shanghai")
    assert "2 Dec 2026, 04:30" in ben.get(address).content.decode()
    found = ben.get("/w/acme/library/?since=2026-12-02").content.decode()
    assert str(asset.pk) in found
    set_zone(workspace=cast.acme, user=cast.ben, time_zone="America/New_York")
    assert "1 Dec 2026, 15:30" in ben.get(address).content.decode()
    ben.post(f"/w/acme/review/{asset.pk}/ask/", {"people": "rita@example.com", "due": "2026-12-03"})
    assert Review.objects.get().due_at == datetime(2026, 12, 4, 4, 59, tzinfo=UTC)


def test_a_time_that_the_readers_clock_skips_is_planned_where_there_is_one(cast: Cast, ben: Client) -> None:
    set_zone(workspace=cast.acme, user=cast.ben, time_zone="Europe/Berlin")
    sent = {"at": "2027-03-28T02:30", "time_zone": "America/New_York", "channel": "x"}
    ben.post("/w/acme/calendar/new/", sent)
    assert Entry.objects.get().at == datetime(2027, 3, 28, 6, 30, tzinfo=UTC)
