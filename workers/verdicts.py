"""The plain sentences for jobs whose child process gave no result."""

import signal
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["succeeded", "refused", "cancelled", "crashed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended.

    Attributes:
        status: "refused" holds a text for the user; "crashed" is a fault of the generator or the machine.
        code: A word for programs, such as "dataset_too_small", "memory", "silent" or "exit".
        message: A plain sentence for people; empty where the job succeeded.
        traceback: The traceback, or the end of what the child printed.
        result: {"checkpoint": folder}, {"metrics": {...}} or {"samples": number}.
    """

    status: Status
    code: str = ""
    message: str = ""
    traceback: str = ""
    result: dict[str, Any] = field(default_factory=dict)


def ended_by_itself(generator: str, exit_code: int, log: str) -> Outcome:
    """Return the outcome of a job whose process ended without a result."""
    if exit_code >= 0:
        message = f"{generator} ended its process with exit code {exit_code} instead of giving a result."
        return Outcome("crashed", "exit", message, log)
    name = _signal_name(-exit_code)
    if -exit_code == signal.SIGKILL:
        message = (
            f"{generator} was killed ({name}). Most often the machine ran out of memory: use smaller batches."
        )
    elif -exit_code in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT):
        message = f"{generator} crashed in native code ({name}). The log holds the last Python lines."
    else:
        message = f"{generator} was ended by {name} before it gave a result. Retry the job."
    return Outcome("crashed", "killed", message, log)


def over_memory(generator: str, used_mb: float, limit_mb: int, log: str) -> Outcome:
    """Return the outcome of a job that took more memory than its host allows."""
    message = (
        f"{generator} used {used_mb:.0f} MiB of memory and was ended; {limit_mb} MiB are allowed. "
        "Choose a smaller batch_size or fewer samples, or raise the limit."
    )
    return Outcome("crashed", "memory", message, log)


def ended_for_another(generator: str) -> Outcome:
    """Return the outcome of a job whose process was ended because of another job in it."""
    message = f"{generator} was ended together with another job in the same process; the job starts again."
    return Outcome("crashed", "neighbour", message)


def silent(generator: str, seconds: float, log: str) -> Outcome:
    """Return the outcome of a job that gave no sign of life."""
    message = (
        f"{generator} gave no sign of life for {seconds:g} s and was ended. Retry the job; tell its author."
    )
    return Outcome("crashed", "silent", message, log)


def not_a_message(generator: str, problem: str, log: str) -> Outcome:
    """Return the outcome of a job whose process broke the protocol."""
    return Outcome("crashed", "protocol", f"{generator} broke the rules of its host process: {problem}", log)


def stopped_by_force(generator: str, grace_seconds: float) -> Outcome:
    """Return the outcome of a cancelled job that did not stop by itself."""
    message = f"Cancelled. {generator} did not stop within {grace_seconds:g} s, so its process was ended."
    return Outcome("cancelled", "cancelled", message)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
