"""What admins look after: features that services refuse, the audit log with its filters, pages and API."""

import json

import pytest
from brandkiln.connections.services import create_connection
from brandkiln.jobs.services import FEATURE_OF, submit_job
from brandkiln.notifications.endpoints import create_endpoint
from brandkiln.notifications.letters import send_letters
from brandkiln.notifications.models import Digest, Notification
from brandkiln.notifications.preferences import save_choices, save_digest, stop_token
from brandkiln.notifications.services import announce
from brandkiln.workspaces import audit
from brandkiln.workspaces.models import AuditEntry, Membership, Workspace
from brandkiln.workspaces.services import issue_token, record_audit, remove_member
from brandkiln.workspaces.switches import FEATURES, SwitchedOff, save_switches
from django.core import mail
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from tests.brandkiln.world import make_world
from tests.factories import Cast

pytestmark = pytest.mark.django_db
MENTION = {"comment": "1", "on": "asset", "text": "Warmer?"}


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def tell(cast: Cast, kind: str = "comment.mentioned") -> None:
    announce(
        workspace=cast.acme, kind=kind, subject="Boots", data=MENTION, actor=cast.rita, people=[cast.ben],
        path="/w/acme/library/",
    )  # fmt: skip


def test_what_is_switched_off_no_service_does(cast: Cast) -> None:
    workspace = save_switches(workspace=cast.acme, actor=cast.ada, off=FEATURES)
    for kind in FEATURE_OF:
        with pytest.raises(SwitchedOff, match="switched off"):
            submit_job(workspace=workspace, project=cast.project, requested_by=cast.ben, kind=kind)
    with pytest.raises(SwitchedOff):
        create_endpoint(workspace=workspace, actor=cast.ada, name="A", url="https://example.com")
    with pytest.raises(SwitchedOff):
        create_connection(
            workspace=workspace, actor=cast.ada, name="A", base_url="https://example.com/v1", model="m"
        )
    told = AuditEntry.objects.filter(action="feature.off").values_list("subject", flat=True)
    assert set(told) == set(FEATURES)
    signed_in(cast.ada).post("/w/acme/settings/features/", dict.fromkeys(FEATURES, "on"))
    assert Workspace.objects.get(slug="acme").switched_off == []


def test_the_audit_log_is_filtered_and_kept_as_files(cast: Cast) -> None:
    record_audit(
        workspace=cast.acme, actor=cast.ada, action="dataset.trashed", subject="=Shoes", data={"n": 1}
    )
    record_audit(workspace=cast.acme, actor=None, action="webhook.paused", subject="Shop")
    record_audit(workspace=cast.other, actor=cast.cleo, action="dataset.trashed", subject="Hers")
    client = signed_in(cast.ada)
    page = client.get(
        "/w/acme/settings/audit/", {"who": str(cast.ada.pk), "what": "dataset"}
    ).content.decode()
    assert "Data set: moved to the trash" in page
    assert "Shop" not in page
    lines = b"".join(client.get("/w/acme/settings/audit/audit.jsonl", {"subject": "sho"}).streaming_content)
    assert [json.loads(line)["subject"] for line in lines.splitlines()] == ["Shop", "=Shoes"]
    table = b"".join(
        client.get("/w/acme/settings/audit/audit.csv", {"who": "studio"}).streaming_content
    ).decode()
    assert "Webhook: paused" in table
    assert "Hers" not in table
    table = b"".join(
        client.get("/w/acme/settings/audit/audit.csv", {"what": "dataset.trashed"}).streaming_content
    )
    assert b"'=Shoes" in table
    assert audit.meaning("dataset.trashed") == "Data set: moved to the trash"
    assert list(audit.entries_of(cast.acme, since="2999-01-01", until="nonsense")) == []


def test_reading_is_undone_and_a_stranger_has_nothing_to_read(cast: Cast) -> None:
    tell(cast)
    row = Notification.objects.get()
    client = signed_in(cast.ben)
    assert "names you on Boots" in client.get("/w/acme/notifications/").content.decode()
    followed = client.get(f"/w/acme/notifications/{row.pk}/")
    assert (followed.status_code, followed["Location"]) == (302, "/w/acme/library/")
    assert "seen everything" in client.get("/w/acme/notifications/?show=unread").content.decode()
    client.post("/w/acme/notifications/unread/", {"notification": str(row.pk)})
    client.post("/w/acme/notifications/read/")
    client.post("/w/acme/notifications/unread/")
    row.refresh_from_db()
    assert row.read_at is None
    assert signed_in(cast.rita).get(f"/w/acme/notifications/{row.pk}/").status_code == 404
    token = issue_token(workspace=cast.acme, user=cast.ben, name="t", scopes=["read"])[1]
    headers = {"Authorization": f"Bearer {token}"}
    [told] = Client(headers=headers).get("/api/v1/notifications?unread=true").json()["items"]
    assert told["said"] == "Rita names you on Boots: Warmer?"
    assert Client(headers=headers).get("/api/v1/audit").status_code == 403


