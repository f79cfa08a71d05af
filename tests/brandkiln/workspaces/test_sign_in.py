"""Single sign-on against a small OpenID Connect provider on this machine, and the roles that its groups grant."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from brandkiln.core.models import User
from brandkiln.workspaces.models import AuditEntry, Membership
from brandkiln.workspaces.sign_in import grants, groups_in
from django.test import Client

from tests.factories import Cast

pytestmark = pytest.mark.django_db
KEY = "the provider's own key, 32 bytes long"


class Provider:
    """A provider with one person, whose claims a test changes."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, list[str]] = {}
        outer = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/.well-known/openid-configuration":
                    paths = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys",
                             "userinfo_endpoint": "me"}  # fmt: skip
                    answer: Any = {name: f"{outer.url}/{path}" for name, path in paths.items()}
                    answer |= {
                        "issuer": outer.url,
                        "token_endpoint_auth_methods_supported": ["client_secret_post"],
                    }
                else:
                    assert self.headers["Authorization"] == "Bearer access"
                    answer = outer.claims
                self.say(answer)

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.asked = parse_qs(text)
                now = int(time.time())
                claims = {"iss": outer.url, "aud": "studio", "iat": now, "exp": now + 60, **outer.claims}
                token = jwt.encode(claims, KEY, algorithm="HS256")
                self.say({"access_token": "access", "token_type": "Bearer", "id_token": token})

            def say(self, answer: Any) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def end(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.end()


@pytest.fixture
def provider(running: Provider, settings: Any) -> Provider:
    app = {
        "provider_id": "oidc", "name": "Company", "client_id": "studio", "secret": "s",
        "settings": {"server_url": running.url, "oauth_pkce_enabled": True, "scope": ["openid email groups"]},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    settings.OIDC_ROLES = ["marketing=acme:creator", "leads=acme:publisher", "leads=other:reviewer"]
    running.claims = {
        "sub": "42",
        "email": "dora@example.com",
        "email_verified": True,
        "groups": ["marketing"],
    }
    return running


def come_in(provider: Provider, **claims: Any) -> Client:
    """Sign in as a person does: button, provider, back."""
    provider.claims = provider.claims | claims
    client = Client()
    away = client.post("/accounts/oidc/oidc/login/")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["scope"] == ["openid email groups"]
    assert asked["code_challenge_method"] == ["S256"]
    client.get("/accounts/oidc/oidc/login/callback/", {"code": "c", "state": asked["state"][0]})
    return client


def roles(email: str = "dora@example.com") -> dict[str, str]:
    rows = Membership.objects.filter(user__email=email)
    return dict(rows.values_list("workspace__slug", "role"))


def test_groups_open_the_studio_and_say_the_role(cast: Cast, provider: Provider) -> None:
    client = come_in(provider)
    assert client.get("/w/acme/").status_code == 200
    assert roles() == {"acme": "creator"}
    assert "code_verifier" in provider.asked
    come_in(provider, groups=["marketing", "leads"])
    assert roles() == {"acme": "publisher", "other": "reviewer"}
    come_in(provider, groups=[])
    assert roles() == {}
    assert AuditEntry.objects.filter(action="member.joined", subject="dora@example.com").exists()


def test_a_stranger_without_a_group_stays_outside(cast: Cast, provider: Provider) -> None:
    come_in(provider, groups=["sales"])
    assert not User.objects.filter(email="dora@example.com").exists()


def test_an_account_that_is_there_is_taken_over_only_where_the_provider_is_trusted(
    cast: Cast, provider: Provider, settings: Any
) -> None:
    come_in(provider, email="ben@example.com", sub="7", groups=["leads"])
    assert roles("ben@example.com") == {"acme": "creator"}
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
    come_in(provider, email="ben@example.com", sub="7", email_verified=False, groups=["leads"])
    assert roles("ben@example.com") == {"acme": "creator"}
    come_in(provider, email="ben@example.com", sub="7", email_verified=True, groups=["leads"])
    # Who was invited by hand keeps the role that people gave.
    assert roles("ben@example.com") == {"acme": "creator", "other": "reviewer"}


def test_claims_may_be_nested_and_entries_are_checked() -> None:
    assert groups_in(
        {"userinfo": {"realm": {"roles": ["a"]}}, "id_token": {"realm": "b"}}, "realm.roles"
    ) == {"a"}
    assert [grant.role for grant in grants(["a=b=acme:admin"])] == ["admin"]
    with pytest.raises(ValueError, match="owner"):
        grants(["a=acme:owner"])
