"""The handle that a generator's function gets: its only door to the outside."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from generators.chat import Chat, ChatParams
from generators.checkpoint import Checkpoint
from generators.errors import BadParams, Cancelled
from generators.remote import Remote


@dataclass(frozen=True, slots=True)
class Sample:
    """One output of a generator: a file in the run's scratch folder, or a text."""

    media_type: str
    path: Path | None = None
    text: str | None = None
    label: str | None = None
    seed: int | None = None
    name: str = ""
    meta: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.path is None) == (self.text is None):
            raise ValueError(f"A sample is a file or a text; this {self.media_type} is both or neither.")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should know of a job while it runs: what happened, with the value, and the next step.

    Attributes:
        code: A word for programs, such as "mode_collapse"; the platform translates those it knows.
        text: A sentence with the value.
        remedy: What to do about it; empty where there is nothing to do.
        level: "info" for a decision that was taken, "warning" for trouble.
        values: The values of the sentence, by name.
    """

    code: str
    text: str
    remedy: str = ""
    level: Literal["info", "warning"] = "warning"
    values: dict[str, int | float | str] = field(default_factory=dict)


class Run(ABC):
    """The live side of a job.

    Attributes:
        device: Where tensors live: "cpu" or "cuda:0".
        seed: The job's seed; the same as `params.seed` where the params have one.
        scratch: A folder for files of this job. It survives a restart of the job, not its end.
        resume_from: The checkpoint that an earlier attempt saved last, with its state, or None.
        pictures: The files of the pictures that the params name, by the names they have there; see `picture`.
        remote: How the server is reached that computes for this job, where its generator needs one.
        about: How figures were measured, for those who read them: {"extractor": "efficientnet-lite0, ..."}, say.
    """

    device: str
    seed: int
    scratch: Path
    resume_from: Checkpoint | None
    pictures: Mapping[str, Path]
    remote: Remote | None
    about: dict[str, str | bool]

    def picture(self, name: str) -> Path:
        """Return the file of a picture that a param names.

        Raises:
            BadParams: If the run was given no such picture.
        """
        try:
            return self.pictures[name]
        except KeyError:
            raise BadParams(
                f"There is no picture {name!r}. Choose it again: it may have been deleted."
            ) from None

    def ask(self, generator: str, params: ChatParams, check: Callable[[], None]) -> Chat:
        """Return what another generator answers to a chat: one that needs words asks for them here.

        Args:
            generator: The name of the one that answers; its spec says that it chats.
            params: The conversation. With `json_schema`, the answer follows it token by token.
            check: Called at each step of the answer, to report progress; Cancelled passes through it.

        Raises:
            BadParams: If that generator answers no chats.
        """
        from generators.asking import ask

        return ask(self, generator, params, check)

    @property
    @abstractmethod
    def finishing(self) -> bool:
        """Whether a person asked to end the job now and keep what there is.

        A loop that looks at it after each step returns what it has. One that never does is cancelled instead, and
        the checkpoint that it saved last is kept.
        """

    @abstractmethod
    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        """Say how far the job is, and the newest metrics. Call it at every step: it also cancels.

        Raises:
            Cancelled: If a person asked to stop. Let it pass through.
        """

    @abstractmethod
    def measured(self, done: int, **metrics: float) -> None:
        """Keep what was measured on held-out data at this point. Unlike those of `report`, all points are kept."""

    @abstractmethod
    def notice(self, notice: Notice) -> None:
        """Tell a person what they should know, on the page of the job and in its result."""

    @abstractmethod
    def preview(self, sample: Sample) -> None:
        """Show an intermediate result, such as a grid of images. Previews are not kept."""

    @abstractmethod
    def stream(self, text: str, *, index: int = 0) -> None:
        """Show the next piece of a text that is being written; `index` is the variant it belongs to."""

    @abstractmethod
    def save(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint with state, so that the job can be resumed from it after a crash."""

    @abstractmethod
    def log(self, line: str) -> None:
        """Add a line to the job's log."""


class LocalRun(Run):
    """A run without the platform, for the command line and tests. It remembers all that it was told.

    Args:
        scratch: Folder for the run's files; made where it is missing.
        cancel_after: Raise Cancelled at this report (1 is the first), as if a person had asked.
        finish_after: Ask to finish from this report on, as if a person had.
        on_report: Called with each report, for a progress line.
        on_text: Called with each streamed piece and its index.
        remote: How a server is reached; by default what BRANDKILN_REMOTE_URL, _MODEL and _KEY say.
    """

    def __init__(
        self,
        scratch: Path,
        *,
        device: str = "cpu",
        seed: int = 0,
        resume_from: Checkpoint | None = None,
        cancel_after: int | None = None,
        finish_after: int | None = None,
        on_report: Callable[["Report"], None] | None = None,
        on_text: Callable[[str, int], None] | None = None,
        remote: Remote | None = None,
    ) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self.device = device
        self.seed = seed
        self.scratch = scratch
        self.resume_from = resume_from
        self.pictures = {}
        self.remote = remote or _remote_of_environment()
        self.about = {}
        self.reports: list[Report] = []
        self.previews: list[Sample] = []
        self.streams: dict[int, str] = {}
        self.saved: list[Checkpoint] = []
        self.lines: list[str] = []
        self.notices: list[Notice] = []
        self.measures: list[tuple[int, dict[str, float]]] = []
        self._cancel_after = cancel_after
        self._finish_after = finish_after
        self._on_report = on_report
        self._on_text = on_text

    def picture(self, name: str) -> Path:
        """Return the file of a picture; without the platform, its name is its path."""
        path = Path(name)
        return path if path.is_file() else super().picture(name)

    @property
    def finishing(self) -> bool:
        return self._finish_after is not None and len(self.reports) >= self._finish_after

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        self.reports.append(Report(done, total, message, metrics))
        if self._on_report:
            self._on_report(self.reports[-1])
        if self._cancel_after is not None and len(self.reports) >= self._cancel_after:
            raise Cancelled

    def measured(self, done: int, **metrics: float) -> None:
        self.measures.append((done, metrics))

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice)

    def preview(self, sample: Sample) -> None:
        self.previews.append(sample)

    def stream(self, text: str, *, index: int = 0) -> None:
        self.streams[index] = self.streams.get(index, "") + text
        if self._on_text:
            self._on_text(text, index)

    def save(self, checkpoint: Checkpoint) -> None:
        self.saved.append(checkpoint)

    def log(self, line: str) -> None:
        self.lines.append(line)


def _remote_of_environment() -> Remote | None:
    url, model = os.environ.get("BRANDKILN_REMOTE_URL"), os.environ.get("BRANDKILN_REMOTE_MODEL")
    if not url or not model:
        return None
    allowed = tuple(filter(None, os.environ.get("BRANDKILN_REMOTE_HOSTS", "").split(",")))
    return Remote(url, model, os.environ.get("BRANDKILN_REMOTE_KEY", ""), allowed)


@dataclass(frozen=True, slots=True)
class Report:
    """One call of Run.report."""

    done: int
    total: int
    message: str
    metrics: dict[str, float]
