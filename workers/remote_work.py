"""Jobs that another server computes: its connection, and what of the budget they take."""

from typing import Any

from brandkiln.connections.services import convert_tokens, find_connection, hold_tokens, reach
from brandkiln.core.errors import NotFound
from brandkiln.jobs.models import Job

from generators import registry
from generators.remote import Remote
from workers.outages import outlast
from workers.verdicts import Outcome

NEVER_SENT = frozenset({"bad_params", "bad_address"})
"""Codes of refusals after which nothing can have been used."""
OVERHEAD = 200
"""Tokens that a chat template may add."""


def remote_of(job: Job) -> Remote | None:
    """Return how the job reaches its server, after holding the most tokens that it may use; None where it needs none.

    Raises:
        StudioError: If the connection is gone, its key can't be read, or its budget is spent.
    """
    spec = registry.specs().get(job.generator)
    if spec is None or not spec.needs.remote:
        return None
    key = job.params.get("connection") or ""
    if not key:
        raise NotFound("The job names no connection. Choose one that an admin of the workspace has made.")
    connection = outlast(lambda: find_connection(workspace=job.workspace, key=key))
    remote = reach(connection)
    outlast(lambda: hold_tokens(connection=connection, job=job.pk, tokens=most_tokens(job.params)))
    return remote


def settle(job: Job, outcome: Outcome, samples: list[dict[str, Any]]) -> None:
    """Convert what was held to what was used; where the outcome leaves that open, all of it counts."""
    used: int | None = None
    if outcome.status == "succeeded":
        result = outcome.result
        answers = result.get("answers")
        if answers is not None:
            used = result["prompt_tokens"] + sum(answer["tokens"] for answer in answers)
        else:
            used = sum(one["meta"].get("prompt_tokens", 0) + one["meta"].get("tokens", 0) for one in samples)
    elif outcome.status == "refused" and outcome.code in NEVER_SENT:
        used = 0
    outlast(lambda: convert_tokens(job=job.pk, used=used))


def most_tokens(params: dict[str, Any]) -> int:
    """Return an upper bound of the tokens that a job reads and writes: a token has a byte at least, mostly four."""
    said = "".join(_texts(params))
    answers = int(params.get("n") or params.get("variants") or 1)
    read = len(said.encode()) // 2 + OVERHEAD
    return answers * (read + int(params.get("max_tokens") or 0))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return []
