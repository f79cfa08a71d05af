"""The conformance kit: `check(SPEC, folder)` takes a generator through everything that the platform will ask of it.

It runs over all built-in generators in the platform's tests, and in each plugin's own:

    def test_the_generator_keeps_its_promises(tmp_path):
        check(SPEC, tmp_path, quick={"train": {"steps": 20}})
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generators import registry
from generators.conformance import NotConforming, Trial, expect
from generators.data import TrainingData
from generators.schema_checks import heavy_imports, params_problems
from generators.spec import SDK_VERSION, Spec
from generators.tiny import png_bytes, tiny_data, write_data

__all__ = ["NotConforming", "check", "png_bytes", "tiny_data", "write_data"]

HELD_OUT = 10
"""Records that a generator is evaluated on here."""


def check(
    spec: Spec,
    folder: Path,
    *,
    quick: Mapping[str, Mapping[str, Any]] | None = None,
    data: TrainingData | None = None,
) -> list[str]:
    """Return what was checked, one sentence each.

    Args:
        spec: The generator.
        folder: An empty folder to work in.
        quick: Params by kind of job that make it end in seconds, such as {"train": {"kimg": 0.1}}. Fields without
            a default must be in it.
        data: A dataset version to train, evaluate and report on; a tiny one is made where it is None.

    Raises:
        NotConforming: At the first promise that is broken; the text says which.
    """
    return list(_checks(spec, folder, quick or {}, data))


def _checks(
    spec: Spec, folder: Path, quick: Mapping[str, Mapping[str, Any]], data: TrainingData | None
) -> Iterator[str]:
    expect(spec.fits_sdk(), f"{spec.name} is written for SDK {spec.sdk}; this is SDK {SDK_VERSION}.")
    for kind in spec.kinds:
        problems = list(params_problems(spec.params_for(kind), quick.get(kind, {})))
        expect(not problems, "\n".join(problems))
    yield "Its params have descriptions, limits and defaults."
    heavy = heavy_imports(spec)
    expect(not heavy, f"The spec of {spec.name} imports {', '.join(heavy)}; the web process reads it.")
    yield "Its spec imports nothing heavy."
    for kind in spec.kinds:
        registry.load(spec, kind)
    yield f"It has the functions {', '.join(spec.kinds)}."

    data_kind = min(spec.needs.data, default="text")
    if data is None:
        records = max(96, spec.needs.minimum_records + 4) + 2 * HELD_OUT
        data = tiny_data(folder / "data", data_kind, records=records, held_out=HELD_OUT)
    trial = Trial(spec, folder, quick, data)
    checkpoint = None
    if "train" in spec.kinds:
        checkpoint = trial.training()
        yield "It trains, and a training that is killed and resumed ends with the same weights bit for bit."
    for kind in spec.kinds:
        if kind in ("sample", "report"):
            trial.sampling(kind, checkpoint)
            yield f"Its {kind} jobs give what the spec declares, the same for the same seed bit for bit."
    if spec.evaluates:
        trial.evaluating(checkpoint)
        yield "It evaluates to finite numbers, the same when asked again."
    if spec.chats:
        trial.chatting(checkpoint)
        yield "It answers chats, streams what it says, and says the same for the same seed."
    for kind in spec.kinds:
        trial.cancelling(kind, checkpoint)
        yield f"Its {kind} jobs can be cancelled."
        if kind in ("train", "report"):
            trial.refusing(kind, checkpoint)
            yield f"Its {kind} jobs refuse data without records or content."
    if spec.sample is not None and checkpoint is not None and "label" in spec.sample.model_fields:
        trial.refusing_labels(checkpoint)
        yield "It refuses a label that it was not trained with."
