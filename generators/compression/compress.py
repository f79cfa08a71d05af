"""A compress job, alike for all generators that know their `Drawing`."""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from generators import checkpoint as checkpoints
from generators.checkpoint import Checkpoint
from generators.compression.compare import mean_difference, milliseconds, part_of, quality, size
from generators.compression.distil import imitate, lend
from generators.compression.drawing import Drawing
from generators.compression.params import CompressParams
from generators.compression.prune import prune
from generators.compression.stored import load_compressed, pack_float16, pack_int8
from generators.data import TrainingData
from generators.errors import GeneratorError
from generators.run import Run, Sample
from generators.spec import Spec
from generators.training.grids import save_grid
from generators.training.randomness import generator_for

STORED = ("int8", "int8_dynamic", "float16")
EXERCISED = 8
"""Inputs with which the channels of a network are found."""
SHOWN = 16
"""Pictures of the old network in the preview, and below them as many of the new one."""


@dataclass(frozen=True)
class Compressed:
    """A smaller checkpoint and what the two are like.

    Attributes:
        checkpoint: The new one; its config's "compression" lists what was done to it, in order.
        before: Figures of the old one: bytes, parameters, ms_per_picture, and what evaluate measures.
        after: The same of the new one, and mean_difference of its pictures from the old one's, in steps of 255.
    """

    checkpoint: Checkpoint
    before: dict[str, float]
    after: dict[str, float]


def compress_network(
    spec: Spec, drawing: Drawing, checkpoint: Checkpoint, data: TrainingData, params: CompressParams, run: Run
) -> Compressed:
    """Return a new checkpoint of the same network in fewer bits or with fewer channels, measured beside the old one.

    Raises:
        GeneratorError: If the method does not suit the network or was applied before.
        Cancelled: If a person asked to stop.
    """
    done = list(checkpoint.config.get("compression", []))
    _refuse_twice(done, params.method)
    run.report(0, 1000, "Reading the checkpoint")
    tensors = checkpoint.tensors()
    if params.method == "float16" and not any(tensor.dtype == torch.float32 for tensor in tensors.values()):
        raise GeneratorError(
            "The weights of this checkpoint are float16 already; stored so again, it would not get smaller. "
            "Choose int8 or prune."
        )
    weights = load(drawing, checkpoint.config, tensors, run.device)
    original = replace(drawing, network=weights)
    config, tensors = _smaller(original, checkpoint, params, run, done)
    write = functools.partial(_write, spec, checkpoint, config, tensors, run)
    evaluation = spec.params_for("evaluate").model_validate({"split": params.split, "seed": params.seed})
    before = quality(spec, checkpoint, data, evaluation, part_of(run, 0.6, 0.76, "Measuring the old one"))
    after = quality(spec, write({}), data, evaluation, part_of(run, 0.76, 0.92, "Measuring the new one"))
    made = write(after)
    network = load(drawing, config, tensors, run.device, as_it_runs=True)
    speeds = milliseconds(drawing, [drawing.network, network], part_of(run, 0.92, 1, "Comparing"))
    _preview(drawing, network, run)
    return Compressed(
        made,
        {**_counts(checkpoint, drawing.network), "ms_per_picture": speeds[0], **before},
        {
            **_counts(made, network),
            "ms_per_picture": speeds[1],
            "mean_difference": mean_difference(drawing, drawing.network, network),
            **after,
        },
    )


def load(
    drawing: Drawing,
    config: dict[str, Any],
    tensors: dict[str, Tensor],
    device: str,
    *,
    as_it_runs: bool = False,
) -> nn.Module:
    """Return the network of a checkpoint's config and tensors, with float32 weights unless it is wanted as it runs."""
    config = dict(config)
    done: list[str] = config.pop("compression", [])
    network = drawing.build(**config)
    load_compressed(network, tensors, done if as_it_runs else [name for name in done if name not in STORED])
    return network.eval().requires_grad_(False).to(device)


def _refuse_twice(done: list[str], method: str) -> None:
    if method in STORED and done and done[-1] in STORED:
        raise GeneratorError(
            f"The weights of this checkpoint are stored as {done[-1]} already. Compress the one it came from instead."
        )


def _smaller(
    drawing: Drawing, checkpoint: Checkpoint, params: CompressParams, run: Run, done: list[str]
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return config and tensors of the smaller network."""
    config = {name: value for name, value in checkpoint.config.items() if name != "compression"}
    learning = part_of(run, 0.05, 0.6, "Learning from the old one's pictures")

    def on_step(share: float, loss: float) -> None:
        learning.report(round(1000 * share), 1000, "", difference=loss)

    match params.method:
        case "float16":
            return config | {"compression": [*done, "float16"]}, pack_float16(drawing.network)
        case "prune":
            student = prune(drawing.network, _exercise(drawing), share=params.share)
            steps = [*(name for name in done if name not in STORED), "prune"]
        case "distil":
            if drawing.width not in config:
                raise GeneratorError(
                    f"{checkpoint.generator} has no narrower network to teach. Choose int8 or prune."
                )
            config = drawing.narrower(config, params.share)
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(params.seed)
                student = drawing.build(**config).to(run.device)
            lend(student, drawing.network)
            steps = ["distil"]
        case _:
            return config | {"compression": [*done, params.method]}, pack_int8(drawing.network)
    imitate(student, drawing, params, on_step)
    return config | {"compression": steps}, dict(student.state_dict())


def _exercise(drawing: Drawing) -> Any:
    inputs = drawing.inputs(drawing.network, EXERCISED, generator_for(0, "exercise"))
    return lambda network: drawing.outputs(network, inputs)


def _write(
    spec: Spec,
    parent: Checkpoint,
    config: dict[str, Any],
    tensors: dict[str, Tensor],
    run: Run,
    metrics: dict[str, float],
) -> Checkpoint:
    return checkpoints.write(
        run.scratch / "checkpoint",
        generator=spec.name,
        generator_version=spec.version,
        params=copy.deepcopy(parent.params),
        config=config,
        labels=parent.labels,
        tensors=tensors,
        metrics=parent.metrics | metrics,
        data_sha256=parent.data_sha256,
        seed=parent.seed,
    )


def _counts(checkpoint: Checkpoint, network: nn.Module) -> dict[str, float]:
    held = [*network.parameters(), *(buffer for buffer in network.buffers() if buffer.dtype == torch.int8)]
    return {"bytes": size(checkpoint), "parameters": float(sum(tensor.numel() for tensor in held))}


@torch.inference_mode()
def _preview(drawing: Drawing, network: nn.Module, run: Run) -> None:
    inputs = drawing.inputs(drawing.network, SHOWN, generator_for(0, "preview"))
    rows = [drawing.pictures(one, inputs).float().cpu() for one in (drawing.network, network)]
    path = run.scratch / "before-and-after.png"
    save_grid(torch.cat(rows), path, columns=SHOWN)
    run.preview(Sample("image/png", path=path, name="Above before, below after", meta={"columns": SHOWN}))
