"""The calendar: clocks that change, moves that can be taken back, what stands against an entry, and feeds."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.library.services import keep_sample
from brandkiln.planning.addresses import revoke_address
from brandkiln.planning.campaigns import create_campaign
from brandkiln.planning.conflicts import look
from brandkiln.planning.entries import (
    create_entry,
    entries_of,
    mark_published,
    remove_entry,
    undo_entry,
    update_entry,
)
from brandkiln.planning.feeds import calendar_of, create_feed, entries_in, open_feed
from brandkiln.planning.models import Entry
from brandkiln.planning.zones import (
    at_clock,
    first_weekday,
    hours_of,
    moved_to_day,
    reading_for,
    set_zone,
    week_of,
    weeks_of_month,
    zone_for,
)
from brandkiln.projects.services import update_brand_kit
from brandkiln.review.services import decide
from brandkiln.workspaces.models import Membership
from django.test import Client
from django.utils.translation import override
from icalendar import Calendar

from tests.factories import Cast, JobFactory

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)


def text(cast: Cast, words: str = "Boots that last.", **columns: Any) -> Any:
    job = JobFactory(project=cast.project, requested_by=cast.ben, state="succeeded")
    return keep_sample(job=job, position=0, media_type="text/plain", text=words, **columns)


def plan(cast: Cast, **columns: Any) -> Entry:
    filled: dict[str, Any] = {"at": NOON, "time_zone": "Europe/Berlin", "channel": "instagram"} | columns
    return create_entry(workspace=cast.acme, actor=cast.ben, **filled)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_has_as_many_hours_as_the_clock_shows(day: str, hours: int) -> None:
    found = hours_of(date.fromisoformat(day), BERLIN)
    assert len(found) == hours
    assert [one.clock for one in found if one.is_again] == ([2] if hours == 25 else [])
    assert (2 in {one.clock for one in found}) == (hours != 23)
    assert all(late.at - early.at == timedelta(hours=1) for early, late in itertools.pairwise(found))


def test_a_day_without_a_midnight_begins_at_one() -> None:
    found = hours_of(date(2026, 4, 24), ZoneInfo("Africa/Cairo"))
    assert (len(found), found[0].clock) == (23, 1)


def test_a_time_keeps_its_clock_when_it_moves_over_a_change() -> None:
    before = at_clock(date(2026, 3, 27), time(9), BERLIN)
    after = moved_to_day(before, date(2026, 3, 30), BERLIN)
    assert (before.hour, after.hour) == (8, 7)
    assert at_clock(date(2026, 3, 29), time(2, 30), BERLIN).astimezone(BERLIN).time() == time(3, 30)
    assert at_clock(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_weeks_begin_as_the_language_has_it() -> None:
    with override("en"):
        assert week_of(date(2026, 12, 2), first_weekday())[0] == date(2026, 11, 29)
        assert first_weekday("America/New_York") == 6
        assert (first_weekday("Europe/London"), first_weekday("Australia/Sydney")) == (0, 0)
    with override("zh-hans"):
        assert week_of(date(2026, 12, 2), first_weekday())[0] == date(2026, 11, 30)
    weeks = weeks_of_month(date(2026, 2, 10), 6)
    assert (len(weeks), weeks[0][0], weeks[-1][-1]) == (4, date(2026, 2, 1), date(2026, 2, 28))


def test_a_person_reads_the_calendar_in_their_own_zone(cast: Cast) -> None:
    assert zone_for(cast.acme, cast.ben) == "UTC"
    set_zone(workspace=cast.acme, user=None, time_zone="Asia/Shanghai")
    set_zone(workspace=cast.acme, user=cast.ben, time_zone="Europe/Berlin")
    assert [zone_for(cast.acme, person) for person in (cast.ben, cast.ada)] == [
        "Europe/Berlin",
        "Asia/Shanghai",
    ]
    with pytest.raises(Unprocessable, match="no time zone"):
        set_zone(workspace=cast.acme, user=None, time_zone="Mars/Olympus")


def test_a_person_chooses_the_day_that_weeks_begin_with(cast: Cast, client: Client) -> None:
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")

    def first_of(**chosen: str) -> str:
        if chosen:
            client.post("/w/acme/calendar/zone/", chosen)
        return str(client.get("/w/acme/calendar/?day=2026-12-02&view=week").context["grid"].days[0])

    assert first_of() == "2026-11-29"
    assert first_of(time_zone="Europe/London", first_day="") == "2026-11-30"
    assert first_of(time_zone="Europe/London", first_day="6") == "2026-11-29"
    assert first_of(time_zone="Europe/London", first_day="5") == "2026-11-28"
    assert client.post("/w/acme/calendar/zone/", {"time_zone": "UTC", "first_day": "3"}).status_code == 422
    set_zone(workspace=cast.acme, user=None, time_zone="Europe/Berlin")
    assert reading_for(cast.acme, cast.ada).first_day == 0


def test_a_change_is_taken_back_once_and_only_as_the_last(cast: Cast) -> None:
    entry = plan(cast)
    moved = update_entry(entry=entry, actor=cast.ben, seen=0, at=NOON + timedelta(days=2))
    assert (moved.sequence, moved.at) == (1, NOON + timedelta(days=2))
    with pytest.raises(Conflict, match="changed this entry"):
        update_entry(entry=entry, actor=cast.ada, seen=0, channel="x")
    back = undo_entry(entry=entry, sequence=1)
    assert (back.at, back.sequence) == (NOON, 2)
    with pytest.raises(Conflict, match="changed again"):
        undo_entry(entry=entry, sequence=1)
    gone = remove_entry(entry=entry, actor=cast.ben)
    assert not entries_of(cast.acme).exists()
    undo_entry(entry=entry, sequence=gone.sequence)
    assert entries_of(cast.acme).get().sequence == 4


def test_undoing_a_new_entry_takes_it_off(cast: Cast) -> None:
    entry = plan(cast)
    undo_entry(entry=entry, sequence=0)
    assert not entries_of(cast.acme).exists()


def test_what_stands_against_an_entry_is_said(cast: Cast) -> None:
    claim = {"text": "climate neutral", "proof": "ISO 14068", "expires": "2026-11-30"}
    update_brand_kit(project=cast.project, actor=cast.ada, guide={"claims": [claim]})
    asset = text(cast, "Our climate neutral boots.")
    plan(cast, asset=asset)
    plan(cast, at=NOON + timedelta(minutes=40))
    early = plan(cast, asset=asset, channel="x", at=datetime(2026, 11, 30, 11, tzinfo=UTC))
    codes = [{one.code for one in looked.troubles} for looked in look(list(entries_of(cast.acme)))]
    assert codes == [
        {"not_approved"},
        {"not_approved", "claim_expires", "same_hour"},
        {"no_piece", "same_hour"},
    ]
    decide(asset=asset, decision="approved", actor=cast.rita, seen=asset.artifact.sha256)
    Entry.objects.filter(pk=early.pk).update(version="0" * 64)
    [first, *_] = look(list(entries_of(cast.acme)))
    assert [one.code for one in first.troubles] == ["changed"]
    mark_published(entry=early, actor=cast.ben)
    assert look(list(entries_of(cast.acme)))[0].troubles == ()


def test_looking_at_many_entries_costs_as_many_queries_as_at_few(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    campaign = create_campaign(project=cast.project, name="Autumn", actor=cast.ben)
    for number in range(6):
        plan(cast, asset=text(cast, f"Boots {number}."), campaign=campaign, person=cast.ben)
    with django_assert_num_queries(2):
        look(list(entries_of(cast.acme)))


def test_an_entry_takes_nothing_from_another_workspace(cast: Cast) -> None:
    for columns in ({"person": cast.cleo}, {"channel": "carrier_pigeon"}, {"time_zone": "Nowhere"}):
        with pytest.raises((NotFound, Unprocessable)):
            plan(cast, **columns)


def test_a_feed_is_read_back_as_it_was_meant(cast: Cast) -> None:
    campaign = create_campaign(project=cast.project, name="Autumn; boots, 秋", actor=cast.ben)
    asset = text(
        cast, "Boots, lasting; and a line\nbreak that goes on and on until the line has to be folded."
    )
    entry = plan(cast, asset=asset, campaign=campaign, note="See \\ the brief,\nthen post.", person=cast.ben)
    slot = plan(cast, at=NOON + timedelta(days=1), channel="x")
    gone = remove_entry(entry=plan(cast, channel="email"), actor=cast.ben)
    feed, secret = create_feed(workspace=cast.acme, owner=cast.ben, name="Ben's")
    body = calendar_of(open_feed(secret), entries_in(feed))
    assert body == calendar_of(feed, entries_in(feed))
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    events = {str(one["uid"]).split("@")[0]: one for one in Calendar.from_ical(body).walk("VEVENT")}
    read = events[str(entry.pk)]
    assert (read.decoded("dtstart"), read.decoded("duration")) == (NOON, timedelta(minutes=30))
    assert str(read["summary"]).startswith("Instagram: Boots, lasting; and a line")
    assert "See \\ the brief,\nthen post.\nAutumn; boots, 秋" in str(read["description"])
    assert [str(events[str(one.pk)]["status"]) for one in (entry, slot, gone)] == [
        "CONFIRMED", "TENTATIVE", "CANCELLED",
    ]  # fmt: skip
    assert events[str(gone.pk)]["sequence"] == 1
    mine, _secret = create_feed(workspace=cast.acme, owner=cast.ben, name="Mine", mine=True)
    assert list(entries_in(mine)) == [entry]


def test_a_feed_ends_with_its_owners_membership_and_when_it_is_withdrawn(cast: Cast) -> None:
    feed, secret = create_feed(workspace=cast.acme, owner=cast.ben, name="Ben's")
    assert secret not in feed.digest
    Membership.objects.filter(user=cast.ben).delete()
    with pytest.raises(NotFound):
        open_feed(secret)
    feed, secret = create_feed(workspace=cast.acme, owner=cast.ada, name="Ada's")
    revoke_address(feed, actor=cast.ada)
    with pytest.raises(NotFound):
        open_feed(secret)
