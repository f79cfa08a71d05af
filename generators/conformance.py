"""The promises that are tried out by running a generator: train, resume, sample, evaluate, cancel, refuse."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generators.checkpoint import Checkpoint, read
from generators.data import Record, TrainingData
from generators.errors import Cancelled, GeneratorError
from generators.execution import execute, read_params, run_seed
from generators.interruption import Interrupted, kill_and_resume
from generators.params import Params
from generators.run import LocalRun, Run, Sample
from generators.spec import Kind, Spec
from generators.tiny import write_data

_FIRST_BYTES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/webp": b"RIFF",
    "application/pdf": b"%PDF-",
}
_SEED = 11


class NotConforming(AssertionError):
    """A promise that the generator does not keep."""


def expect(kept: bool, promise: str) -> None:
    """Raise NotConforming with the broken promise unless it was kept."""
    if not kept:
        raise NotConforming(promise)


class Trial:
    """Runs one generator's jobs in a folder, each in a scratch folder of its own."""

    def __init__(
        self, spec: Spec, folder: Path, quick: Mapping[str, Mapping[str, Any]], data: TrainingData
    ) -> None:
        self._spec = spec
        self._folder = folder
        self._quick = quick
        self._data = data
        self._runs = 0

    def training(self) -> Checkpoint:
        """Return the checkpoint of a training, after checking what it says of itself."""
        run, name = self._run(), self._spec.name
        params = self._params("train")
        result, _ = self._execute("train", run, params=params)
        checkpoint = read(Path(result["checkpoint"]))
        expect(
            bool(run.reports),
            f"train() of {name} never calls run.report, so nobody sees progress or can cancel.",
        )
        counts = [report.done for report in run.reports]
        expect(counts == sorted(counts), f"train() of {name} reports progress that goes back: {counts}.")
        beyond = [report for report in run.reports if report.done > report.total]
        expect(not beyond, f"train() of {name} reports more than its total: {beyond[:1]}.")
        stated = {
            "generator": (checkpoint.generator, name),
            "generator_version": (checkpoint.generator_version, self._spec.version),
            "params": (checkpoint.params, params.model_dump(mode="json")),
            "data_sha256": (checkpoint.data_sha256, self._data.sha256),
            "seed": (checkpoint.seed, run.seed),
        }
        for fact, (found, due) in stated.items():
            expect(
                found == due, f"The checkpoint of {name} has {fact} {found!r}; it was trained with {due!r}."
            )
        expect(
            set(checkpoint.labels) <= set(self._data.labels), f"{name} invents labels: {checkpoint.labels}."
        )
        expect(bool(run.saved), f"train() of {name} never calls run.save, so a crash loses all its work.")
        self._check_resume(params, run.seed, checkpoint)
        return checkpoint

    def _check_resume(self, params: Params, seed: int, checkpoint: Checkpoint) -> None:
        """Check that a training that is killed goes on, in another process, to the same weights bit for bit."""
        name = self._spec.name
        try:
            resumed = kill_and_resume(self._spec, params, self._data, self._scratch(), seed=seed)
        except Interrupted as error:
            raise NotConforming(
                f"train() of {name} did not survive being killed and resumed: {error}"
            ) from error
        expect(
            resumed.sha256 == checkpoint.sha256,
            f"{name}, killed and resumed from its first saved checkpoint, ends with other weights than without the "
            "break.",
        )

    def sampling(self, kind: Kind, checkpoint: Checkpoint | None) -> None:
        """Check that samples are what the spec declares and that a seed repeats them bit for bit."""
        name = self._spec.name
        params = self._params(kind)
        samples = self._samples(kind, checkpoint, params)
        expect(
            samples[0].media_type == self._spec.output, f"{name} declares {self._spec.output}: {samples[0]}."
        )
        count = getattr(params, "count", None)
        expect(
            count in (None, len(samples)), f"{name} gave {len(samples)} samples where {count} were asked for."
        )
        for sample in samples:
            begin = _FIRST_BYTES.get(sample.media_type, b"")
            expect(
                _content(sample).startswith(begin),
                f"A sample of {name} is not {sample.media_type}: {sample}.",
            )
            expect(bool(_content(sample)), f"A sample of {name} is empty: {sample}.")
        first = [_content(sample) for sample in samples]
        again = [_content(sample) for sample in self._samples(kind, checkpoint, params)]
        expect(first == again, f"{name} gives other samples when asked again with the same seed.")
        if "seed" in type(params).model_fields:
            others = (params.model_copy(update={"seed": seed}) for seed in (101, 102, 103))
            expect(
                any(
                    [_content(s) for s in self._samples(kind, checkpoint, other)] != first for other in others
                ),
                f"{name} gives the same samples whatever the seed.",
            )

    def evaluating(self, checkpoint: Checkpoint | None) -> None:
        """Check that evaluating gives numbers, and the same ones when asked again."""
        for split in ("validation", "test"):
            params = read_params(self._spec, "evaluate", {**self._quick.get("evaluate", {}), "split": split})
            metrics = self._execute("evaluate", self._run(), checkpoint=checkpoint, params=params)[0][
                "metrics"
            ]
            expect(bool(metrics), f"evaluate() of {self._spec.name} gives no metrics.")
            expect(
                all(map(math.isfinite, metrics.values())), f"evaluate() of {self._spec.name} gives {metrics}."
            )
        again = self._execute("evaluate", self._run(), checkpoint=checkpoint, params=params)[0]["metrics"]
        expect(again == metrics, f"evaluate() of {self._spec.name} gives {metrics}, then {again}.")

    def chatting(self, checkpoint: Checkpoint | None) -> None:
        """Check that a chat gets as many answers as it asks for, that a seed repeats them, and that all streams."""
        name, params = self._spec.name, self._params("chat").model_copy(update={"n": 2, "max_tokens": 4})
        run = self._run()
        result, _ = self._execute("chat", run, checkpoint=checkpoint, params=params)
        texts = [answer["text"] for answer in result["answers"]]
        expect(len(texts) == 2, f"chat() of {name} gave {len(texts)} answers where 2 were asked for.")
        streamed = [run.streams.get(number, "") for number in range(2)]
        expect(streamed == texts, f"chat() of {name} streams {streamed} and answers {texts}.")
        again, _ = self._execute("chat", self._run(), checkpoint=checkpoint, params=params)
        expect(again == result, f"chat() of {name} answers otherwise when asked again with the same seed.")

    def cancelling(self, kind: Kind, checkpoint: Checkpoint | None) -> None:
        """Check that the first report ends the job once a person has asked."""
        try:
            self._execute(kind, LocalRun(self._scratch(), seed=_SEED, cancel_after=1), checkpoint=checkpoint)
        except Cancelled:
            return
        raise NotConforming(f"{kind}() of {self._spec.name} goes on after run.report has raised Cancelled.")

    def refusing(self, kind: Kind, checkpoint: Checkpoint | None) -> None:
        """Check that data without records, and files that are no images, are refused with a sentence."""
        bad = [write_data(self._folder / f"empty-{kind}", self._data.kind, [], name="Empty")]
        if self._data.kind == "image":
            bad.append(_garbage(self._folder / f"garbage-{kind}", max(self._spec.needs.minimum_records, 8)))
        for data in bad:
            try:
                self._execute(kind, self._run(), checkpoint=checkpoint, data=data)
            except GeneratorError as error:
                expect(len(str(error)) > 10, f"{self._spec.name} refuses {data.name!r} without saying why.")
            except Exception as error:
                raise NotConforming(
                    f"{kind}() of {self._spec.name} crashes on {data.name!r}: {error!r}."
                ) from error
            else:
                raise NotConforming(f"{kind}() of {self._spec.name} accepts {data.name!r}.")

    def refusing_labels(self, checkpoint: Checkpoint | None) -> None:
        """Check that a label nobody has seen is refused with a sentence."""
        params = self._params("sample").model_copy(update={"label": "no such label"})
        try:
            self._execute("sample", self._run(), checkpoint=checkpoint, params=params)
        except GeneratorError:
            return
        raise NotConforming(
            f"sample() of {self._spec.name} accepts a label that the checkpoint does not have."
        )

    def _samples(self, kind: Kind, checkpoint: Checkpoint | None, params: Params) -> list[Sample]:
        run = self._run()
        _, samples = self._execute(kind, run, checkpoint=checkpoint, params=params)
        for sample in samples:
            inside = sample.path is None or sample.path.resolve().is_relative_to(run.scratch.resolve())
            expect(inside, f"{self._spec.name} wrote {sample.path}, which is not in run.scratch.")
        return samples

    def _execute(
        self,
        kind: Kind,
        run: Run,
        *,
        params: Params | None = None,
        checkpoint: Checkpoint | None = None,
        data: TrainingData | None = None,
    ) -> tuple[dict[str, Any], list[Sample]]:
        samples: list[Sample] = []
        params = params or self._params(kind)
        run.seed = run_seed(params, run.seed)
        data = None if kind in ("sample", "chat") else data or self._data
        checkpoint = None if kind == "train" else checkpoint
        result = execute(
            self._spec,
            kind,
            params,
            run,
            checkpoint=checkpoint,
            data=data,
            on_sample=samples.append,
            builds_guard=False,
        )
        return result, samples

    def _params(self, kind: Kind) -> Params:
        return read_params(self._spec, kind, dict(self._quick.get(kind, {})))

    def _run(self) -> LocalRun:
        return LocalRun(self._scratch(), seed=_SEED)

    def _scratch(self) -> Path:
        self._runs += 1
        return self._folder / f"run-{self._runs}"


def _content(sample: Sample) -> bytes:
    return sample.path.read_bytes() if sample.path is not None else (sample.text or "").encode()


def _garbage(folder: Path, count: int) -> TrainingData:
    folder.mkdir()
    file = folder / "garbage.png"
    file.write_bytes(b"This is no picture.")
    records = [Record(id=str(number), split="train", path=file) for number in range(count)]
    return write_data(folder, "image", records, name="Garbage")
