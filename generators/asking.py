"""How one generator asks another for words: the door behind `Run.ask`. Built-in generators never import each other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from generators import registry
from generators.chat import Chat, ChatParams
from generators.checkpoint import Checkpoint
from generators.errors import BadParams
from generators.run import Notice, Run, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def ask(run: Run, generator: str, params: ChatParams, check: Callable[[], None]) -> Chat:
    """Return what a generator answers to a chat within a run of another.

    Args:
        run: The run that asks; the answer is computed on its device, and by its connection where one is needed.
        generator: The name of the one that answers.
        params: The conversation.
        check: Called at each step of the answer; it raises Cancelled when a person asked to stop.

    Raises:
        BadParams: If the generator answers no chats.
        UnknownGenerator: If there is none of that name.
    """
    spec = registry.get(generator)
    if not spec.chats:
        able = ", ".join(spec.name for spec in registry.specs().values() if spec.chats)
        raise BadParams(f"{generator} answers no questions, so it cannot write. Choose one of: {able}.")
    answer: Chat = registry.load(spec, "chat")(None, params, _Aside(run, check))
    return answer


class _Aside(Run):
    """The run of an answer: its progress is nobody's but the asker's, and it keeps nothing."""

    def __init__(self, run: Run, check: Callable[[], None]) -> None:
        self.device, self.seed, self.scratch = run.device, run.seed, run.scratch
        self.resume_from: Checkpoint | None = None
        self.pictures: Mapping[str, Path] = {}
        self.remote, self.about = run.remote, {}
        self._run, self._check = run, check

    @property
    def finishing(self) -> bool:
        return False

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        self._check()

    def measured(self, done: int, **metrics: float) -> None:
        pass

    def notice(self, notice: Notice) -> None:
        self._run.notice(notice)

    def preview(self, sample: Sample) -> None:
        pass

    def stream(self, text: str, *, index: int = 0) -> None:
        pass

    def save(self, checkpoint: Checkpoint) -> None:
        pass

    def log(self, line: str) -> None:
        self._run.log(line)
