"""Embedding texts in the host: for programs at /v1/embeddings, for indexes and for questions."""

from __future__ import annotations

from array import array
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from workers.devices import Device
from workers.ending import Ending
from workers.generation import OnMessage, judge, run_in_host
from workers.host import Host, Request
from workers.outages import outlast
from workers.reporter import Reporter
from workers.verdicts import Outcome

BATCH = 256
"""Texts that the host is given at once: far below the length that a message may have."""


class Unembedded(Exception):
    """The host did not embed the texts; ``outcome`` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome


@dataclass(frozen=True)
class Embedder:
    """Embeds texts for one job, in a warm host."""

    job: Job
    reporter: Reporter
    host: Host
    device: Device

    def embed(
        self,
        texts: Sequence[str],
        on_message: OnMessage = lambda message: None,
    ) -> tuple[list[bytes], dict[str, Any]]:
        """Return a vector of length 1 for each text, as float32 in this machine's order, and the host's summary.

        Raises:
            Unembedded: If the host refused, crashed or was cancelled.
        """
        return self._ask("embedding", {"texts": list(texts)}, on_message)

    def look(self, paths: Sequence[str]) -> list[bytes]:
        """Return a vector of length 1 for each picture, zeros where it can't be read.

        Raises:
            Unembedded: If the host refused, crashed or was cancelled.
        """
        return self._ask("looks", {"paths": list(paths)}, lambda message: None)[0]

    def _ask(
        self, inspection: str, params: dict[str, Any], on_message: OnMessage
    ) -> tuple[list[bytes], dict[str, Any]]:
        request = Request(
            job=str(self.job.pk),
            kind="inspect",
            generator=inspection,
            params=params,
            scratch=self.reporter.scratch,
            device=self.device.torch_name,
        )
        outcome = run_in_host(request, self.reporter, self.host, on_message=on_message)
        if outcome.status != "succeeded":
            raise Unembedded(outcome)
        summary: dict[str, Any] = outcome.result["summary"]
        path = Path(outcome.result["files"]["vectors"])
        data, size = path.read_bytes(), 4 * int(summary["dimensions"])
        path.unlink()
        return [data[start : start + size] for start in range(0, len(data), size)], summary


def embed(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Embed the texts of the job's params, or its picture; the result holds the vectors in base64."""
    embedder = Embedder(job, reporter, host, device)
    summary: dict[str, Any] = {}
    try:
        if "picture" in job.params:
            artifact = outlast(lambda: picture_of(job))
            if artifact is None:
                failure = JobFailure("gone", "The picture was deleted meanwhile. Bring it again.")
                return Ending(State.FAILED, failure=failure)
            vectors = embedder.look([str(store.local_path(artifact))])
        else:
            vectors, summary = embedder.embed(job.params["texts"], reporter.on_message)
    except Unembedded as failed:
        return judge(job, reporter, failed.outcome)
    encoded = [b64encode(vector).decode() for vector in vectors]
    return Ending(State.SUCCEEDED, result={"vectors": encoded, **summary})


def picture_of(job: Job) -> Artifact | None:
    """Return the picture that a job is to look at, where it is still there."""
    return Artifact.objects.filter(workspace=job.workspace_id, pk=UUID(job.params["picture"])).first()


def as_floats(vector: bytes) -> array[float]:
    """Return the numbers of a vector."""
    return array("f", vector)
