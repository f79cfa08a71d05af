"""Watches one job in a child process: its messages, its memory, its silence, and whether anybody still wants it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from generators.messages import (
    Answer,
    Cancel,
    Finish,
    Preview,
    RemoteFacts,
    Result,
    SampleMade,
    Saved,
    Started,
    Work,
)
from generators.remote import Remote
from workers import verdicts
from workers.child import MEMORY_POLL_SECONDS, Child
from workers.post import Post
from workers.verdicts import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One job, with all that the child needs to know of it."""

    job: str
    kind: Literal["train", "sample", "evaluate", "report", "compress", "export", "chat", "inspect"]
    generator: str
    params: dict[str, Any]
    checkpoint: Path | None = None
    data: Path | None = None
    scratch: Path
    device: str = "cpu"
    seed: int = 0
    resume_from: Path | None = None
    guard: Path | None = None
    pictures: Mapping[str, Path] = field(default_factory=dict)
    remote: Remote | None = None
    shares: bool = False
    """Whether others like it may run in the same child at the same time."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What a worker wants to know and to be asked while a job runs; see Host.run."""

    on_message: Callable[[dict[str, Any]], None]
    cancelled: Callable[[], bool]
    finishing: Callable[[], bool]
    tick: Callable[[], None]
    tick_seconds: float
    silence_seconds: float | None


class Watch:
    """One job in one child.

    Attributes:
        started: What the child said when it began, or None before.
        cancel_sent: Whether the child was asked to stop.
        fit: Whether the child gave an orderly result and may be asked for another job.
        answered: Whether the child itself said how the job ended.
    """

    def __init__(
        self,
        child: Child,
        post: Post,
        request: Request,
        callbacks: Callbacks,
        *,
        memory_mb: int | None,
        grace_seconds: float,
    ) -> None:
        self.started: Started | None = None
        self.cancel_sent = False
        self.fit = self.answered = False
        self._finish_sent = False
        self._child = child
        self._post = post
        self._request = request
        self._callbacks = callbacks
        self._memory_mb = memory_mb
        self._grace_seconds = grace_seconds
        self._scratch = request.scratch.resolve()
        now = time.monotonic()
        self._next_tick = self._last_sign = self._cancel_time = now

    def until_the_end(self) -> Outcome | None:
        """Return how the job ended, or None where the child hung up without a result."""
        self._child.send(_order(self._request))
        while not self._post.is_over(self._request.job):
            outcome = self._check_clocks(time.monotonic()) or self._listen()
            if outcome is not None:
                return outcome
        return None

    def _check_clocks(self, now: float) -> Outcome | None:
        generator = self._request.generator
        if now >= self._next_tick:
            self._next_tick = now + self._callbacks.tick_seconds
            self._callbacks.tick()
            if not self._finish_sent and self._callbacks.finishing():
                self._finish_sent = True
                self._child.send(Finish(job=self._request.job))
            if not self.cancel_sent and self._callbacks.cancelled():
                self.cancel_sent, self._cancel_time = True, now
                self._child.send(Cancel(job=self._request.job))
        if self.cancel_sent and now >= self._cancel_time + self._grace_seconds:
            return verdicts.stopped_by_force(generator, self._grace_seconds)
        if self._memory_mb is not None and (used := self._child.memory_mb()) > self._memory_mb:
            return verdicts.over_memory(generator, used, self._memory_mb, self._child.log)
        silence = self._callbacks.silence_seconds
        if silence is not None and now >= self._last_sign + silence:
            return verdicts.silent(generator, silence, self._child.log)
        return None

    def _listen(self) -> Outcome | None:
        wait = self._next_tick - time.monotonic()
        for answer in self._post.receive(self._request.job, max(0.0, min(wait, MEMORY_POLL_SECONDS))):
            self._last_sign = time.monotonic()
            try:
                if isinstance(answer, ValueError):
                    raise answer
                self._check_paths(answer)
            except ValueError as error:
                return verdicts.not_a_message(self._request.generator, str(error), self._child.log)
            if isinstance(answer, Result):
                self.answered = True
                self.fit = answer.status != "crashed"
                return Outcome(answer.status, answer.code, answer.message, answer.traceback, answer.result)
            if isinstance(answer, Started):
                self.started = answer
            self._callbacks.on_message(answer.model_dump(exclude={"job"}))
        return None

    def _check_paths(self, answer: Answer) -> None:
        """Raise ValueError where a path leads out of the job's folder: plugin code is not trusted with paths."""
        if isinstance(answer, SampleMade) and answer.path is not None:
            self._check_inside(answer.path)
        elif isinstance(answer, Preview) and answer.sample.path is not None:
            self._check_inside(answer.sample.path)
        elif isinstance(answer, Saved):
            self._check_inside(answer.folder)
        elif isinstance(answer, Result) and "checkpoint" in answer.result:
            self._check_inside(str(answer.result["checkpoint"]))
        elif isinstance(answer, Result) and self._request.kind in ("inspect", "export"):
            for path in answer.result.get("files", {}).values():
                self._check_inside(str(path))

    def _check_inside(self, path: str) -> None:
        real = Path(path).resolve()
        if not real.is_relative_to(self._scratch) or not real.exists():
            raise ValueError(f"{path} is not a file or folder in the scratch folder of the job.")


def _order(request: Request) -> Work:
    def text(path: Path | None) -> str | None:
        return None if path is None else str(path.absolute())

    return Work(
        job=request.job,
        kind=request.kind,
        generator=request.generator,
        params=request.params,
        checkpoint=text(request.checkpoint),
        data=text(request.data),
        scratch=str(request.scratch.absolute()),
        device=request.device,
        seed=request.seed,
        resume_from=text(request.resume_from),
        guard=text(request.guard),
        pictures={name: str(path.absolute()) for name, path in request.pictures.items()},
        shares=request.shares,
        remote=RemoteFacts(**asdict(request.remote)) if request.remote else None,
    )
