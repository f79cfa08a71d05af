"""A large body is taken only from somebody that the studio knows, and from others not a byte more than is free."""

import asyncio
import json
from typing import Any

import pytest
from brandkiln.core.bodies import FREE, limited
from brandkiln.workspaces.known import has_credentials
from brandkiln.workspaces.services import issue_token, revoke_token
from django.conf import settings
from django.test import Client, RequestFactory

from tests.factories import make_cast

PIECE = 2**20


def send_body(mib: int, *, known: bool) -> tuple[int, list[dict[str, Any]], int]:
    """Send a body in pieces; return how many were taken, what was answered and how often it was asked who sends."""
    taken = asked = 0
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * PIECE, "more_body": taken < mib}

    async def knows(scope: Any) -> bool:
        nonlocal asked
        asked += 1
        return known

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] != "http.disconnect":
            await send({"type": "http.response.start", "status": 200})

    async def send(message: Any) -> None:
        answers.append(message)

    asyncio.run(limited(app, knows)({"type": "http"}, receive, send))
    return taken, answers, asked


def test_a_stranger_is_cut_off_and_told() -> None:
    taken, answers, asked = send_body(1000, known=False)
    assert (taken, asked) == (FREE // PIECE + 1, 1)
    assert answers[0]["status"] == 413
    assert json.loads(answers[1]["body"])["code"] == "too_large"


def test_a_person_who_is_known_sends_what_they_want_and_small_bodies_ask_for_nobody() -> None:
    assert send_body(20, known=True) == (20, [{"type": "http.response.start", "status": 200}], 1)
    assert send_body(FREE // PIECE, known=False)[1:] == ([{"type": "http.response.start", "status": 200}], 0)


@pytest.mark.django_db
def test_a_live_session_and_a_live_token_are_known_and_made_up_ones_are_not() -> None:
    cast, requests = make_cast(), RequestFactory()
    token, secret = issue_token(workspace=cast.acme, user=cast.ben, name="b", scopes=["write"])
    client = Client()
    client.force_login(cast.ben)

    def knows(cookie: str = "", authorization: str = "") -> bool:
        request = requests.post("/", headers={"Authorization": authorization} if authorization else {})
        if cookie:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = cookie
        return has_credentials(request)

    live = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert knows(cookie=live)
    assert knows(authorization=f"Bearer {secret}")
    assert not knows()
    assert not knows(cookie="madeup" * 5)
    assert not knows(authorization="Bearer bk_madeup")
    revoke_token(token=token, actor=cast.ben)
    client.logout()
    assert not knows(authorization=f"Bearer {secret}")
    assert not knows(cookie=live)
