"""/v1 as the official client sees it."""

import asyncio
import time
from array import array
from base64 import b64decode
from datetime import timedelta
from typing import Any

import openai
import pytest
from brandkiln.artifacts.models import Artifact
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.retention import drop_served_requests
from django.core.asgi import get_asgi_application
from django.test import Client
from django.utils import timezone

from tests.brandkiln.served.conftest import client_of, fails, run, says
from tests.factories import Cast, JobFactory
from workers.verdicts import Outcome

HELLO = [{"role": "user", "content": "Say hello."}]


def ask(client: openai.AsyncOpenAI, **params: Any) -> Any:
    body: dict[str, Any] = {"model": "text-lm", "messages": HELLO} | params
    return client.chat.completions.create(**body)


def test_a_chat_is_answered_with_what_it_used(client: openai.AsyncOpenAI, working: Any) -> None:
    params = {"n": 2, "temperature": 0.3, "top_p": 0.8, "seed": -1, "stop": "END", "max_completion_tokens": 9}
    with working(says("Good morning", "Hi")) as worker:
        answer = run(client, ask(client, **params))
    assert [choice.message.content for choice in answer.choices] == ["Good morning ", "Hi "]
    assert [choice.finish_reason for choice in answer.choices] == ["stop", "stop"]
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (
        7,
        3,
        10,
    )
    [request] = worker.requests
    assert (request.kind, request.generator) == ("chat", "text-lm")
    assert request.params == {
        "connection": "",
        "messages": HELLO, "prompt": "", "n": 2, "temperature": 0.3, "top_p": 0.8, "seed": 2**32 - 1,
        "stop": ["END"], "max_tokens": 9, "json_schema": None,
    }  # fmt: skip
    job = Job.objects.get()
    assert (job.kind, job.priority, job.state, job.assets.count()) == ("chat", 10, "succeeded", 0)


def test_a_stream_brings_the_same_text_piece_by_piece(client: openai.AsyncOpenAI, working: Any) -> None:
    async def collect() -> list[Any]:
        return [one async for one in await ask(client, stream=True, stream_options={"include_usage": True})]

    with working(says("Good morning everybody", finish="length")):
        pieces = run(client, collect())
    *said, end, used = pieces
    assert "".join(piece.choices[0].delta.content for piece in said) == "Good morning everybody "
    assert said[0].choices[0].delta.role == "assistant"
    assert end.choices[0].finish_reason == "length"
    assert (used.choices, used.usage.completion_tokens) == ([], 3)


def test_a_text_is_continued(client: openai.AsyncOpenAI, working: Any) -> None:
    async def collect() -> tuple[Any, list[Any]]:
        whole = await client.completions.create(model="text-lm", prompt="Once", max_tokens=3)
        stream = await client.completions.create(model="text-lm", prompt=["Once"], stream=True)
        return whole, [one async for one in stream]

    with working(says("upon a time")) as worker:
        whole, pieces = run(client, collect())
    assert whole.choices[0].text == "".join(piece.choices[0].text for piece in pieces) == "upon a time "
    assert [request.params["prompt"] for request in worker.requests] == ["Once", "Once"]
    assert [request.params["max_tokens"] for request in worker.requests] == [3, 16]


def test_texts_are_embedded_as_floats_and_as_the_client_asks_by_itself(
    client: openai.AsyncOpenAI, working: Any, tmp_path: Any
) -> None:
    def embed(request: Any, on_message: Any) -> Outcome:
        path = request.scratch / "vectors.f32"
        path.write_bytes(array("f", [0.0, 1.0] * len(request.params["texts"])).tobytes())
        facts = {"dimensions": 2, "tokens": 5, "extractor": "tiny", "texts": 2}
        return Outcome("succeeded", result={"summary": facts, "files": {"vectors": str(path)}})

    async def both() -> tuple[Any, Any]:
        plain = await client.embeddings.create(
            model="all-minilm-l6-v2", input="A boot", encoding_format="float"
        )
        return plain, await client.embeddings.create(model="all-minilm-l6-v2", input=["A boot", "A shoe"])

    with working(embed):
        plain, several = run(client, both())
    assert plain.data[0].embedding == [0.0, 1.0]
    found = [one.embedding for one in several.data]
    assert [list(array("f", b64decode(one))) if isinstance(one, str) else one for one in found] == [
        [0.0, 1.0]
    ] * 2
    assert several.usage.total_tokens == 5


