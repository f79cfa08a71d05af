"""Planning many pieces at once: where each comes to lie, what is left out, and taking it all back."""

import itertools
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.library.models import Asset, Hold
from brandkiln.planning.campaigns import add_pieces, create_campaign
from brandkiln.planning.conflicts import look
from brandkiln.planning.entries import create_entry, entries_of, remove_entry, undo_entry, update_entry
from brandkiln.planning.models import Entry, Spread
from brandkiln.planning.spread_plans import Wish, plan_spread
from brandkiln.planning.spreading import spread_pieces, undo_spread
from brandkiln.planning.zones import set_zone
from brandkiln.review.services import decide
from brandkiln.workspaces.services import issue_token
from django.test import Client

from tests.brandkiln.planning.test_calendar import text
from tests.factories import Cast

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2098, 12, 1)


def wish(**terms: Any) -> Wish:
    return Wish(**{"begin": MONDAY, "channels": ["website"], "time_zone": "Europe/Berlin", **terms})


def texts(cast: Cast, count: int) -> list[Asset]:
    return [text(cast, f"Boots {number}.", name=f"Boots {number}") for number in range(count)]


def plan(cast: Cast, assets: Any, **terms: Any) -> Any:
    return plan_spread(workspace=cast.acme, assets=assets, wish=wish(**terms))


def clocks(entries: Any) -> list[str]:
    return [f"{one.at.astimezone(BERLIN):%d %H:%M}" for one in entries]


def test_pieces_follow_each_other_over_the_days_and_times(cast: Cast) -> None:
    assert MONDAY.weekday() == 0
    assets = texts(cast, 5)
    made = plan(cast, assets, weekdays=[0, 2], clocks=[time(17, 30), time(9)])
    assert clocks(made.entries) == ["01 09:00", "01 17:30", "03 09:00", "03 17:30", "08 09:00"]
    assert [one.asset for one in made.entries] == assets
    assert not Entry.objects.exists()


def test_with_a_last_day_they_lie_evenly_and_what_finds_no_room_is_said(cast: Cast) -> None:
    assets = texts(cast, 5)
    every_day = {"weekdays": range(7), "until": date(2098, 12, 9)}
    assert clocks(plan(cast, assets, **every_day).entries) == [f"0{day} 09:00" for day in (1, 3, 5, 7, 9)]
    full = plan(cast, assets, weekdays=range(7), until=date(2098, 12, 3))
    assert (len(full.entries), [one.code for one in full.left]) == (3, ["no_room", "no_room"])


def test_the_clock_stays_the_same_over_a_change_of_the_clock(cast: Cast) -> None:
    made = plan(cast, texts(cast, 2), begin=date(2098, 10, 25), weekdays=[5, 6])
    assert clocks(made.entries) == ["25 09:00", "26 09:00"]
    assert [one.at.hour for one in made.entries] == [7, 8]


def test_hours_that_are_taken_stay_free_so_that_nothing_clashes(cast: Cast) -> None:
    taken = datetime(2098, 12, 2, 9, 40, tzinfo=BERLIN)
    create_entry(workspace=cast.acme, actor=cast.ben, at=taken, time_zone="Europe/Berlin", channel="website")
    spread_pieces(workspace=cast.acme, actor=cast.ben, assets=texts(cast, 3), wish=wish())
    assert clocks(Entry.objects.exclude(spread=None)) == ["01 09:00", "03 09:00", "04 09:00"]
    codes = {one.code for looked in look(list(entries_of(cast.acme))) for one in looked.troubles}
    assert "same_hour" not in codes


def test_a_piece_goes_to_the_channel_it_was_made_for_and_equals_are_shared_out(cast: Cast) -> None:
    assets = texts(cast, 4)
    assets[3].receipt = {"details": {"format": "post_x"}}
    made = plan(cast, assets, channels=["linkedin", "x"])
    channels = {one.asset.title: one.channel for one in made.entries}
    assert channels == {"Boots 0": "linkedin", "Boots 1": "x", "Boots 2": "linkedin", "Boots 3": "x"}
    both = plan(cast, assets, channels=["linkedin", "x"], everywhere=True)
    assert [one.channel for one in both.entries] == ["linkedin", "x"] * 3 + ["x"]
    assert len({one.at for one in both.entries}) == 4


