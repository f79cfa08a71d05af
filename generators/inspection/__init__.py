"""Inspections: studies of a data set version or a checkpoint that need the numerical libraries and run in the host.

One inspection is one file, named as workers ask for it, with one function:

    def inspect(subject: TrainingData, params: dict[str, Any], run: Run) -> Inspected: ...

Those in OF_PARAMS study nothing but their params, and are called with None; a few study a checkpoint, or a checkpoint
and data together, a `Pair`. It reports its progress by `run.report`, which also cancels, and writes what is large below
`run.scratch`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import GeneratorError
from generators.run import Run


@dataclass(frozen=True, slots=True)
class Pair:
    """A checkpoint and the data that it is studied with.

    Attributes:
        guard: What compares pictures with those that the checkpoint learned from, where there is one.
    """

    checkpoint: Checkpoint
    data: TrainingData
    guard: Path | None = None


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an inspection found.

    Attributes:
        summary: Figures that fit into a row of a database, as JSON.
        files: What is too large for that, by name; each lies below the run's scratch folder.
    """

    summary: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    def as_result(self) -> dict[str, Any]:
        """Return what is sent to the worker."""
        return {
            "summary": self.summary,
            "files": {name: str(path.absolute()) for name, path in self.files.items()},
        }


Inspect = Callable[[Any, dict[str, Any], Run], Inspected]
"""Called with a TrainingData, with a Checkpoint where that is what it studies, or with a Pair."""


OF_PARAMS = frozenset({"embedding", "looks"})
"""Inspections that need neither a version nor a checkpoint."""


class UnknownInspection(GeneratorError):
    """There is no inspection of this name."""

    code = "unknown_inspection"


def load(name: str) -> Inspect:
    """Return the function of an inspection; imports whatever it needs.

    Raises:
        UnknownInspection: If no file in this folder has the name.
    """
    module = f"{__name__}.{name}"
    try:
        inspect: Inspect = import_module(module).inspect
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise UnknownInspection(
            f"There is no inspection {name!r}. Update the worker to the platform's version."
        ) from error
    return inspect
