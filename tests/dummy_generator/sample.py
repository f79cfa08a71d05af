"""Sampling: squares in the colours of the weights, or a text about the prompt."""

import random
import time
from collections.abc import Iterator

from generators.checkpoint import Checkpoint
from generators.errors import GeneratorError
from generators.run import Run, Sample
from generators.testing import png_bytes
from tests.dummy_generator.habits import indulge
from tests.dummy_generator.spec import SampleParams

WORDS = ("soft", "bright", "quiet", "kind", "sturdy", "light", "honest", "warm")


def sample(checkpoint: Checkpoint | None, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return `count` samples, each with its own seed. Works without a checkpoint too."""
    if params.label is not None and checkpoint is not None and params.label not in checkpoint.labels:
        raise GeneratorError(f"There is no label {params.label!r}. Known: {', '.join(checkpoint.labels)}.")
    base = checkpoint.raw_tensors()["weights"].data if checkpoint else b"dummy"
    if params.habit == "nothing":
        return
    for index in range(params.count):
        seed = (params.seed + index) % 2**32
        random_numbers = random.Random(base + seed.to_bytes(4, "big") + (params.label or "").encode())
        time.sleep(params.step_seconds)
        run.report(index + 1, params.count, "Drawing")
        if index == params.count // 2:
            indulge(params.habit, run)
        if params.output == "text":
            yield _text(params, run, random_numbers, index, seed)
        else:
            yield _image(params, run, random_numbers, index, seed)


def _text(params: SampleParams, run: Run, random_numbers: random.Random, index: int, seed: int) -> Sample:
    words = [params.prompt, "is", *random_numbers.choices(WORDS, k=8)]
    for word in words:
        time.sleep(params.step_seconds / len(words))
        run.stream(f"{word} ", index=index)
    return Sample(media_type="text/plain", text=" ".join(words), seed=seed, name=f"text {index + 1}")


def _image(params: SampleParams, run: Run, random_numbers: random.Random, index: int, seed: int) -> Sample:
    path = run.scratch / f"square-{index}.png"
    if params.habit == "escape":
        path = run.scratch.parent / "elsewhere.png"
    if params.habit == "link-out":
        outside = run.scratch.parent / "outside.txt"
        outside.write_text("not of this job")
        path.symlink_to(outside)
    else:
        path.write_bytes(png_bytes(params.size, params.size, random_numbers.randbytes(3) * params.size**2))
    return Sample(
        media_type="image/png",
        path=path,
        label=params.label,
        seed=seed,
        name=f"square {index + 1}",
        meta={"size": params.size},
    )
