"""Training: weights that walk towards a number made of each record, with a little noise."""

import hashlib
import random
import struct
import time

from generators import checkpoint
from generators.checkpoint import Checkpoint
from generators.data import Record, TrainingData
from generators.errors import BadCheckpoint, BadData
from generators.run import Notice, Run, Sample
from generators.testing import png_bytes
from generators.weights import RawTensor
from tests.dummy_generator.habits import indulge
from tests.dummy_generator.spec import SPEC, TrainParams

WIDTH = 8


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the checkpoint after the last step."""
    records = data.records("train")
    noise = random.Random(run.seed)
    weights, first = [0.0] * WIDTH, 0
    if run.resume_from is not None:
        weights, first = _resume(run.resume_from, noise)
    for step in range(first, params.steps):
        target = record_numbers(records[noise.randrange(len(records))])
        weights = [
            w + params.learning_rate * (t - w) + noise.gauss(0, 0.001)
            for w, t in zip(weights, target, strict=True)
        ]
        time.sleep(params.step_seconds)
        done = step + 1
        loss = sum((t - w) ** 2 for w, t in zip(weights, target, strict=True)) / WIDTH
        run.report(done, params.steps, "Training", loss=loss)
        if done % params.save_every == 0 and done < params.steps:
            run.save(_save(data, params, run, weights, noise, done, loss))
            run.preview(_preview(run, weights, done))
        if done == (params.steps + 1) // 2:
            indulge(params.habit, run)
        if run.finishing:
            run.notice(Notice("ended_early", f"It was ended after {done} steps.", level="info"))
            return _save(data, params, run, weights, noise, done, loss)
    return _save(data, params, run, weights, noise, params.steps, loss if first < params.steps else 0.0)


def record_numbers(record: Record) -> list[float]:
    """Return numbers between 0 and 1 that stand for a record."""
    if record.path is None:
        source = (record.text or repr(sorted(record.fields.items()))).encode()
    else:
        source = record.path.read_bytes()
        if not source.startswith(b"\x89PNG"):
            raise BadData(f"{record.path.name} is not a PNG picture. Remove it from the dataset.")
    return [byte / 255 for byte in hashlib.sha256(source).digest()[:WIDTH]]


def _resume(saved: Checkpoint, noise: random.Random) -> tuple[list[float], int]:
    state = saved.state_json()
    if state is None:
        raise BadCheckpoint(
            "This checkpoint was saved without state; choose one that was saved while training."
        )
    version, numbers, gauss = state["random"]
    noise.setstate((version, tuple(numbers), gauss))
    return list(struct.unpack(f"<{WIDTH}d", saved.raw_tensors()["weights"].data)), state["step"]


def _save(
    data: TrainingData,
    params: TrainParams,
    run: Run,
    weights: list[float],
    noise: random.Random,
    step: int,
    loss: float,
) -> Checkpoint:
    return checkpoint.write(
        run.scratch / f"checkpoint-{step}",
        generator=SPEC.name,
        generator_version=SPEC.version,
        params=params.model_dump(),
        config={"width": WIDTH},
        labels=data.labels,
        tensors={"weights": RawTensor("F64", (WIDTH,), struct.pack(f"<{WIDTH}d", *weights))},
        metrics={"loss": loss},
        data_sha256=data.sha256,
        seed=run.seed,
        state_json={"step": step, "random": noise.getstate()},
    )


def _preview(run: Run, weights: list[float], step: int) -> Sample:
    path = run.scratch / f"preview-{step}.png"
    path.write_bytes(
        png_bytes(WIDTH, 1, bytes(int(255 * min(max(w, 0.0), 1.0)) for w in weights for _ in "rgb"))
    )
    return Sample(media_type="image/png", path=path, name=f"Step {step}")
