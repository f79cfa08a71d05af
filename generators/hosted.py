"""Jobs as the host process does them: each report is a message to the worker."""

import math
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel

from generators import inspection, registry
from generators.checkpoint import Checkpoint, read
from generators.errors import BadData, Cancelled, GeneratorError
from generators.execution import execute, read_inputs, read_params, run_seed
from generators.messages import (
    MAX_TEXT,
    Log,
    Measured,
    NoticeFacts,
    NoticeGiven,
    Preview,
    Progress,
    Result,
    SampleFacts,
    SampleMade,
    Saved,
    Started,
    Stream,
    Work,
    encode,
)
from generators.remote import Remote
from generators.run import Notice, Run, Sample
from generators.several import ProcessLost

BLIND_REPORTS = 3
"""A generator that was to finish and has reported more often without ever looking is cancelled instead."""

_CUDA_WORDS = ("CUDA", "cuDNN", "CUBLAS", "NCCL", "HIP error")


class HostedRun(Run):
    """A run whose other end is a worker."""

    def __init__(
        self,
        work: Work,
        *,
        seed: int,
        send: Callable[[BaseModel], None],
        is_cancelled: Callable[[], bool],
        is_finishing: Callable[[], bool],
    ) -> None:
        self.device = work.device
        self.seed = seed
        self.scratch = Path(work.scratch)
        self.resume_from = None if work.resume_from is None else read(Path(work.resume_from))
        self.pictures = {name: Path(path) for name, path in work.pictures.items()}
        self.remote = Remote(**work.remote.model_dump()) if work.remote else None
        self.about = {}
        self._send = send
        self._is_cancelled = is_cancelled
        self._is_finishing = is_finishing
        self._looks = False
        self._blind_reports = 0

    @property
    def finishing(self) -> bool:
        self._looks = True
        return self._is_finishing()

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        finite = _finite(metrics)
        self._send(Progress(done=int(done), total=int(total), message=message, metrics=finite))
        self._blind_reports += self._is_finishing() and not self._looks
        if self._is_cancelled() or self._blind_reports > BLIND_REPORTS:
            raise Cancelled

    def measured(self, done: int, **metrics: float) -> None:
        self._send(Measured(done=int(done), metrics=_finite(metrics)))

    def notice(self, notice: Notice) -> None:
        facts = NoticeFacts(
            code=notice.code,
            text=notice.text,
            remedy=notice.remedy,
            level=notice.level,
            values=notice.values,
        )
        self._send(NoticeGiven(notice=facts))

    def preview(self, sample: Sample) -> None:
        self._send(Preview(sample=SampleFacts(**_facts(sample))))

    def stream(self, text: str, *, index: int = 0) -> None:
        self._send(Stream(text=text, index=index))

    def save(self, checkpoint: Checkpoint) -> None:
        self._send(Saved(folder=str(checkpoint.folder.absolute())))

    def log(self, line: str) -> None:
        self._send(Log(line=line[:MAX_TEXT]))


