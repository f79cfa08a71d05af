"""Asking, deciding, commenting: who may, what it is bound to, who is told."""

from datetime import timedelta

import pytest
from brandkiln.core.errors import Conflict, NotAllowed, Unprocessable
from brandkiln.library.holds import HeldBack
from brandkiln.library.models import Asset, Hold
from brandkiln.library.revisions import restore, revise
from brandkiln.notifications.models import Delivery, Endpoint, Notification
from brandkiln.notifications.reading import said
from brandkiln.review import comments, services
from brandkiln.review.checking import people_named
from brandkiln.review.due import tell_due
from brandkiln.review.many import ask_many, decide_many
from brandkiln.review.models import Review, State
from brandkiln.review.queries import in_state, is_approved, place_of, state_of, waiting_for
from brandkiln.review.rules import forget_rules, rules_for, set_rules
from brandkiln.workspaces.models import AuditEntry, Membership
from django.test import Client
from django.utils import timezone

from tests.brandkiln.review.conftest import PARTS, text_of
from tests.factories import Cast


def decide(piece: Asset, actor: object, decision: str = "approved", **more: object) -> Review:
    piece.refresh_from_db()
    seen = piece.artifact.sha256
    return services.decide(asset=piece, decision=decision, actor=actor, seen=seen, **more)[0]  # type: ignore[arg-type]


def reword(piece: Asset, cast: Cast, *texts: str) -> Asset:
    return revise(asset=piece, texts=texts, seen=piece.revisions.count(), actor=cast.ben)


def test_an_approval_ends_with_the_next_wording_and_holds_again_with_the_old_one(
    cast: Cast, piece: Asset
) -> None:
    services.ask(asset=piece, actor=cast.ben, people=[cast.rita], note="Mind the felt.")
    assert place_of(piece).state == State.IN_REVIEW
    decide(piece, cast.rita)
    assert is_approved(piece)
    reword(piece, cast, "Boots", PARTS[1])
    place = place_of(piece)
    assert not is_approved(piece)
    assert (place.state, place.ended, place.version) == (State.DRAFT, State.APPROVED, 1)
    assert list(in_state(Asset.objects.all(), State.DRAFT)) == [piece]
    assert not in_state(Asset.objects.all(), State.APPROVED)
    restore(asset=piece, number=0, seen=1, actor=cast.ben)
    assert is_approved(piece)  # it is the very content that Rita approved
    told = Notification.objects.filter(announcement__kind="review.ended")
    assert [(one.person, one.announcement.data["now"]) for one in told] == [(cast.rita, 2)]


def test_only_the_version_that_was_looked_at_can_be_decided_about(cast: Cast, piece: Asset) -> None:
    seen = piece.artifact.sha256
    reword(piece, cast, "Boots", PARTS[1])
    with pytest.raises(Conflict, match="version 2"):
        services.decide(asset=piece, decision="approved", actor=cast.rita, seen=seen)


def test_creators_decide_nothing_and_makers_not_alone(cast: Cast, piece: Asset) -> None:
    with pytest.raises(NotAllowed):
        decide(piece, cast.ben)
    Membership.objects.filter(user=cast.ben).update(role="publisher")
    assert decide(piece, cast.ben).state == State.IN_REVIEW
    assert list(waiting_for(cast.ben, cast.acme)) == []
    assert [review.asset for review in waiting_for(cast.rita, cast.acme)] == [piece]
    assert decide(piece, cast.rita).state == State.APPROVED
    services.ask(asset=piece, actor=cast.ben, people=[cast.rita])
    assert [review.asset for review in waiting_for(cast.rita, cast.acme)] == [piece]  # a new round
    with pytest.raises(Unprocessable, match="made or edited"):
        services.ask(asset=piece, actor=cast.ada, people=[cast.ben])
    with pytest.raises(Unprocessable, match="no member"):
        people_named(cast.acme.pk, ["cleo@example.com"])


