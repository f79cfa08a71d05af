"""Webhooks: signed, sent to real local servers that behave well and badly, retried, given up, paused, sent again."""

import base64
import hmac
import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.notifications import endpoints, posting, signing, wire
from brandkiln.notifications.models import Attempt, Delivery, Endpoint, Notification
from brandkiln.notifications.posting import TRIES, deliver, deliver_due, take, wait_after
from brandkiln.notifications.services import announce
from brandkiln.workspaces.models import AuditEntry
from brandkiln.workspaces.switches import save_switches
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone

from tests.brandkiln.notifications.receiving import receiver
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _local(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["localhost"]


def hook(cast: Cast, url: str, kinds: list[str] | None = None) -> tuple[Endpoint, str]:
    return endpoints.create_endpoint(
        workspace=cast.acme, actor=cast.ada, name="Shop", url=url, kinds=kinds or []
    )


def say(cast: Cast) -> Delivery:
    said = announce(
        workspace=cast.acme, kind="comment.mentioned", subject="Böots", actor=cast.rita,
        data={"comment": "1", "on": "asset", "text": "Warmer?"}, path="/w/acme/library/",
    )  # fmt: skip
    assert said is not None
    return Delivery.objects.get(announcement=said)


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks specification and of its reference libraries.
    made = signing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330, body=b'{"test": 2432232314}',
    )  # fmt: skip
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_arrives_signed_by_both_secrets_while_one_is_changed(cast: Cast) -> None:
    with receiver() as server:
        endpoint, first = hook(cast, server.url)
        second = endpoints.rotate_secret(endpoint=endpoint, actor=cast.ada)
        delivery = say(cast)
        assert deliver_due() == 1
        headers, body, path = server.got[0]
    assert path == "/hook?from=studio"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for secret, given in zip([second, first], headers["webhook-signature"].split(), strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        assert given == "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    checked = example()
    assert checked(first, headers, body)
    assert checked(second, headers, body)
    assert not checked(signing.new_secret(), headers, body)
    assert not checked(first, headers, body + b" ")
    assert not checked(first, headers | {"webhook-timestamp": "1700000000"}, body)
    told = json.loads(body)
    assert (told["type"], told["data"]["workspace"]) == ("comment.mentioned", "acme")
    assert told["data"]["details"] == {"comment": "1", "on": "asset", "text": "Warmer?"}
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    [attempt] = delivery.tries.all()
    assert (attempt.status, attempt.response) == (200, "thanks")
    assert first.encode() not in bytes(Endpoint.objects.get().sealed_old_secret)
    Endpoint.objects.update(old_until=timezone.now() - timedelta(seconds=1))
    assert endpoints.secrets_of(Endpoint.objects.get()) == [second]


@pytest.mark.parametrize("status", [500, 302, 0])
def test_what_is_no_good_answer_is_tried_again_under_the_same_id(
    cast: Cast, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = wire.send
    monkeypatch.setattr(wire, "send", lambda *given: send(*given, seconds=0.3))
    with receiver(status, 200, Location="http://localhost:1/") as server:
        hook(cast, server.url)
        delivery = say(cast)
        assert (deliver_due(), deliver_due()) == (1, 0)  # the second try is not due yet
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("waiting", 1)
        assert Endpoint.objects.get().failures == 1
        Delivery.objects.update(due_at=timezone.now())
        assert deliver_due() == 1
        assert server.got[0][0]["webhook-id"] == server.got[1][0]["webhook-id"]
        assert server.got[0][1] == server.got[1][1]
    delivery.refresh_from_db()
    assert (delivery.state, Endpoint.objects.get().failures) == ("delivered", 0)
    first = Attempt.objects.order_by("created_at").first()
    assert first is not None
    assert (first.status or 0) == status
    assert bool(first.error) == (status != 500)


def test_the_waits_grow_to_a_day_and_then_it_is_given_up(cast: Cast) -> None:
    assert sum(posting.FIRST_WAIT * posting.GROWTH**n for n in range(TRIES - 1)) == 81_915
    assert 0.8 * 240 <= wait_after(3) <= 1.2 * 240
    hook(cast, "http://localhost:9/")
    delivery = say(cast)
    Delivery.objects.update(attempts=TRIES - 1)
    deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == "given_up"
    endpoints.send_again(delivery=delivery)
    taken = take()
    assert taken is not None
    assert (taken.pk, taken.attempts) == (delivery.pk, 1)


def test_a_sender_that_died_is_made_up_for_and_one_that_comes_back_ends_nothing(cast: Cast) -> None:
    with receiver(500) as server:
        hook(cast, server.url)
        say(cast)
        lost = take()
        assert lost is not None
        assert take() is None
        Delivery.objects.update(due_at=timezone.now())
        again = take()
        assert again is not None
        server.answers = [200]
        assert deliver(again)
        server.answers = [500]
        assert not deliver(lost)
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.parametrize(("status", "hours", "paused"), [(410, 0, True), (500, 25, True), (500, 1, False)])
def test_an_endpoint_without_hope_is_paused_and_its_admins_hear_of_it(
    cast: Cast, status: int, hours: int, paused: bool
) -> None:
    with receiver(status) as server:
        endpoint, _secret = hook(cast, server.url)
        Endpoint.objects.update(failures=30, failing_since=timezone.now() - timedelta(hours=hours))
        say(cast)
        deliver_due()
    endpoint.refresh_from_db()
    assert endpoint.is_on is not paused
    assert (
        Notification.objects.filter(person=cast.ada, announcement__kind="webhook.paused").exists() is paused
    )
    if paused:
        assert take() is None
        endpoints.resume_endpoint(endpoint=endpoint, actor=cast.ada)
        endpoint.refresh_from_db()
        assert (endpoint.is_on, endpoint.failures) == (True, 0)


def test_an_answer_that_drips_is_cut_off_when_its_time_is_over() -> None:
    with receiver() as server:
        server.drips = True
        begun = time.monotonic()
        answer = wire.send(server.url, b"{}", {}, seconds=0.5)
        assert time.monotonic() - begun < 3
    assert answer.status == 200
    assert set(answer.body) == {"."}


def test_one_endpoint_that_hangs_holds_up_no_other(cast: Cast) -> None:
    first, _one = hook(cast, "http://localhost:9/a")
    for _ in range(3):
        say(cast)
    second, _two = endpoints.create_endpoint(
        workspace=cast.acme, actor=None, name="B", url="http://localhost:9/b"
    )
    endpoints.send_test(endpoint=second, actor=None)
    busy = posting.Counter({first.pk: posting.EACH})
    taken = take(busy)
    assert taken is not None
    assert taken.endpoint.name == "B"
    assert take(busy) is None


@pytest.mark.parametrize(
    ("url", "kinds", "field"),
    [
        ("https://169.254.169.254/latest", [], "url"),
        ("https://[::ffff:10.0.0.1]/", [], "url"),
        ("http://example.com/", [], "url"),
        ("https://user:pass@example.com/", [], "url"),
        ("https://example.com/", ["job.exploded"], "kinds"),
        ("https://example.com/", ["webhook.test"], "kinds"),
    ],
)
def test_addresses_and_kinds_are_checked(cast: Cast, url: str, kinds: list[str], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        hook(cast, url, kinds)
    assert set(refused.value.fields) == {field}
    assert "REMOTE_HOSTS" not in str(refused.value.fields)


def test_a_name_that_leads_to_a_private_address_is_not_reached(cast: Cast, settings: Any) -> None:
    with receiver() as server:
        hook(cast, server.url)
        say(cast)
        settings.WEBHOOK_HOSTS = []
        Endpoint.objects.update(url=server.url.replace("http:", "https:"))
        deliver_due()
        assert not server.got
    assert "private network" in Attempt.objects.get().error


def test_tls_is_checked_against_the_host(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = tmp_path / "both.pem"
    certificate.write_bytes(self_signed("localhost"))
    with receiver(certificate=certificate) as server:
        hook(cast, server.url)
        say(cast)
        deliver_due()
        assert "CERTIFICATE_VERIFY_FAILED" in Attempt.objects.get().error
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        Delivery.objects.update(due_at=timezone.now())
        deliver_due()
    assert Delivery.objects.get().state == "delivered"


def test_the_log_of_what_was_done_names_no_secret(cast: Cast) -> None:
    endpoint, secret = hook(cast, "https://example.com/hook?key=hidden")
    endpoints.pause_endpoint(endpoint=endpoint, actor=cast.ada)
    endpoints.delete_endpoint(endpoint=endpoint, actor=cast.ada)
    told = json.dumps(list(AuditEntry.objects.values("action", "data")), default=str)
    assert "webhook.created" in told
    assert "webhook.deleted" in told
    assert "hidden" not in told
    assert secret not in told


def example() -> Any:
    """Return the function with which docs/webhooks.md checks a message."""
    text = (settings.ROOT / "docs" / "webhooks.md").read_text()
    names: dict[str, Any] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], names)
    return names["is_from_brandkiln"]


def self_signed(host: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)


def test_a_server_that_lets_its_handshake_drip_is_cut_off() -> None:
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        line, _address = server.accept()
        with line:
            line.sendall(b"\x16\x03\x03\x40\x00")  # a record of the handshake that is said to be long
            while not over.wait(0.05):
                line.sendall(b"\x02")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=[server], daemon=True)
        thread.start()
        begun, answer = time.monotonic(), list[wire.Answer]()
        asking = threading.Thread(
            target=lambda: answer.append(
                wire.send(f"https://localhost:{server.getsockname()[1]}/", b"{}", {}, seconds=0.5)
            ),
            daemon=True,
        )
        asking.start()
        asking.join(5)
        over.set()
        thread.join(5)
    assert [one.error for one in answer] == ["It did not answer within 0.5 seconds."]
    assert time.monotonic() - begun < 4


def test_what_waits_is_not_sent_once_webhooks_are_switched_off(cast: Cast) -> None:
    with receiver() as server:
        hook(cast, server.url)
        delivery = say(cast)
        save_switches(workspace=cast.acme, actor=cast.ada, off=["webhooks"])
        assert deliver_due() == 1
        assert server.got == []
        delivery.refresh_from_db()
        assert "switched off" in delivery.tries.get().error
        save_switches(workspace=cast.acme, actor=cast.ada, off=[])
        Delivery.objects.update(due_at=timezone.now())
        assert deliver_due() == 1
        assert len(server.got) == 1
