"""Who is told of what: members, not strangers; others, not oneself; as each of them wants it."""

import pytest
from brandkiln.notifications.kinds import KINDS, NOT_CHOSEN, UnknownKind
from brandkiln.notifications.models import Announcement, Delivery, Endpoint, Notification, Preference
from brandkiln.notifications.services import announce
from brandkiln.workspaces.models import Role
from brandkiln.workspaces.services import accept_invitation, invite_member

from tests.factories import Cast

pytestmark = pytest.mark.django_db


def mention(cast: Cast, **changes: object) -> Announcement | None:
    facts: dict = {
        "workspace": cast.acme,
        "kind": "comment.mentioned",
        "subject": "Boots",
        "data": {"comment": "1", "on": "asset", "text": "Warmer?"},
        "actor": cast.rita,
        "people": [cast.ben, cast.rita, cast.cleo],
    }
    return announce(**facts | changes)


def test_members_are_told_and_neither_oneself_nor_a_stranger(cast: Cast) -> None:
    said = mention(cast)
    assert said is not None
    assert said.title == "Rita names you on Boots: Warmer?"
    assert [(row.person, row.mail) for row in said.notifications.all()] == [(cast.ben, "at_once")]


def test_what_nobody_wants_to_know_is_not_written(cast: Cast) -> None:
    Preference.objects.create(
        workspace=cast.acme, person=cast.ben, kind="comment.mentioned", in_app=False, mail="never"
    )
    assert mention(cast) is None
    assert not Announcement.objects.exists()


def test_admins_hear_of_quotas_and_who_gets_another_letter_gets_no_second(cast: Cast) -> None:
    data = {"unit": "pieces", "used": 80, "most": 100, "percent": 80}
    said = announce(
        workspace=cast.acme, kind="quota.near", subject="Pieces", data=data, not_by_mail=[cast.ada.email]
    )
    assert said is not None
    [row] = said.notifications.all()
    assert (row.person, row.mail) == (cast.ada, "never")


def test_endpoints_hear_of_the_kinds_that_they_chose(cast: Cast) -> None:
    for name, kinds in (("all", []), ("some", ["comment.mentioned"]), ("others", ["job.failed"])):
        Endpoint.objects.create(workspace=cast.acme, name=name, url="https://example.com", kinds=kinds)
    Endpoint.objects.create(workspace=cast.other, name="stranger", url="https://example.com")
    said = mention(cast, people=[])
    assert said is not None
    assert not Notification.objects.exists()
    heard = Delivery.objects.filter(announcement=said).values_list("endpoint__name", flat=True)
    assert set(heard) == {"all", "some"}


@pytest.mark.parametrize("changes", [{"kind": "comment.shouted"}, {"data": {"comment": "1"}}])
def test_a_kind_and_its_data_have_to_be_documented(cast: Cast, changes: dict[str, object]) -> None:
    with pytest.raises(UnknownKind):
        mention(cast, **changes)


def test_every_kind_says_its_sentence_from_its_own_fields() -> None:
    for kind in KINDS.values():
        assert str(kind.words) % {**dict.fromkeys(kind.fields, "x"), "subject": "S", "actor": "A"}
    assert set(KINDS) > NOT_CHOSEN


def test_admins_hear_of_a_new_member(cast: Cast) -> None:
    _invitation, secret = invite_member(
        workspace=cast.acme, email=cast.cleo.email, role=Role.REVIEWER, invited_by=cast.pia
    )
    accept_invitation(secret=secret, user=cast.cleo)
    [row] = Notification.objects.all()
    assert (row.person, row.announcement.title) == (cast.ada, "Cleo has joined.")