def test_rules_are_set_by_publishers_for_a_project_or_for_all(cast: Cast, piece: Asset) -> None:
    with pytest.raises(NotAllowed):
        set_rules(workspace=cast.acme, project=None, four_eyes=False, approvals=1, days=3, actor=cast.rita)
    set_rules(workspace=cast.acme, project=None, four_eyes=True, approvals=2, days=0, actor=cast.pia)
    assert decide(piece, cast.rita).state == State.IN_REVIEW
    assert services.ask(asset=piece, actor=cast.ben).due_at is None
    assert decide(piece, cast.pia).state == State.APPROVED
    set_rules(workspace=cast.acme, project=cast.project, four_eyes=False, approvals=1, days=5, actor=cast.pia)
    assert rules_for(cast.acme, cast.project).days == 5
    assert rules_for(cast.acme, None).approvals == 2
    forget_rules(project=cast.project, actor=cast.pia)
    assert rules_for(cast.acme, cast.project).approvals == 2
    with pytest.raises(Unprocessable, match="1 to 5"):
        set_rules(workspace=cast.acme, project=None, four_eyes=True, approvals=0, days=3, actor=cast.pia)


def test_refusals_need_a_reason_and_can_be_undone_by_who_said_so(cast: Cast, piece: Asset) -> None:
    with pytest.raises(Unprocessable, match="Choose a reason"):
        decide(piece, cast.rita, "rejected")
    with pytest.raises(Unprocessable, match="no reason"):
        decide(piece, cast.rita, "rejected", reasons=["colour"])
    services.ask(asset=piece, actor=cast.ben)
    assert decide(piece, cast.rita, "rejected", reasons=["facts"], note="Felt?").state == State.REJECTED
    with pytest.raises(Conflict, match="no decision of yours"):
        services.undo(asset=piece, actor=cast.pia)
    assert services.undo(asset=piece, actor=cast.rita)[0].state == State.IN_REVIEW
    assert services.withdraw(asset=piece, actor=cast.ben).state == State.DRAFT
    done = set(AuditEntry.objects.filter(action__startswith="review.").values_list("action", flat=True))
    assert done == {"review.asked", "review.rejected", "review.undone", "review.withdrawn"}


def test_what_is_held_back_is_not_approved(cast: Cast, piece: Asset) -> None:
    Hold.objects.create(
        workspace=cast.acme,
        asset=piece,
        facts={"pixel_distance": 0.0, "pixel_limit": 1.0, "feature_distance": 1, "feature_limit": 0},
    )
    with pytest.raises(HeldBack):
        decide(piece, cast.rita)
    assert decide(piece, cast.rita, "rejected", reasons=["legal"]).state == State.REJECTED


def test_a_voice_from_outside_moves_nothing(cast: Cast, piece: Asset) -> None:
    services.say_from_outside(
        asset=piece, kind="approved", guest="Client", seen=piece.artifact.sha256, note="Fine."
    )
    comments.comment_from_outside(asset=piece, guest="Client", text="Could it be red?")
    assert place_of(piece).state == State.DRAFT
    assert [step.guest for step in piece.review_steps.all()] == ["Client"]


def test_those_who_are_asked_named_or_concerned_are_told(cast: Cast, piece: Asset) -> None:
    services.ask(asset=piece, actor=cast.ben, people=[cast.rita], due_at=timezone.now() + timedelta(hours=2))
    comments.add_comment(asset=piece, author=cast.rita, text="@pia@example.com, is felt right?")
    assert tell_due() == 1
    assert tell_due() == 0
    decide(piece, cast.rita)
    told = sorted(Notification.objects.values_list("person__email", "announcement__kind"))
    assert told == [
        ("ben@example.com", "comment.added"), ("ben@example.com", "review.decided"),
        ("pia@example.com", "comment.mentioned"), ("rita@example.com", "review.asked"),
        ("rita@example.com", "review.due"),
    ]  # fmt: skip


def test_private_notes_are_for_reviewers(cast: Cast, piece: Asset) -> None:
    members = {m.user_id: m for m in Membership.objects.filter(workspace=cast.acme).select_related("user")}
    with pytest.raises(NotAllowed):
        comments.add_comment(asset=piece, author=cast.ben, text="Hm.", is_private=True)
    note = comments.add_comment(
        asset=piece, author=cast.rita, text="@ben@example.com is new.", is_private=True
    )
    comments.add_comment(asset=piece, author=cast.pia, text="I know.", parent=note)
    assert not comments.comments_for(piece, members[cast.ben.pk])
    assert comments.comments_for(piece, members[cast.pia.pk]).count() == 2
    assert not Notification.objects.filter(person=cast.ben)


