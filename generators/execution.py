"""Does one job of a generator: the checks that every generator wants, then its function."""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version
from pydantic import ValidationError

from generators import registry, several
from generators.chat import Chat
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadCheckpoint, BadData, BadParams, DatasetTooSmall
from generators.guarding import build_guard, guarded
from generators.params import Params
from generators.run import Run, Sample
from generators.spec import USES_CHECKPOINT, USES_DATA, Kind, Spec


def read_params(spec: Spec, kind: str, values: dict[str, Any]) -> Params:
    """Return the checked params of one kind of job, with every default filled in.

    Raises:
        UnknownKind: If the generator does not offer the kind.
        BadParams: If a value does not fit; the text names each field and its limit.
    """
    try:
        return spec.params_for(kind).model_validate(values)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'params'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_context=False)
        )
        raise BadParams(f"{spec.title} cannot {kind} with these params. {problems}.") from error


def check_checkpoint(spec: Spec, kind: str, checkpoint: Checkpoint | None) -> None:
    """Raise BadCheckpoint unless the job has the checkpoint that it needs."""
    if checkpoint is None:
        if kind in USES_CHECKPOINT and spec.needs.checkpoint:
            raise BadCheckpoint(
                f"{spec.title} needs a trained checkpoint to {kind}. Train one or choose one."
            )
    elif checkpoint.generator != spec.name:
        raise BadCheckpoint(
            f"The checkpoint was trained by {checkpoint.generator}; {spec.name} cannot use it."
        )
    elif not _reads(spec.version, checkpoint.generator_version):
        raise BadCheckpoint(
            f"The checkpoint was trained by {spec.name} {checkpoint.generator_version}, which {spec.name} "
            f"{spec.version} of this studio cannot read. Update the studio, or train it again here."
        )


def _reads(version: str, other: str) -> bool:
    """Return whether a generator reads what another version of it wrote: an earlier one of the same major number."""
    try:
        own, written = Version(version).release, Version(other).release
    except InvalidVersion:
        return False
    return written[0] == own[0] and written[:2] <= own[:2]


def check_data(spec: Spec, kind: str, data: TrainingData | None) -> None:
    """Raise BadData or DatasetTooSmall unless the job has the dataset version that it needs."""
    if kind not in USES_DATA:
        return
    accepted = " or ".join(sorted(spec.needs.data))
    if data is None:
        raise BadData(f"{spec.title} needs a dataset version of kind {accepted} to {kind}. Choose one.")
    if data.kind not in spec.needs.data:
        raise BadData(f"{spec.title} works on {accepted} data; {data.name!r} is {data.kind}.")
    found, least = data.counts()["train"], spec.needs.minimum_records
    if kind == "train" and found < least:
        raise DatasetTooSmall(
            f"{spec.name} needs at least {least} training records; dataset {data.name!r} has {found}. "
            f"Add {least - found}."
        )


def run_seed(params: Params, seed: int) -> int:
    """Return the seed of a run: that of the params where they have one, else the job's."""
    chosen = getattr(params, "seed", None)
    return chosen if isinstance(chosen, int) else seed


def execute(
    spec: Spec,
    kind: Kind,
    params: Params,
    run: Run,
    *,
    checkpoint: Checkpoint | None,
    data: TrainingData | None,
    on_sample: Callable[[Sample], None],
    guard: Path | None = None,
    builds_guard: bool = True,
) -> dict[str, Any]:
    """Do one job and return its result.

    It is {"checkpoint": folder}, with {"before", "after"} of figures where one was compressed, {"metrics", "about"},
    {"samples": number}, {"files": {name: path}, "facts": {...}}, or {"answers": [...], "prompt_tokens"}.

    Args:
        guard: What compares pictures with those that the checkpoint learned from; by default what lies beside it.
        builds_guard: Whether to build one after a training, and after an evaluation on the data of the training where
            there is none yet. The result then has {"guard": path, "guard_facts": {...}} too.

    Raises:
        GeneratorError: If the generator refuses.
        Cancelled: If a person asked to stop.
    """
    check_checkpoint(spec, kind, checkpoint)
    check_data(spec, kind, data)
    function = registry.load(spec, kind)
    match kind:
        case "train":
            with _beside_others(spec, params, data, run):
                trained = _trained(spec, function(data, params, run))
            made = build_guard(spec, trained, data, run) if builds_guard and data else {}
            return {"checkpoint": str(trained.folder.absolute())} | made
        case "evaluate":
            metrics = _finite(function(checkpoint, data, params, run), run)
            is_missing = builds_guard and guard is None
            made = build_guard(spec, checkpoint, data, run) if is_missing and checkpoint and data else {}
            return {"metrics": metrics, "about": dict(run.about)} | made
        case "sample":
            on_sample = guarded(spec, checkpoint, guard, run, on_sample)
            return {"samples": _hand_over(spec, function(checkpoint, params, run), on_sample)}
        case "report":
            return {"samples": _hand_over(spec, function(data, params, run), on_sample)}
        case "compress":
            made = function(checkpoint, data, params, run)
            return {
                "checkpoint": str(_trained(spec, made.checkpoint).folder.absolute()),
                "before": _finite(made.before, run),
                "after": _finite(made.after, run),
                "about": dict(run.about),
            }
        case "export":
            written = function(checkpoint, params, run)
            return {"files": {"onnx": str(written.path.absolute())}, "facts": written.facts}
        case "chat":
            answered = function(checkpoint, params, run)
            if not isinstance(answered, Chat):
                raise TypeError(f"chat() of {spec.name} returned {type(answered).__name__}, not a Chat.")
            return answered.as_result()


def _beside_others(
    spec: Spec, params: Params, data: TrainingData | None, run: Run
) -> AbstractContextManager[None]:
    """Return what starts the other processes of a training, unless this is one of them."""
    return several.several(spec, params, data, run) if data and not several.current else nullcontext()


def _trained(spec: Spec, checkpoint: Any) -> Checkpoint:
    if not isinstance(checkpoint, Checkpoint):
        raise TypeError(f"train() of {spec.name} returned {type(checkpoint).__name__}, not a Checkpoint.")
    return checkpoint


def _finite(metrics: dict[str, float], run: Run) -> dict[str, float]:
    finite = {name: float(value) for name, value in metrics.items() if math.isfinite(value)}
    for name in metrics.keys() - finite.keys():
        run.log(f"The metric {name} has no value: it came out as {float(metrics[name])}.")
    return finite


def _hand_over(spec: Spec, samples: Iterator[Sample], on_sample: Callable[[Sample], None]) -> int:
    number = 0
    for number, sample in enumerate(samples, start=1):  # noqa: B007 - the last number is the count
        if not isinstance(sample, Sample):
            raise TypeError(f"{spec.name} gave {type(sample).__name__} where a Sample was due.")
        on_sample(sample)
    if number == 0:
        raise RuntimeError(f"{spec.name} ended without a single sample.")
    return number


def read_inputs(
    checkpoint: str | Path | None, data: str | Path | None
) -> tuple[Checkpoint | None, TrainingData | None]:
    """Return the checkpoint and the dataset version that lie in two folders, where given."""
    from generators.checkpoint import read

    return (
        None if checkpoint is None else read(Path(checkpoint)),
        None if data is None else TrainingData.open(Path(data)),
    )
