"""The pages of review: what waits, one piece, the mode, comparing, rules."""

import json

import pytest
from brandkiln.dashboard.views import review_pages
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.review import comments, services
from brandkiln.review.models import ReviewRules, State
from brandkiln.review.queries import place_of
from django.test import Client

from tests.brandkiln.review.conftest import PARTS, text_of
from tests.factories import Cast


@pytest.fixture
def piece(cast: Cast) -> Asset:
    return text_of(cast, PARTS)


def client_of(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def at(piece: Asset, rest: str = "") -> str:
    return f"/w/acme/review/{piece.pk}/{rest}"


def test_from_asking_to_approval_to_the_edit_that_ends_it(cast: Cast, piece: Asset) -> None:
    ben, rita = client_of(cast.ben), client_of(cast.rita)
    ben.post(at(piece, "ask/"), {"people": "rita@example.com", "note": "Mind the felt."})
    assert "Mind the felt." in rita.get(at(piece)).content.decode()
    assert str(piece.pk) in rita.get("/w/acme/review/").content.decode()
    place = json.dumps({"kind": "passage", "start": 0, "end": 5, "quote": ""})
    shown = rita.post(
        at(piece, "comments/"), {"text": "Or shoes?", "place": place}, headers={"X-Part": "piece"}
    )
    assert f'data-marks="{piece.comments.get().pk}">Boots</mark>' in shown.content.decode()
    mode = rita.get("/w/acme/review/mode/").content.decode()
    assert f'data-piece="{piece.pk}"' in mode
    answer = rita.post(
        at(piece, "decide/"),
        {"decision": "approved", "seen": piece.artifact.sha256},
        headers={"Accept": "application/json"},
    )
    assert answer.json() == {"message": "Approved"}
    ben.post(f"/w/acme/library/{piece.pk}/edit/", {"part-0": "Shoes", "part-1": PARTS[1], "seen": "0"})
    page = ben.get(at(piece)).content.decode()
    assert "Approved was version 1; this is version 2." in page
    assert "<del>Boots that last</del><ins>Shoes</ins>" in page
    assert "was about, in version 1:" in page
    assert 'data-review-state="ended"' in ben.get(f"/w/acme/library/{piece.pk}/").content.decode()


def test_a_comment_shows_whom_it_names_by_name(cast: Cast, piece: Asset) -> None:
    rita = client_of(cast.rita)
    rita.post(at(piece, "comments/"), {"text": "<b>Warmer</b>, @ben@example.com?"})
    shown = client_of(cast.ben).get(at(piece)).content.decode()
    name = f'<span class="mention" title="ben@example.com">@{cast.ben}</span>?'
    assert f"&lt;b&gt;Warmer&lt;/b&gt;, {name}" in shown


def test_a_script_is_told_why_and_undoes(cast: Cast, piece: Asset) -> None:
    rita, as_json = client_of(cast.rita), {"Accept": "application/json"}
    refused = rita.post(at(piece, "decide/"), {"decision": "approved", "seen": "0"}, headers=as_json)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    rita.post(
        at(piece, "decide/"), {"decision": "rejected", "seen": piece.artifact.sha256, "reasons": "tone"}
    )
    assert place_of(piece).state == State.REJECTED
    assert rita.post(at(piece, "undo/"), headers=as_json).json() == {"message": "The decision is taken back."}
    assert rita.post(at(piece, "undo/"), headers=as_json).status_code == 409


def test_queues_are_paged_in_their_order_without_more_queries_for_more_pieces(
    cast: Cast, django_assert_max_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_pages, "PAGE", 4)
    for number in range(6):
        services.ask(asset=text_of(cast, [f"Piece {number}", "B"]), actor=cast.ben)
    rita = client_of(cast.rita)
    for by in ("due", "likely", "new"):
        with django_assert_max_num_queries(32):  # type: ignore[operator]
            first = rita.get(f"/w/acme/review/?by={by}")
        second = rita.get(f"/w/acme/review/?by={by}&cursor={first.context['next']}")
        shown = [row[0].pk for page in (first, second) for row in page.context["rows"]]
        assert len(set(shown)) == len(shown) == 6
        assert second.context["next"] == ""
    for who in ("me", "asked", "all", "changes", "drafts"):
        assert rita.get(f"/w/acme/review/?who={who}&kind=text&project=spring").status_code == 200
    for scope in ("campaign", "bulk", "job"):
        job = Asset.objects.values_list("job", flat=True)[0]
        found = rita.get("/w/acme/review/mode/", {scope: str(job)}).context["keys"]
        assert len(found) == (scope == "job")
    chosen = shown[:2]
    mode = rita.get("/w/acme/review/mode/", {"asset": [str(key) for key in chosen]})
    assert set(mode.context["keys"]) == set(map(str, chosen))


def test_many_are_picked_asked_compared_and_approved(cast: Cast, piece: Asset) -> None:
    other = text_of(cast, ["Boots that wear", PARTS[1]])
    keys = [str(piece.pk), str(other.pk)]
    many, rita = "/w/acme/review/many/", client_of(cast.rita)
    client_of(cast.ben).post(many, {"asset": keys, "do": "ask"})
    assert place_of(other).state == State.IN_REVIEW
    page = rita.post(many, {"asset": keys, "do": "compare"}, follow=True).content.decode()
    assert "<del>wear</del><ins>last</ins>" in page
    for number in ("1", "7", "015", "9" * 5000):
        shown = rita.get("/w/acme/review/compare/", {"asset": keys, "against": number})
        assert (shown.status_code, shown.context["against"]) == (200, int(number == "1"))
    rita.post(many, {"asset": keys, "do": "approve"})
    assert place_of(piece).state == place_of(other).state == State.APPROVED
    client_of(cast.ben).post(many, {"asset": keys, "do": "reject", "why": "No."})
    assert place_of(piece).state == State.APPROVED


def test_rules_are_kept_for_a_project_and_forgotten(cast: Cast) -> None:
    pia, sent = client_of(cast.pia), {"project": "spring", "approvals": "2", "days": "0"}
    pia.post("/w/acme/review/rules/", sent)
    assert (ReviewRules.objects.get().approvals, ReviewRules.objects.get().four_eyes) == (2, False)
    assert "As the workspace has it" in pia.get("/w/acme/review/rules/").content.decode()
    client_of(cast.rita).post("/w/acme/review/rules/", sent | {"approvals": "1"})
    assert ReviewRules.objects.get().approvals == 2
    pia.post("/w/acme/review/rules/", sent | {"forget": "1"})
    assert not ReviewRules.objects.exists()


def test_a_creator_sees_no_private_note_and_changes_no_thread_by_its_address(
    cast: Cast, piece: Asset
) -> None:
    note = comments.add_comment(asset=piece, author=cast.rita, text="Between us.", is_private=True)
    ben = client_of(cast.ben)
    assert "Between us." not in ben.get(at(piece)).content.decode()
    assert ben.post(at(piece, f"comments/{note.pk}/")).status_code == 404
    assert "Between us." in client_of(cast.pia).get(at(piece)).content.decode()


def test_parts_are_kept_while_the_rest_is_written_anew(cast: Cast) -> None:
    piece = text_of(cast, PARTS)
    params = {"format": "seo", "product": "Felt boots, warm", "seed": 7}
    Job.objects.filter(pk=piece.job_id).update(params=params)
    ben = client_of(cast.ben)
    assert "Write the rest anew" in ben.get(f"/w/acme/library/{piece.pk}/").content.decode()
    ben.post(at(piece, "lock/"), {"keep": ["0", "1"]})
    assert not Job.objects.filter(state="queued").exists()
    ben.post(at(piece, "lock/"), {"keep": "0"})
    made = Job.objects.get(state="queued").params
    assert (made["locked"], made["product"]) == ([PARTS[0], ""], "Felt boots, warm")
