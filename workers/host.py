"""Runs jobs in a child process that stays warm, and turns whatever becomes of it into an outcome."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from workers import verdicts
from workers.child import Child
from workers.verdicts import Outcome
from workers.watch import Callbacks, Request, Watch

__all__ = ["Host", "Outcome", "Request"]

EXIT_PATIENCE_SECONDS = 2.0
# A warm child that already holds this part of its memory is not asked for another job.
WARM_MEMORY_SHARE = 0.75


class Host:
    """One child process at a time, kept warm between jobs.

    Use it from one thread: the child also ends when the thread that started it does.

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
        self._warm: tuple[str, str] | None = None

    @property
    def warm(self) -> tuple[str, str] | None:
        """The generator and the sha256 of the weights that the child holds, or None without a living child."""
        return self._warm if self._child is not None and self._child.alive else None

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
        try:
            outcome = self._attempt(request, callbacks)
            if outcome is None:  # a warm child may reach the end of its idle time with an order on its way
                outcome = self._attempt(request, callbacks)
            assert outcome is not None
            return outcome
        except BaseException:
            self.close()
            raise

    def close(self) -> int | None:
        """End the child with its whole process group and return its exit code, None where there was none."""
        child, self._child, self._warm = self._child, None, None
        return None if child is None else child.end()

    def _attempt(self, request: Request, callbacks: Callbacks) -> Outcome | None:
        """Return how the job ended, or None where a child kept from an earlier job was gone before it began."""
        if self._child is not None and not self._child.alive:
            self.close()
        reused = self._child is not None
        child = self._child or self._start()
        watch = Watch(child, request, callbacks, memory_mb=self.memory_mb, grace_seconds=self.grace_seconds)
        outcome = watch.until_the_end()
        if outcome is None:
            self._child, self._warm = None, None
            exit_code = child.end(patience=EXIT_PATIENCE_SECONDS)
            if reused and watch.started is None:
                return None
            outcome = verdicts.ended_by_itself(request.generator, exit_code, child.log)
        elif not watch.fit or self._holds_much(child):
            self.close()
        elif watch.started is not None:
            self._warm = (watch.started.generator, watch.started.checkpoint_sha256)
        if watch.cancel_sent and outcome.status == "crashed":
            return replace(
                outcome, status="cancelled", code="cancelled", message=f"Cancelled. {outcome.message}"
            )
        return outcome

    def _start(self) -> Child:
        self._child = Child(python=self.python, idle_seconds=self.idle_seconds, environment=self.environment)
        return self._child

    def _holds_much(self, child: Child) -> bool:
        return self.memory_mb is not None and child.memory_mb() > WARM_MEMORY_SHARE * self.memory_mb