class HostedJobs:
    """Performs jobs and writes what happens to `answers`. Those that share the process are done in threads."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._lock = threading.Lock()
        self._cancelled: set[str] = set()
        self._finishing: set[str] = set()

    def expect(self, job: str) -> None:
        """Forget that an earlier attempt at a job was stopped here. Called from the thread that reads orders."""
        self._cancelled.discard(job)
        self._finishing.discard(job)

    def finish(self, job: str) -> None:
        """Let this job know that it is to end with what it has. Called from the thread that reads orders."""
        self._finishing.add(job)

    def cancel(self, job: str) -> None:
        """Let the next report of this job raise Cancelled. Called from the thread that reads orders."""
        self._cancelled.add(job)

    def perform(self, work: Work) -> bool:
        """Do a job to its end and return whether this process is fit for another."""
        fit = True
        try:
            result = Result(status="succeeded", result=self._do(work))
        except Cancelled:
            result = Result(status="cancelled", code="cancelled", message="Cancelled.")
        except GeneratorError as error:
            result = Result(status="refused", code=error.code, message=str(error)[:MAX_TEXT])
            fit = not is_cuda_error(error)
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit too
            result, fit = _crash(work.generator, error), False
        self._send(result, work.job)
        return fit

    def _do(self, work: Work) -> dict[str, object]:
        if work.kind == "inspect":
            return self._inspect(work)
        spec = registry.get(work.generator)
        params = read_params(spec, work.kind, work.params)
        Path(work.scratch).mkdir(parents=True, exist_ok=True)
        checkpoint, data = read_inputs(work.checkpoint, work.data)
        run = self._run(work, seed=run_seed(params, work.seed))
        weights = checkpoint.sha256 if checkpoint else ""
        self._send(Started(generator=spec.name, version=spec.version, checkpoint_sha256=weights), work.job)

        def hand_over(sample: Sample) -> None:
            self._send(SampleMade(**_facts(sample)), work.job)
            if work.job in self._cancelled:
                raise Cancelled

        return execute(
            spec,
            work.kind,
            params,
            run,
            checkpoint=checkpoint,
            data=data,
            on_sample=hand_over,
            guard=None if work.guard is None else Path(work.guard),
        )

    def _inspect(self, work: Work) -> dict[str, object]:
        inspect = inspection.load(work.generator)
        checkpoint, data = read_inputs(work.checkpoint, work.data)
        if data is None and checkpoint is None and work.generator not in inspection.OF_PARAMS:
            raise BadData("An inspection needs a dataset version or a checkpoint. Choose one.")
        Path(work.scratch).mkdir(parents=True, exist_ok=True)
        self._send(Started(generator=work.generator, version="", checkpoint_sha256=""), work.job)
        subject: object = data or checkpoint
        if data is not None and checkpoint is not None:
            guard = None if work.guard is None else Path(work.guard)
            subject = inspection.Pair(checkpoint, data, guard)
        return inspect(subject, work.params, self._run(work, seed=work.seed)).as_result()

    def _run(self, work: Work, *, seed: int) -> HostedRun:
        return HostedRun(
            work,
            seed=seed,
            send=lambda message: self._send(message, work.job),
            is_cancelled=lambda: work.job in self._cancelled,
            is_finishing=lambda: work.job in self._finishing,
        )

    def _send(self, message: BaseModel, job: str) -> None:
        line = encode(message, job=job)
        with self._lock:
            # An unbuffered pipe may take only a part of a long line.
            while line:
                line = line[self._answers.write(line) or 0 :]


def is_cuda_error(error: BaseException | None) -> bool:
    """Return whether an error, or one that it stands for, came from the GPU: its context cannot be trusted then."""
    for _ in range(20):
        if error is None:
            break
        name = type(error).__name__
        if name in ("OutOfMemoryError", "AcceleratorError"):
            return True
        if isinstance(error, RuntimeError) and any(word in str(error) for word in _CUDA_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def _crash(generator: str, error: BaseException) -> Result:
    code, message = "crashed", f"{generator} failed with {type(error).__name__}: {error}"[:MAX_TEXT]
    if isinstance(error, MemoryError):
        code, message = (
            "memory",
            f"{generator} found no more memory. Choose a smaller batch_size or fewer samples.",
        )
    elif isinstance(error, ProcessLost):
        code, message = "killed", f"{generator}: {error} Most often the machine ran out of memory."
    elif is_cuda_error(error):
        code, message = "gpu", f"{generator} failed on the GPU: {error}"[:MAX_TEXT]
        if "out of memory" in str(error):
            code, message = (
                "gpu_memory",
                f"{generator} found no more GPU memory. Choose a smaller batch_size.",
            )
    elif isinstance(error, SystemExit):
        message = f"{generator} called sys.exit({error.code!r}) instead of giving a result."
    text = "".join(traceback.format_exception(error))
    return Result(status="crashed", code=code, message=message, traceback=text[-MAX_TEXT:])


def _finite(metrics: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in metrics.items() if math.isfinite(value)}


def _facts(sample: Sample) -> dict[str, object]:
    return {
        "media_type": sample.media_type,
        "path": None if sample.path is None else str(sample.path.absolute()),
        "text": sample.text,
        "label": sample.label,
        "seed": sample.seed,
        "name": sample.name,
        "meta": sample.meta,
    }
