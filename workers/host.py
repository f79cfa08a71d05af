"""Runs jobs in a child process that stays warm, and turns whatever becomes of it into an outcome."""

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from workers import verdicts
from workers.child import Child
from workers.post import Post
from workers.verdicts import Outcome
from workers.watch import Callbacks, Request, Watch

__all__ = ["Host", "Outcome", "Request"]

EXIT_PATIENCE_SECONDS = 2.0
# A warm child that already holds this part of its memory is not asked for another job.
WARM_MEMORY_SHARE = 0.75


class Host:
    """One child process at a time, kept warm between jobs.

    Jobs that share a child may be run from several threads at once. The child also ends when the thread that started
    it does.

    Args:
        python: The interpreter of the child; a plugin with its own virtual environment names that one's.
        memory_mb: End the child when its process group holds more than this; None for no limit.
        idle_seconds: The child ends by itself after so long without a job.
        grace_seconds: How long a cancelled job may take to stop before its process group is killed.
        environment: Variables for the child, such as CUDA_VISIBLE_DEVICES. It sees little else of the worker's.
    """

    def __init__(
        self,
        *,
        python: str = sys.executable,
        memory_mb: int | None,
        idle_seconds: float,
        grace_seconds: float,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.python = python
        self.memory_mb = memory_mb
        self.idle_seconds = idle_seconds
        self.grace_seconds = grace_seconds
        self.environment = dict(environment or {})
        self._child: Child | None = None
        self._post: Post | None = None
        self._warm: tuple[str, str] | None = None
        self._lock = threading.RLock()

    @property
    def warm(self) -> tuple[str, str] | None:
        """The generator and the sha256 of the weights that the child holds, or None without a living child."""
        return self._warm if self._child is not None and self._child.alive else None

    @property
    def takes_more(self) -> bool:
        """Whether the child may be given another job beside those that it does."""
        with self._lock:
            return self._post is None or not self._post.is_spent

    @property
    def pid(self) -> int | None:
        """The process id of the living child, which is also the id of its process group."""
        return self._child.process.pid if self._child is not None and self._child.alive else None

    def run(
        self,
        request: Request,
        *,
        on_message: Callable[[dict[str, Any]], None],
        cancelled: Callable[[], bool],
        finishing: Callable[[], bool] = lambda: False,
        tick: Callable[[], None] = lambda: None,
        tick_seconds: float = 1.0,
        silence_seconds: float | None,
    ) -> Outcome:
        """Do one job and return how it ended; whatever the generator does, this returns.

        An exception from one of the callbacks ends the child and passes through: a worker that has lost its lease
        raises in `tick`.

        Args:
            request: The job.
            on_message: Called with each message of the job but its result, as a dict with "type".
            cancelled: Asked every `tick_seconds` whether a person wants the job to stop.
            finishing: Asked likewise whether the job is to end with what it has.
            tick: Called every `tick_seconds`, for heartbeats.
            tick_seconds: See above.
            silence_seconds: End a job that sends no message for so long; None waits for ever.
        """
        callbacks = Callbacks(on_message, cancelled, finishing, tick, tick_seconds, silence_seconds)
        while (outcome := self._attempt(request, callbacks)) is None:
            pass  # a warm child may reach the end of its idle time with an order on its way
        return outcome

    def close(self) -> int | None:
        """End the child with its whole process group and return its exit code, None where there was none."""
        with self._lock:
            child, post = self._child, self._post
            self._child = self._post = self._warm = None
            if child is None or post is None:
                return None
            return child.end() if post.is_idle else child.stop()

    def _attempt(self, request: Request, callbacks: Callbacks) -> Outcome | None:
        """Return how the job ended, or None where a child kept from an earlier job was gone before it began."""
        child, post, reused = self._begin(request)
        watch = Watch(
            child, post, request, callbacks, memory_mb=self.memory_mb, grace_seconds=self.grace_seconds
        )
        try:
            outcome = watch.until_the_end()
        except BaseException:
            self._give_up(request, child, post)
            raise
        if outcome is None:
            exit_code = self._give_up(request, child, post, patience=EXIT_PATIENCE_SECONDS)
            if post.ended_for not in ("", request.job):
                return verdicts.ended_for_another(request.generator)
            if reused and watch.started is None:
                return None
            outcome = verdicts.ended_by_itself(request.generator, exit_code, child.log)
        elif not watch.answered:
            self._give_up(request, child, post)
        else:
            self._keep(request, child, post, watch)
        if watch.cancel_sent and outcome.status == "crashed":
            return replace(
                outcome, status="cancelled", code="cancelled", message=f"Cancelled. {outcome.message}"
            )
        return outcome

    def _begin(self, request: Request) -> tuple[Child, Post, bool]:
        """Return the child that does the job, its post, and whether it has done one before."""
        with self._lock:
            if self._child is not None and not self._child.alive:
                self.close()
            reused = self._child is not None
            if self._child is None or self._post is None:
                self._child = Child(
                    python=self.python, idle_seconds=self.idle_seconds, environment=self.environment
                )
                self._post = Post(self._child)
            if self._post.is_idle:
                self._child.forget_log()
            self._post.open(request.job)
            return self._child, self._post, reused

    def _keep(self, request: Request, child: Child, post: Post, watch: Watch) -> None:
        """Let the child go on, warm for the next job; one that is spent ends with the last of its jobs."""
        with self._lock:
            post.close(request.job)
            post.is_spent = post.is_spent or not watch.fit or self._holds_much(child)
            if self._child is not child:
                if post.is_idle:
                    child.end()
            elif post.is_spent and post.is_idle:
                self.close()
            elif watch.started is not None:
                self._warm = (watch.started.generator, watch.started.checkpoint_sha256)

    def _give_up(self, request: Request, child: Child, post: Post, *, patience: float = 0.0) -> int:
        """End a child that cannot go on and return its exit code; its other jobs find out by themselves.

        Args:
            patience: Seconds in which it may still end by itself.
        """
        with self._lock:
            post.close(request.job)
            if self._child is child:
                post.ended_for = "" if child.hung_up else request.job
                self._child = self._post = self._warm = None
            return child.end(patience=patience) if post.is_idle else child.stop(patience=patience)

    def _holds_much(self, child: Child) -> bool:
        return self.memory_mb is not None and child.memory_mb() > WARM_MEMORY_SHARE * self.memory_mb