def test_a_thread_is_answered_changed_resolved_and_taken_back(cast: Cast, piece: Asset) -> None:
    place = {"kind": "passage", "start": 0, "end": 5, "quote": "Boots"}
    first = comments.add_comment(asset=piece, author=cast.ben, text="Or shoes?", place=place)
    assert first.place["after"].startswith(" that last")
    comments.resolve_comment(comment=first, actor=cast.rita)
    answer = comments.add_comment(asset=piece, author=cast.rita, text="Boots.", parent=first)
    first.refresh_from_db()
    assert first.resolved_at is None
    with pytest.raises(NotAllowed):
        comments.edit_comment(comment=first, actor=cast.rita, text="No.")
    assert comments.edit_comment(comment=first, actor=cast.ben, text="Or clogs?").edited_at
    with pytest.raises(NotAllowed):
        comments.delete_comment(comment=first, actor=cast.pia)
    comments.delete_comment(comment=first, actor=cast.ben)
    first.refresh_from_db()
    assert (first.text, bool(first.deleted_at)) == ("", True)
    comments.delete_comment(comment=answer, actor=cast.ada)
    assert piece.comments.count() == 1
    with pytest.raises(Unprocessable, match="A passage belongs to a text"):
        comments.add_comment(asset=piece, author=cast.ben, text="Here", place={"kind": "region"})


def test_many_are_decided_each_by_itself_and_read_with_one_query(
    cast: Cast, piece: Asset, django_assert_num_queries: object
) -> None:
    pieces = [piece, *(text_of(cast, ["A", f"B {n}"]) for n in range(2))]
    Asset.objects.filter(pk=pieces[1].pk).update(trashed_at=timezone.now())
    assert len(ask_many(assets=pieces, actor=cast.ben).done) == 2
    outcome = decide_many(assets=pieces, decision="approved", actor=cast.rita)
    assert [asset.pk for asset in outcome.done] == [pieces[0].pk, pieces[2].pk]
    assert "trash" in outcome.refused[0][1]
    with django_assert_num_queries(1):  # type: ignore[operator]
        states = [place.state for place in state_of(pieces).values()]
    assert states == [State.APPROVED, State.DRAFT, State.APPROVED]


def test_what_is_due_together_is_told_together_in_each_workspace(cast: Cast) -> None:
    soon = timezone.now() + timedelta(hours=2)
    ask_many(
        assets=[text_of(cast, ["A", f"B {n}"]) for n in range(3)],
        actor=cast.ben,
        people=[cast.rita],
        due_at=soon,
    )
    Notification.objects.all().delete()
    assert (tell_due(), tell_due()) == (3, 0)
    told = Notification.objects.get().announcement
    assert (said(told), told.data["count"]) == ("3 reviews are due.", 3)


def test_who_decides_about_many_tells_each_maker_once_and_webhooks_each_by_itself(
    cast: Cast, client: Client
) -> None:
    pieces = [text_of(cast, ["A", f"B {n}"]) for n in range(3)]
    other = text_of(cast, ["A", "B"])
    Asset.objects.filter(pk=other.pk).update(made_by=cast.pia)
    type(other.job).objects.filter(pk=other.job_id).update(requested_by=cast.pia)
    Asset.objects.filter(pk=pieces[2].pk).update(trashed_at=timezone.now())
    Endpoint.objects.create(workspace=cast.acme, name="Site", url="https://example.com")
    ask_many(assets=pieces, actor=cast.ben, people=[cast.rita])
    Notification.objects.all().delete()
    decide_many(assets=[*pieces, other], decision="approved", actor=cast.rita)
    told = {
        row.person: row.announcement for row in Notification.objects.select_related("announcement__actor")
    }
    assert said(told[cast.ben]) == "Rita approved 2 pieces."
    assert told[cast.pia].data["asset"] == str(other.pk)
    assert Delivery.objects.filter(announcement__kind="review.decided").count() == 3
    client.force_login(cast.ben)
    page = client.get(told[cast.ben].path).content.decode()
    assert "Rita approved 2 pieces." in page
    assert [str(one.pk) in page for one in (*pieces, other)] == [True, True, False, False]
