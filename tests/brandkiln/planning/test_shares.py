"""Links for people outside: what they see, what they may, and what of it is kept."""

import io
from typing import Any

import pytest
from brandkiln.core.errors import NotAllowed, Unprocessable
from brandkiln.library.models import Asset, Hold
from brandkiln.library.revisions import revise
from brandkiln.notifications.models import Notification
from brandkiln.planning.addresses import revoke_address
from brandkiln.planning.campaigns import add_pieces, create_campaign
from brandkiln.planning.models import Share, ShareView
from brandkiln.planning.shares import create_share, decide_at
from brandkiln.planning.watermarks import preview, written
from brandkiln.review.comments import add_comment
from brandkiln.review.models import Comment, State, Step
from brandkiln.review.queries import place_of
from brandkiln.review.services import decide
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageChops

from tests.brandkiln.planning.test_calendar import text
from tests.brandkiln.planning.test_packs import picture, png
from tests.factories import Cast


def share(cast: Cast, *assets: Any, **terms: Any) -> tuple[Share, str]:
    terms = {"recipient": "Ida of Nordlicht", "right": "approve"} | terms
    terms = {"actor": cast.pia if terms.get("counts") else cast.ben} | terms
    made, secret = create_share(workspace=cast.acme, assets=assets, **terms)
    return made, f"/s/{secret}/"


def test_a_stranger_sees_the_shared_pieces_and_nothing_else(cast: Cast, client: Client) -> None:
    shown, other = text(cast, "Boots that last."), text(cast, "Secret sandals.")
    made, address = share(cast, shown, right="view")
    page = client.get(address)
    assert "Boots that last." in page.content.decode()
    assert "Secret sandals" not in page.content.decode()
    assert page["X-Robots-Tag"].startswith("noindex")
    assert page["Referrer-Policy"] == "same-origin"
    assert client.get(f"{address}{shown.pk}/").status_code == 200
    for key, rest in ((other.pk, ""), (shown.pk, "file/"), (shown.pk, "preview.jpg")):
        assert client.get(f"{address}{key}/{rest}").status_code == 404
    refused = client.post(f"{address}{shown.pk}/comment/", {"name": "Ida", "text": "Fine."})
    assert (refused.status_code, Comment.objects.count()) == (403, 0)
    made.refresh_from_db()
    assert made.views == 1
    assert list(made.log.order_by("created_at").values_list("did", flat=True)) == ["opened", "saw"]
    assert Notification.objects.filter(person=cast.ben, announcement__kind="share.opened").count() == 1
    revoke_address(made, actor=cast.ben)
    gone = client.get(address)
    assert (gone.status_code, "Ask whoever sent it for a new one" in gone.content.decode()) == (404, True)


def test_a_campaigns_link_shows_what_joins_later_and_never_what_is_held_or_thrown_away(
    cast: Cast, client: Client
) -> None:
    campaign = create_campaign(project=cast.project, name="Autumn", actor=cast.ben)
    _made, secret = create_share(workspace=cast.acme, actor=cast.ben, recipient="Ida", campaign=campaign)
    assets = [text(cast, words) for words in ("First boots.", "Held boots.", "Old boots.")]
    add_pieces(campaign=campaign, assets=assets, actor=cast.ben)
    assert f'{assets[1].pk}/" rel="next"' in client.get(f"/s/{secret}/{assets[0].pk}/").content.decode()
    Hold.objects.create(workspace=cast.acme, asset=assets[1], facts={})
    assets[2].trashed_at = timezone.now()
    assets[2].save()
    page = client.get(f"/s/{secret}/").content.decode()
    assert ["First boots" in page, "Held boots" in page, "Old boots" in page] == [True, False, False]


def test_a_visitors_comment_joins_the_review_and_they_see_the_answers_only(
    cast: Cast, client: Client
) -> None:
    asset = text(cast)
    _made, address = share(cast, asset, right="comment")
    add_comment(asset=asset, author=cast.rita, text="Between us: too dear.")
    nameless = client.post(f"{address}{asset.pk}/comment/", {"name": " ", "text": "Fine."})
    assert (nameless.status_code, "Say who you are" in nameless.content.decode()) == (422, True)
    client.post(f"{address}{asset.pk}/comment/", {"name": "Ida", "text": "<b>Warmer</b>, please."})
    kept = Comment.objects.get(guest="Ida")
    assert (kept.author, kept.sha256) == (None, asset.artifact.sha256)
    add_comment(asset=asset, author=cast.rita, text="Will do.", parent=kept)
    page = client.get(f"{address}{asset.pk}/").content.decode()
    assert "&lt;b&gt;Warmer&lt;/b&gt;" in page
    assert "Will do." in page
    assert "too dear" not in page
    assert 'value="Ida"' in page
    assert "Will do." not in Client().get(share(cast, asset)[1] + f"{asset.pk}/").content.decode()
    told = Notification.objects.filter(person=cast.ben, announcement__kind="share.decided")
    assert told.get().announcement.data["decision"] == "commented"


def test_a_visitors_verdict_is_kept_and_decides_nothing(cast: Cast, client: Client) -> None:
    asset = text(cast)
    made, address = share(cast, asset)
    verdict = {"name": "Ida", "verdict": "approve", "seen": asset.artifact.sha256}
    assert client.post(f"{address}{asset.pk}/decide/", verdict | {"seen": "0" * 64}).status_code == 422
    assert client.post(f"{address}{asset.pk}/decide/", verdict | {"verdict": "change"}).status_code == 422
    assert client.post(f"{address}{asset.pk}/decide/", verdict).status_code == 302
    step = Step.objects.get(guest="Ida")
    assert (step.kind, step.sha256) == ("approved", asset.artifact.sha256)
    assert place_of(asset).state == State.DRAFT
    assert "Ida approved" in client.get(address).content.decode()
    assert made.log.filter(did=ShareView.Did.APPROVED).exists()


