"""The official client of OpenAI's API, talking to the studio in this process, and a worker that answers it."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import openai
import pytest
from asgiref.sync import sync_to_async
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.models import Job
from brandkiln.workspaces.services import issue_token
from django.core.asgi import get_asgi_application
from django.db import connection

from tests.factories import Cast, make_cast
from workers.runner import Runner
from workers.verdicts import Outcome
from workers.watch import Request

Answer = Callable[[Request, Callable[[dict[str, Any]], None]], Outcome]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client(cast: Cast) -> openai.AsyncOpenAI:
    """Return Ada's client, whose token may submit jobs."""
    return client_of(cast, "read", "jobs")


def client_of(cast: Cast, *scopes: str, person: str = "ada") -> openai.AsyncOpenAI:
    user = getattr(cast, person)
    workspace = cast.other if person == "cleo" else cast.acme
    _token, text = issue_token(workspace=workspace, user=user, name="v1", scopes=scopes)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=get_asgi_application()))  # type: ignore[arg-type]
    return openai.AsyncOpenAI(
        api_key=text, base_url="http://localhost/v1", http_client=http, max_retries=0, timeout=20
    )


class Working:
    """A worker in a thread of its own, whose host answers as the test says."""

    def __init__(self, answer: Answer, scratch: Any) -> None:
        self.requests: list[Request] = []
        self._answer = answer
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        runner = Runner("w1", queues=["sample"])

        def run(request: Request, **callbacks: Any) -> Outcome:
            self.requests.append(request)
            return self._answer(request, callbacks["on_message"])

        runner.host.run = run  # type: ignore[method-assign]
        try:
            while not self._over.is_set():
                job = claim_next(queues=["sample"], worker="w1")
                if job is None:
                    self._over.wait(0.02)
                else:
                    runner.do(job)
        finally:
            connection.close()

    def __enter__(self) -> "Working":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture
def working(settings: Any, tmp_path: Any) -> Callable[[Answer], Working]:
    """Return what starts a worker."""
    settings.SCRATCH = tmp_path
    return lambda answer: Working(answer, tmp_path)


def says(*answers: str, finish: str = "stop") -> Answer:
    """Return a host that writes these answers word by word."""

    def answer(_: Request, on_message: Callable[[dict[str, Any]], None]) -> Outcome:
        for index, text in enumerate(answers):
            for word in text.split(" "):
                on_message({"type": "stream", "index": index, "text": f"{word} "})
        found = [{"text": f"{text} ", "finish": finish, "tokens": len(text.split(" "))} for text in answers]
        return Outcome("succeeded", result={"answers": found, "prompt_tokens": 7})

    return answer


def fails(code: str, message: str) -> Answer:
    """Return a host that refuses."""
    return lambda request, on_message: Outcome("refused", code=code, message=message)


def run(client: openai.AsyncOpenAI, coroutine: Any) -> Any:
    """Return what the coroutine returns, with the client closed behind it."""

    async def whole() -> Any:
        async with asyncio.timeout(30):
            try:
                return await coroutine
            finally:
                await client.close()

    return asyncio.run(whole())


async def the_job() -> Job:
    """Return the only job."""
    return await sync_to_async(Job.objects.get)()
