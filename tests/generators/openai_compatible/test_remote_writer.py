"""The remote writer against servers that do as they should, and against those that do not."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from generators.builtin.openai_compatible import wire
from generators.builtin.openai_compatible.chat import chat
from generators.builtin.openai_compatible.sample import sample
from generators.builtin.openai_compatible.spec import SampleParams
from generators.chat import ChatParams
from generators.errors import Cancelled, GeneratorError
from generators.remote import BadAddress, Remote, check_url, is_public, resolve
from generators.run import LocalRun
from tests.generators.openai_compatible.hostile import (
    Serve,
    Server,
    breaks_off,
    hangs,
    replies,
    says,
    sends_a_gigabyte,
    streams,
    streams_for_ever,
    trickles,
)

KEY = "sk-secret-123"
HELLO = ChatParams.model_validate({"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 20})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = wire.Limits(backoff_seconds=0.01)
    monkeypatch.setattr(wire, "Limits", lambda: limits)
    monkeypatch.setattr(wire, "LOOK_SECONDS", 0.02)


def remote_at(server: Server, **changes: Any) -> Remote:
    reached = Remote(server.url, "tiny", KEY, allowed=(f"127.0.0.1:{server.port}",), seconds=50)
    return replace(reached, **changes)


def ask(
    tmp_path: Path, *serving: Serve, params: ChatParams = HELLO, **changes: Any
) -> tuple[Any, Server, LocalRun]:
    with Server(*serving) as server:
        run = LocalRun(tmp_path, remote=remote_at(server, **changes))
        return chat(None, params, run), server, run


def test_an_answer_streams_and_says_what_it_used(tmp_path: Path) -> None:
    served = says("Good ", "mor", "ning", finish="length", prompt_tokens=9, completion_tokens=3)
    found, server, run = ask(
        tmp_path, served, params=HELLO.model_copy(update={"n": 2, "stop": ("END",), "seed": 5})
    )
    assert [(one.text, one.finish, one.tokens) for one in found.answers] == [
        ("Good morning", "length", 3)
    ] * 2
    assert (found.prompt_tokens, run.streams) == (18, {0: "Good morning", 1: "Good morning"})
    assert [request["seed"] for request in server.requests] == [5, 6]
    assert server.requests[0] | {"seed": 0} == {
        "model": "tiny", "max_tokens": 20, "temperature": 1.0, "top_p": 1.0, "seed": 0, "stop": ["END"],
        "stream": True, "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": "Say hello."}],
    }  # fmt: skip
    assert server.heads[0].startswith("POST /v1/chat/completions HTTP/1.1")
    assert f"Authorization: Bearer {KEY}" in server.heads[0]


def test_a_server_that_does_not_stream_is_understood(tmp_path: Path) -> None:
    body = {"choices": [{"text": " there", "finish_reason": "stop"}], "usage": {"completion_tokens": 1}}
    params = ChatParams(prompt="Hello", max_tokens=5)
    found, server, _ = ask(tmp_path, replies("200 OK", json.dumps(body).encode()), params=params)
    assert (found.answers[0].text, found.answers[0].tokens, server.requests[0]["prompt"]) == (
        " there",
        1,
        "Hello",
    )


def test_texts_about_a_product_are_written_one_by_one(tmp_path: Path) -> None:
    params = SampleParams(connection="x", product={"Name": "Mug"}, variants=2, brand_voice="Calm")
    with Server(says("A mug.")) as server:
        found = list(sample(None, params, LocalRun(tmp_path, remote=remote_at(server))))
    assert [(one.text, one.meta["model"]) for one in found] == [("A mug.", "tiny")] * 2
    assert server.requests[0]["messages"][0]["content"].endswith("Brand voice: Calm")
    assert server.requests[0]["messages"][1] == {"role": "user", "content": "Name: Mug"}


def test_a_server_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = replace(wire.Limits(), idle_seconds=0.3)
    monkeypatch.setattr(wire, "Limits", lambda: limits)
    with pytest.raises(GeneratorError, match=r"said nothing for 0\.3 seconds"):
        ask(tmp_path, hangs)


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (streams_for_ever, "characters where 20 tokens were asked for"),
        (sends_a_gigabyte, "sent more than 8 MiB"),
        (breaks_off, "broke off"),
        (replies("302 Found", b"", "Location: http://127.0.0.1:1/"), "redirects elsewhere, which is not followed"),
        (replies("200 OK", b"<html>Welcome</html>"), "is no answer of OpenAI's API"),
        (streams('["no object"]'), "is no answer of OpenAI's API"),
        (streams("[" * 100_000), "is no answer of OpenAI's API"),
        (streams('{"choices": 7}'), "is no answer of OpenAI's API"),
        (streams('{"choices": [{"delta": {"content": "Hal"}}]}'), "in the middle"),
        (streams('{"error": {"message": "Out of memory"}}'), 'gave up: "Out of memory"'),
        (replies("401 No", json.dumps({"error": {"message": f"Bad key {KEY}\n\x1b[31m"}}).encode()), "refused the key"),
        (replies("404 No", b'{"error": {"message": "no model"}}'), "knows no such address or model"),
        (replies("500 No", b""), "answered 500. Let an admin look at the server."),
        (replies("400 No", b"{}"), "Change what is asked, or let an admin check the connection."),
    ],
)  # fmt: skip
def test_a_server_that_misbehaves_is_refused_with_a_sentence(
    tmp_path: Path, serve: Serve, words: str
) -> None:
    with pytest.raises(GeneratorError) as refused:
        ask(tmp_path, serve)
    assert words in str(refused.value)
    assert KEY not in str(refused.value)
    assert str(refused.value).isprintable()


def test_an_answer_that_never_ends_is_ended(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="did not finish within 0.4 seconds".replace(".", r"\.")):
        ask(tmp_path, trickles, seconds=0.4)


def test_a_lie_about_json_is_refused(tmp_path: Path) -> None:
    params = HELLO.model_copy(update={"json_schema": {"type": "object"}})
    with pytest.raises(GeneratorError, match="asked for JSON and sent something else"):
        ask(tmp_path, says("Sure! {"), params=params)
    found, server, _ = ask(tmp_path, says('{"a": 1}'), params=params)
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert found.answers[0].text == '{"a": 1}'


def test_usage_that_can_not_be_true_is_estimated(tmp_path: Path) -> None:
    found, _, _ = ask(tmp_path, says("x" * 40, completion_tokens=10**12, prompt_tokens=-5))
    assert (found.answers[0].tokens, found.prompt_tokens) == (11, 3)


def test_only_what_was_not_begun_is_sent_again(tmp_path: Path) -> None:
    busy = replies("503 Busy", b"", "Retry-After: 0")
    found, server, _ = ask(tmp_path, busy, replies("429 Slow", b""), says("Hi"))
    assert (found.answers[0].text, len(server.requests)) == ("Hi", 3)
    with pytest.raises(GeneratorError, match="is busy"):
        ask(tmp_path, busy)
    with Server(breaks_off) as server, pytest.raises(GeneratorError, match="not sent again"):
        chat(None, HELLO, LocalRun(tmp_path, remote=remote_at(server)))
    assert len(server.requests) == 1
    with pytest.raises(GeneratorError, match="can't be reached"):
        chat(None, HELLO, LocalRun(tmp_path, remote=remote_at(server)))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("3600", "Try again in 60 minutes."),
        ("90", "Try again in 90 seconds."),
        (timedelta(minutes=30), "Try again in 30 minutes."),
        ("9" * 40, "Try again in a while."),
        ("Wed, 21 Oct 2099 07:28:00 GMT", "Try again in a while."),
    ],
)
def test_a_server_that_asks_to_wait_long_is_not_asked_again_and_says_how_long(
    tmp_path: Path, asked: str | timedelta, said: str
) -> None:
    if isinstance(asked, timedelta):
        asked = format_datetime(datetime.now(UTC) + asked, usegmt=True)
    busy = replies("429 Slow", b"", f"Retry-After: {asked}")
    with Server(busy) as server, pytest.raises(GeneratorError) as refused:
        chat(None, HELLO, LocalRun(tmp_path, remote=remote_at(server)))
    assert str(refused.value).endswith(said)
    assert len(server.requests) == 1


@pytest.mark.parametrize("asked", ["soon", "-1", "Wed, 99 Foo 2099", ""])
def test_a_wait_that_says_nothing_is_tried_as_if_there_were_none(tmp_path: Path, asked: str) -> None:
    found, server, _ = ask(tmp_path, replies("429 Slow", b"", f"Retry-After: {asked}"), says("Hi"))
    assert (found.answers[0].text, len(server.requests)) == ("Hi", 2)


def test_a_text_that_shows_nothing_is_no_text(tmp_path: Path) -> None:
    with Server(says("\u200b \u3164")) as server, pytest.raises(GeneratorError, match="wrote nothing"):
        list(
            sample(
                None,
                SampleParams(connection="x", product="Mug"),
                LocalRun(tmp_path, remote=remote_at(server)),
            )
        )


def test_a_person_can_cancel_while_the_server_is_silent(tmp_path: Path) -> None:
    with Server(hangs) as server, pytest.raises(Cancelled):
        chat(None, HELLO, LocalRun(tmp_path, cancel_after=4, remote=remote_at(server)))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://localhost/v1", "private network"),
        ("https://127.0.0.1/v1", "private network"),
        ("https://10.1.2.3", "private network"),
        ("https://169.254.169.254/latest", "private network"),
        ("https://[::1]/v1", "private network"),
        ("https://[::ffff:192.168.0.1]/v1", "private network"),
        ("https://metadata.google.internal/", "private network"),
        ("http://example.com/v1", "unencrypted"),
        ("https://user:word@example.com/v1", "Leave it out"),
        ("ftp://example.com", "not an address"),
        ("https://example.com:99999", "not an address"),
    ],
)
def test_addresses_that_lead_inside_are_refused(url: str, words: str) -> None:
    with pytest.raises(BadAddress, match=words):
        check_url(url)


def test_a_name_that_leads_inside_is_refused_and_the_address_that_was_checked_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter([["93.184.216.34"], ["93.184.216.34", "127.0.0.1"]])

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    found = resolve("https://gpu.example.com/v1/")
    assert (found.address, found.host, found.port, found.path) == (
        "93.184.216.34",
        "gpu.example.com",
        443,
        "/v1",
    )
    with pytest.raises(BadAddress, match=r"gpu\.example\.com \(127\.0\.0\.1\)"):
        resolve("https://gpu.example.com/v1")
    assert all(map(is_public, ("8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808")))
    wrapped = ("64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::", "::ffff:a00:1", "::a00:1")
    assert not any(map(is_public, (*wrapped, "fec0::1", "fd00::1", "192.0.0.192", "100.64.1.1", "0.0.0.0")))


def test_the_key_is_not_in_what_is_printed() -> None:
    assert KEY not in repr(Remote("https://example.com", "tiny", KEY))