def test_a_visitors_approval_is_the_second_pair_of_eyes_where_the_link_says_so_to_both(
    cast: Cast, client: Client
) -> None:
    asset = text(cast)
    type(asset).objects.filter(pk=asset.pk).update(made_by=cast.rita)
    decide(asset=asset, decision="approved", actor=cast.rita, seen=asset.artifact.sha256)
    assert place_of(asset).state == State.IN_REVIEW  # who made it alone approved it
    quiet, address = share(cast, asset)
    verdict = {"name": "Ida", "verdict": "approve", "seen": asset.artifact.sha256}
    client.post(f"{address}{asset.pk}/decide/", verdict)
    assert place_of(asset).state == State.IN_REVIEW
    assert "sees your verdict and decides" in client.get(f"{address}{asset.pk}/").content.decode()
    assert not share(cast, asset, counts=True, right="comment")[0].counts
    made, address = share(cast, asset, counts=True)
    assert "counts as a second pair of eyes" in client.get(f"{address}{asset.pk}/").content.decode()
    client.post(f"{address}{asset.pk}/decide/", verdict)
    assert place_of(asset).state == State.APPROVED
    client.force_login(cast.ben)
    for link, said in ((quiet, "decides nothing"), (made, "counts as a second pair of eyes")):
        assert said in client.get(f"/w/acme/shares/{link.pk}/").content.decode()
    client.post(f"{address}{asset.pk}/decide/", verdict | {"verdict": "change", "note": "Warmer"})
    assert place_of(asset).state == State.IN_REVIEW


def test_a_password_stands_before_every_part_of_a_link(cast: Cast, client: Client) -> None:
    asset = picture(cast, 90, 60)
    _made, address = share(cast, asset, password="felt and leather", originals=True)
    assert "Shared pieces" in client.get(address).content.decode()
    for rest in ("", "preview.jpg", "file/"):
        assert client.get(f"{address}{asset.pk}/{rest}").status_code == 404
    assert client.post(address, {"password": "felt or leather"}).status_code == 422
    assert client.post(address, {"password": "felt and leather"}).status_code == 302
    assert client.get(f"{address}{asset.pk}/preview.jpg")["Content-Type"] == "image/jpeg"
    whole = b"".join(client.get(f"{address}{asset.pk}/file/").streaming_content)  # type: ignore[attr-defined]
    assert whole == png(90, 60)  # without the receipt that members find in it
    assert Client().get(f"{address}{asset.pk}/file/").status_code == 404


def test_a_link_is_for_somebody_and_for_something(cast: Cast) -> None:
    for assets, terms in (((), {}), ((text(cast),), {"recipient": " "}), ((text(cast),), {"days": 400})):
        with pytest.raises(Unprocessable):
            share(cast, *assets, **terms)


def test_a_mark_changes_the_picture_all_over_and_its_file_says_nothing() -> None:
    source = png(1600, 800)
    plain, marked = (Image.open(io.BytesIO(preview(io.BytesIO(source), name=name))) for name in ("", "Ida"))
    assert plain.size == marked.size == (1280, 640)
    assert plain.getexif() == {}
    changed = ImageChops.difference(plain, marked).convert("L").point(lambda value: 255 * (value > 24))
    for left in range(0, 1280, 320):
        assert changed.crop((left, 0, left + 320, 640)).getbbox() is not None
    assert (written("Ida Ø", "x"), written("王芳", "acme 1a2b")) == ("Ida Ø", "acme 1a2b")


def test_a_tiny_picture_is_drawn_larger_so_that_its_mark_can_be_read() -> None:
    tiny = io.BytesIO()
    Image.new("RGB", (32, 24), "#204060").save(tiny, "PNG")
    plain, marked = (
        Image.open(io.BytesIO(preview(io.BytesIO(tiny.getvalue()), name=name))) for name in ("", "Ida")
    )
    assert (plain.size, marked.size) == ((32, 24), (320, 240))
    assert len(marked.getcolors(76_800) or []) > 20, "letters stand on it"


def test_only_a_publisher_lets_a_strangers_approval_count(cast: Cast, client: Client) -> None:
    asset = text(cast)
    client.force_login(cast.rita)
    terms = {"recipient": "Ida", "right": "approve", "days": 30, "counts": "on", "asset": str(asset.pk)}
    assert "second pair of eyes" not in client.get("/w/acme/shares/new/").content.decode()
    assert client.post("/w/acme/shares/new/", terms).status_code == 200
    assert not Share.objects.get().counts
    with pytest.raises(NotAllowed):
        share(cast, asset, counts=True, actor=cast.rita)
    assert not share(cast, asset, counts=True, right="comment", actor=cast.ben)[0].counts


def test_a_visitor_never_approves_what_was_written_while_they_pressed_the_button(cast: Cast) -> None:
    asset = text(cast)
    made, _address = share(cast, asset, counts=True)
    shown = Asset.objects.select_related("artifact").get(pk=asset.pk)  # as the visitor's request read it
    revise(asset=asset, texts=["Boots that fall apart."], seen=0, actor=cast.ben)
    with pytest.raises(Unprocessable, match="changed meanwhile"):
        decide_at(share=made, asset=shown, visitor="Ida", approve=True, seen=shown.artifact.sha256)
    assert not Step.objects.filter(asset=asset).exists()