def test_models_are_the_plain_network_what_is_in_production_and_the_embedder(cast: Cast) -> None:
    def checkpoint(project: Any, number: int) -> None:
        weights = Artifact.objects.create(
            workspace=project.workspace, sha256=f"{project.pk.hex:0>64}", size=1, media_type="a/b"
        )
        Checkpoint.objects.create(
            workspace=project.workspace, project=project, generator="text-lm", generator_version="1",
            number=number, weights=weights, card={}, is_production=True,
        )  # fmt: skip

    checkpoint(cast.project, 3)
    checkpoint(JobFactory(project__workspace=cast.other).project, 1)

    async def both(client: openai.AsyncOpenAI) -> Any:
        found = [model.id async for model in client.models.list()]
        return found, (await client.models.retrieve(found[-2])).owned_by

    client = client_of(cast, "read")
    names, owner = run(client, both(client))
    assert {"text-lm", "spring/text-lm", "all-minilm-l6-v2"} <= set(names)
    assert (len([name for name in names if "/" in name]), owner) == (1, "spring")


@pytest.mark.parametrize(
    ("params", "status", "param", "words"),
    [
        ({"tools": [{"type": "function"}]}, 400, "tools", "not offered"),
        ({"extra_body": {"top_k": 5}}, 400, "top_k", "There is no param top_k"),
        ({"temperature": 3}, 400, "temperature", "less than or equal to 2"),
        ({"messages": []}, 400, "messages", "at least one"),
        ({"messages": [{"role": "tool", "content": "x"}]}, 400, "messages", "roles system"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 400, "messages", "Pictures"),
        ({"messages": [{"role": "user", "content": "x" * 200_001}]}, 400, "messages", "200001 characters"),
        ({"stop": ""}, 400, "stop", "1 to 200 characters"),
        ({"stop": list("abcdefghi")}, 400, "stop", "up to 8 strings"),
        ({"model": "gpt-4o"}, 404, "model", "Known are: text-lm"),
        ({"model": "all-minilm-l6-v2"}, 404, "model", "for this"),
        ({"extra_headers": {"OpenAI-Project": "autumn"}}, 404, None, "no project 'autumn'"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    client: openai.AsyncOpenAI, params: dict[str, Any], status: int, param: str | None, words: str
) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        run(client, ask(client, **params))
    assert (refused.value.status_code, refused.value.param) == (status, param)
    assert words in refused.value.message
    assert not Job.objects.exists()


def test_addresses_and_methods_that_are_not_offered_are_refused_as_clients_read_it(
    client: openai.AsyncOpenAI,
) -> None:
    with pytest.raises(openai.NotFoundError, match="Offered are /v1/chat/completions") as refused:
        run(client, client.responses.create(model="text-lm", input="Say hello."))
    assert (refused.value.code, refused.value.type) == ("unknown_url", "invalid_request_error")
    for path in ("/v1/chat/completions/", "/v1/models/text-lm/", "/v1/"):
        assert Client().post(path).json()["error"]["type"] in (
            "invalid_request_error",
            "authentication_error",
        )
    headers = {"Authorization": f"Bearer {client.api_key}"}
    assert (
        Client().get("/v1/chat/completions", headers=headers).json()["error"]["type"]
        == "invalid_request_error"
    )


@pytest.mark.parametrize("blank", ["\u200b\u200d\ufeff", "\u3164\u2800", "\u0301", " \n"])
def test_a_text_that_shows_nothing_is_not_embedded(client: openai.AsyncOpenAI, blank: str) -> None:
    with pytest.raises(openai.BadRequestError, match="Text 1 of input is empty"):
        run(client, client.embeddings.create(model="all-minilm-l6-v2", input=["A boot", blank]))


def test_params_that_ask_for_nothing_may_be_sent(client: openai.AsyncOpenAI, working: Any) -> None:
    with working(says("Hi")):
        answer = run(client, ask(client, frequency_penalty=0, logprobs=False, tools=[], user="ada"))
    assert answer.choices[0].message.content == "Hi "


def test_tokens_open_their_own_workspace_and_need_their_scope(cast: Cast) -> None:
    reader, stranger = client_of(cast, "read"), client_of(cast, "read", "jobs", person="cleo")
    with pytest.raises(openai.PermissionDeniedError, match="scope jobs"):
        run(reader, ask(reader))
    with pytest.raises(openai.NotFoundError, match="spring"):
        run(stranger, ask(stranger, extra_headers={"OpenAI-Project": "spring"}))
    reader.api_key = "bk_wrong"
    assert (
        Client().post("/v1/chat/completions", headers={"Authorization": "Bearer bk_wrong"}).status_code == 401
    )
    assert Client().get("/v1/models", headers={"Authorization": "Basic abc"}).json()["error"]["code"] == (
        "invalid_api_key"
    )


def test_what_the_generator_refuses_is_the_clients_fault_and_a_crash_is_not(cast: Cast, working: Any) -> None:
    client = client_of(cast, "jobs")
    with (
        working(fails("context_length", "The conversation has 9000 tokens.")),
        pytest.raises(openai.BadRequestError, match="9000 tokens") as refused,
    ):
        run(client, ask(client, stream=True))
    assert refused.value.code == "context_length_exceeded"
    client = client_of(cast, "jobs")
    with (
        working(lambda *_: Outcome("crashed", code="crashed", message="It fell over.")),
        pytest.raises(openai.InternalServerError, match="fell over"),
    ):
        run(client, ask(client))


def test_one_workspace_can_not_fill_the_queue(client: openai.AsyncOpenAI, cast: Cast, settings: Any) -> None:
    settings.SERVED_OPEN = 1
    JobFactory(project=cast.project, kind="chat", generator="text-lm")
    with pytest.raises(openai.RateLimitError, match="at most 1"):
        run(client, ask(client))


def test_requests_are_forgotten_after_some_days(cast: Cast) -> None:
    now = timezone.now()
    old = {"project": cast.project, "state": "succeeded", "finished_at": now - timedelta(days=31)}
    kept = [
        JobFactory(**old).pk,
        JobFactory(**old | {"kind": "chat", "finished_at": now}).pk,
        JobFactory(project=cast.project, kind="embed").pk,
    ]
    JobFactory(**old | {"kind": "chat"})
    assert drop_served_requests() == 1
    assert set(Job.objects.values_list("pk", flat=True)) == set(kept)


def test_a_client_that_waits_too_long_is_told_and_its_job_cancelled(
    client: openai.AsyncOpenAI, settings: Any
) -> None:
    settings.SERVED_SECONDS = 0.2
    with pytest.raises(openai.InternalServerError, match=r"within 0\.2 seconds"):
        run(client, ask(client))
    assert cancelled()


@pytest.mark.parametrize("stream", [False, True])
def test_a_job_is_cancelled_when_its_client_goes_away(cast: Cast, stream: bool) -> None:
    key = client_of(cast, "jobs").api_key
    body = b'{"model": "text-lm", "messages": [{"role": "user", "content": "Hi"}], "stream": %s}'
    scope = {
        "type": "http", "method": "POST", "path": "/v1/chat/completions", "query_string": b"",
        "headers": [(b"authorization", f"Bearer {key}".encode()), (b"host", b"localhost")],
    }  # fmt: skip

    async def go() -> None:
        told = iter([{"type": "http.request", "body": body % str(stream).lower().encode()}])

        async def receive() -> dict[str, Any]:
            if message := next(told, None):
                return message
            await asyncio.sleep(0.3)
            return {"type": "http.disconnect"}

        async def send(_: Any) -> None: ...

        async with asyncio.timeout(20):
            await get_asgi_application()(scope, receive, send)  # type: ignore[arg-type]

    asyncio.run(go())
    assert cancelled()


def cancelled() -> bool:
    """Return whether the only job is cancelled, now or in a moment."""
    for _ in range(100):
        if Job.objects.get().state == "cancelled":
            return True
        time.sleep(0.02)
    return False