def test_letters_go_out_at_once_or_in_a_digest_and_are_stopped_by_their_link(
    cast: Cast, settings: object
) -> None:
    settings.EMAIL_HOST = "mail"  # type: ignore[attr-defined]
    tell(cast)
    assert (send_letters(), send_letters()) == (1, 0)
    [letter] = mail.outbox
    assert letter.subject == "Rita names you on Boots: Warmer?"
    assert letter.to == ["ben@example.com"]
    [page, media_type] = letter.alternatives[0]
    assert media_type == "text/html"
    assert "Rita names you on Boots: Warmer?" in page
    assert letter.extra_headers["List-Unsubscribe"].strip("<>") in page
    assert "<script" not in page
    assert "url(" not in page, "a letter fetches nothing"
    stop = letter.extra_headers["List-Unsubscribe"].strip("<>").partition("/letters/")[2]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Client(enforce_csrf_checks=True).post(f"/letters/{stop}").status_code == 200
    tell(cast)
    assert send_letters() == 0
    save_choices(workspace=cast.acme, person=cast.ben, choices={"comment.mentioned": (True, "digest")})
    for _ in range(3):
        tell(cast)
    assert send_letters() == 0
    assert (Digest.objects.get().every, Digest.objects.get().due_at.hour) == ("day", 8)
    save_digest(
        workspace=cast.acme, person=cast.ben, every="week", hour=7, weekday=2, time_zone="Asia/Shanghai"
    )
    digest = Digest.objects.get()
    assert (digest.due_at.hour, digest.due_at.weekday()) == (23, 1)  # Wednesday at seven in Shanghai
    assert send_letters() == 0
    seen = Notification.objects.filter(mail="digest").first()
    Notification.objects.filter(pk=seen.pk).update(read_at=timezone.now())  # type: ignore[union-attr]
    Digest.objects.update(due_at=timezone.now())
    assert (send_letters(), send_letters()) == (1, 0)
    assert mail.outbox[-1].subject == "Acme: 2 things that you have not seen"
    assert mail.outbox[-1].alternatives[0][0].count("Rita names you on Boots") == 2
    signed_in(cast.ben).post("/i18n/setlang/", {"language": "zh-hans"})
    with override("zh-hans"):  # the page at which somebody signs in, until they choose
        signed_in(cast.rita)
    people = type(cast.ben).objects.filter(pk__in=[cast.ben.pk, cast.rita.pk])
    assert set(people.values_list("language", flat=True)) == {"zh-hans"}
    tell(cast)
    Digest.objects.update(due_at=timezone.now())
    with override("en"):  # whatever the process that sends it speaks
        assert send_letters() == 1
    assert "中提到您" in mail.outbox[-1].body
    assert Digest.objects.get().due_at > timezone.now()
    assert Client().get(f"/letters/stop/{stop_token(cast.acme, cast.ben, '')}/").status_code == 200


@pytest.mark.parametrize("mail_time", ["at_once", "digest"])
def test_who_is_no_member_any_more_gets_no_letter_of_before(
    mail_time: str, cast: Cast, settings: object
) -> None:
    settings.EMAIL_HOST = "mail.example.com"  # type: ignore[attr-defined]
    choices = {"comment.mentioned": (True, mail_time)}
    save_choices(workspace=cast.acme, person=cast.ben, choices=choices)
    save_digest(workspace=cast.acme, person=cast.ben, every="day", hour=8)
    tell(cast)
    Digest.objects.update(due_at=timezone.now())
    remove_member(membership=Membership.objects.get(workspace=cast.acme, user=cast.ben), actor=cast.ada)
    assert (send_letters(), mail.outbox) == (0, [])
    assert send_letters() == 0


def test_without_exports_nothing_goes_out_that_was_made_before(cast: Cast) -> None:
    ours, client = make_world(cast.acme, cast.project, cast.ada), signed_in(cast.ada)
    addresses = [
        f"/w/acme/checkpoints/{ours.keys['checkpoint']}/download/",
        f"/w/acme/checkpoints/{ours.keys['checkpoint']}/files/{ours.keys['made']}/",
        f"/w/acme/packs/{ours.keys['pack']}/x.zip",
        *(f"/w/acme/bulk/{ours.keys['bulk']}/results/{form}/" for form in ("csv", "xlsx", "zip")),
    ]
    picked = {"asset": [str(ours.keys["asset"])]}

    def statuses() -> set[int]:
        answers = [*map(client.get, addresses), client.post("/w/acme/library/download/", picked)]
        for answer in answers:
            list(answer)  # which closes its file
        return {answer.status_code for answer in answers}

    assert statuses() == {200}
    save_switches(workspace=cast.acme, actor=cast.ada, off=["exports"])
    assert statuses() == {403}
    _token, text = issue_token(workspace=cast.acme, user=cast.ada, name="t", scopes=["read"])
    program = Client(headers={"Authorization": f"Bearer {text}"})
    for path in (
        f"checkpoints/{ours.keys['checkpoint']}/download",
        f"checkpoints/{ours.keys['checkpoint']}/files/{ours.keys['made']}",
        f"packs/{ours.keys['pack']}/files/x",
        f"bulks/{ours.keys['bulk']}/results?form=csv",
    ):
        assert program.get(f"/api/v1/{path}").status_code == 403, path