def test_what_must_not_go_out_is_left_out_with_the_reason(cast: Cast) -> None:
    held, trashed, rejected, approved, planned, draft = texts(cast, 6)
    Hold.objects.create(workspace=cast.acme, asset=held)
    trashed.trashed_at = datetime(2026, 1, 1, tzinfo=UTC)
    decide(asset=rejected, decision="rejected", actor=cast.rita, seen=rejected.artifact.sha256, note="No.")
    decide(asset=approved, decision="approved", actor=cast.rita, seen=approved.artifact.sha256)
    decide(asset=planned, decision="approved", actor=cast.rita, seen=planned.artifact.sha256)
    at = datetime(2098, 11, 1, 9, tzinfo=UTC)
    create_entry(workspace=cast.acme, actor=cast.ben, at=at, time_zone="UTC", channel="x", asset=planned)
    assets = [held, trashed, rejected, approved, planned, draft]
    made = plan(cast, assets, approved=True)
    assert [one.asset for one in made.entries] == [approved]
    assert {one.asset: one.code for one in made.left} == {
        held: "held", trashed: "trashed", rejected: "rejected", planned: "planned", draft: "not_approved",
    }  # fmt: skip
    again = plan(cast, assets, again=True)
    assert [one.asset for one in again.entries] == [approved, planned, draft]
    wrong = plan(cast, [draft], channels=["marketplace"])
    assert wrong.entries == [] or wrong.entries[0].channel == "marketplace"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [7]}, "weekdays"),
        ({"clocks": []}, "clocks"),
        ({"clocks": [time(9), time(9, 30)]}, "clocks"),
        ({"channels": []}, "channels"),
        ({"channels": ["radio"]}, "channels"),
        ({"until": date(2098, 11, 30)}, "until"),
        ({"begin": date(1999, 1, 1)}, "begin"),
        ({"begin": date(2020, 1, 1), "until": date(2020, 2, 1)}, "begin"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_where_it_is_wrong(
    cast: Cast, terms: dict[str, Any], field: str
) -> None:
    with pytest.raises(Unprocessable) as refused:
        plan(cast, texts(cast, 1), **terms)
    assert field in refused.value.fields


def test_it_is_planned_as_it_was_seen_and_taken_off_at_once_except_what_was_changed_since(cast: Cast) -> None:
    campaign = create_campaign(project=cast.project, name="Winter", actor=cast.ben)
    assets = texts(cast, 4)
    seen = plan_spread(workspace=cast.acme, assets=assets, wish=wish(), campaign=campaign).fingerprint
    common = {"workspace": cast.acme, "actor": cast.ben, "assets": assets, "campaign": campaign}
    with pytest.raises(Conflict, match="changed since you looked"):
        spread_pieces(**common, wish=wish(begin=MONDAY + timedelta(days=1)), seen=seen)
    spread, made = spread_pieces(**common, wish=wish(), seen=seen)
    assert campaign.pieces.count() == 4
    rows = list(entries_of(cast.acme))
    assert [row.pk for row in rows] == [entry.pk for entry in made.entries]
    assert all(row.created_by == cast.ben and row.campaign == campaign for row in rows)
    update_entry(entry=rows[0], actor=cast.ada, channel="email")
    remove_entry(entry=rows[1], actor=cast.ada)
    assert undo_spread(spread=spread) == (2, 1)
    assert [row.pk for row in entries_of(cast.acme)] == [rows[0].pk]
    gone = Entry.objects.get(pk=rows[3].pk)
    assert gone.sequence == 1
    assert gone.changed_at > rows[3].changed_at
    back = undo_entry(entry=gone, sequence=1)
    assert (back.removed_at, back.at) == (None, rows[3].at)
    with pytest.raises(Conflict, match="already"):
        undo_spread(spread=spread)


def test_nothing_of_another_workspace_is_planned(cast: Cast) -> None:
    asset = text(cast)
    with pytest.raises(NotFound):
        plan_spread(workspace=cast.other, assets=[asset], wish=wish(), person=cast.ben)
    assert plan_spread(workspace=cast.other, assets=[asset], wish=wish()).entries == []


def test_planning_many_costs_as_many_queries_as_planning_few(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    keys = [asset.pk for asset in texts(cast, 12)]
    assets = list(Asset.objects.filter(pk__in=keys).select_related("artifact", "hold", "project__brand_kit"))
    with django_assert_max_num_queries(10):
        spread_pieces(workspace=cast.acme, actor=cast.ben, assets=assets, wish=wish())


def test_fifty_pieces_of_a_campaign_are_planned_on_a_page_with_a_preview_and_one_way_back(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    set_zone(workspace=cast.acme, user=cast.ben, time_zone="Europe/Berlin")
    campaign = create_campaign(
        project=cast.project, name="Winter", actor=cast.ben, channels=["website"], starts_on=MONDAY
    )
    add_pieces(campaign=campaign, assets=texts(cast, 50), actor=cast.ben)
    assert (
        f"calendar/spread/?campaign={campaign.pk}"
        in client.get(f"/w/acme/campaigns/{campaign.pk}/").content.decode()
    )
    address = "/w/acme/calendar/spread/"
    asked = client.get(f"{address}?campaign={campaign.pk}").content.decode()
    assert 'value="2098-12-01"' in asked
    sent = {
        "campaign": str(campaign.pk), "begin": "2098-12-01", "weekdays": ["0", "2", "4"], "clocks": "9:00, 17.30",
        "channels": ["website"], "time_zone": "Europe/Berlin", "person": str(cast.ben.pk), "everywhere": "best",
    }  # fmt: skip
    with django_assert_max_num_queries(22):
        shown = client.post(address, sent)
    assert shown.context["plan"].pieces == 50
    assert "50 publications of 50 pieces" in shown.content.decode()
    assert "Monday, 1 December, 09:00" in shown.content.decode()
    assert not Entry.objects.exists()
    stale = client.post(address, sent | {"make": "1", "seen": "0" * 16})
    assert (stale.status_code, Entry.objects.count()) == (422, 0)
    done = client.post(address, sent | {"make": "1", "seen": shown.context["plan"].fingerprint}, follow=True)
    [said] = done.context["messages"]
    assert "50 publications are planned, from 1 Dec 2098 to 26 Jan 2099." in str(said)
    gaps = {b - a for a, b in itertools.pairwise(Entry.objects.values_list("at", flat=True))}
    assert gaps <= {timedelta(hours=hours) for hours in (8.5, 39.5, 63.5)}
    assert "stands on a day already" in client.get(f"{address}?campaign={campaign.pk}").content.decode()
    back = client.post(str(said.extra_tags).removeprefix("undo:"), follow=True)
    assert "50 entries are off the calendar again" in back.content.decode()
    assert not entries_of(cast.acme).exists()


def test_what_was_picked_in_the_library_is_planned_wherever_it_was_filtered(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    campaign = create_campaign(project=cast.project, name="Winter", actor=cast.ben, channels=["x"])
    chosen, other = texts(cast, 2)
    add_pieces(campaign=campaign, assets=[chosen, other], actor=cast.ben)
    from_library = {"asset": str(chosen.pk), "campaign": str(campaign.pk), "until": "2026-01-01"}
    page = client.post("/w/acme/calendar/spread/", from_library)
    assert page.status_code == 200
    assert "1 piece is picked" in page.content.decode()
    bad = from_library | {"begin": "2098-12-01", "weekdays": "0", "clocks": "25:00", "time_zone": "UTC"}
    refused = client.post("/w/acme/calendar/spread/", bad)
    assert refused.status_code == 422
    assert "is no time of the day" in refused.content.decode()
    waiting = client.get("/w/acme/calendar/spread/").content.decode()
    assert f"?campaign={campaign.pk}" in waiting
    chooser = client.post("/w/acme/campaigns/choose/", from_library)
    assert chooser.status_code == 200  # the filter's campaign is not the answer to where they go
    shared = client.post(
        "/w/acme/shares/new/", from_library | {"recipient": "Ida", "right": "view", "days": "30"}
    )
    assert "Winter" not in shared.content.decode()
    assert [piece.asset for piece in shared.context["share"].shown.all()] == [chosen]


def test_programs_try_plan_and_take_back(cast: Cast) -> None:
    _row, token = issue_token(workspace=cast.acme, user=cast.ben, name="test", scopes=["read", "write"])
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assets = texts(cast, 2)

    def post(path: str, **body: Any) -> Any:
        return client.post(f"/api/v1/{path}", json.dumps(body), "application/json")

    body = {
        "assets": [str(one.pk) for one in assets], "begin": "2098-12-01", "weekdays": ["tue"],
        "clocks": ["10:00"], "channels": ["website"], "time_zone": "Europe/Berlin",
    }  # fmt: skip
    tried = post("calendar-spreads", **body, try_only=True)
    assert (tried.status_code, tried.json()["id"], Spread.objects.count()) == (200, None, 0)
    made = post("calendar-spreads", **body)
    assert made.status_code == 201
    assert [one["at"] for one in made.json()["items"]] == ["2098-12-02T09:00:00Z", "2098-12-09T09:00:00Z"]
    again = post("calendar-spreads", **body)
    assert (again.status_code, "None of these pieces" in again.json()["message"]) == (422, True)
    undone = post(f"calendar-spreads/{made.json()['id']}/undo")
    assert undone.json() == {"removed": 2, "kept": 0}
