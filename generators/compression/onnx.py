"""An export job: the network as an ONNX file, compared with the one that it was written from."""

from __future__ import annotations

import copy
import json
import logging
import statistics
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from generators.checkpoint import Checkpoint
from generators.compression.drawing import Drawing, Drawn, Graph, Inputs
from generators.compression.params import ExportParams
from generators.errors import GeneratorError
from generators.run import Run
from generators.training.randomness import generator_for

OPSET = 20
"""The newest that the exporter writes without conversion; ONNX Runtime 1.17 and later read it."""


@dataclass(frozen=True)
class Exported:
    """A file for other programs.

    Attributes:
        path: The file, below the run's scratch folder.
        facts: What it takes and gives, and how close it comes to the checkpoint, as JSON.
    """

    path: Path
    facts: dict[str, Any]


def export_onnx(drawing: Drawing, checkpoint: Checkpoint, params: ExportParams, run: Run) -> Exported:
    """Return the network as ONNX for one picture at a time, in float32.

    Raises:
        GeneratorError: If the network multiplies in 8 bits, or a pixel differs by more than the tolerance.
        Cancelled: If a person asked to stop.
    """
    total = params.pictures + 2
    run.report(0, total, "Writing the file")
    if "int8_dynamic" in checkpoint.config.get("compression", []):
        raise GeneratorError(
            "This checkpoint multiplies in 8 bits, which is not written as ONNX. Export the one it came from, "
            "and quantise the file with ONNX Runtime's own tools."
        )
    graph = drawing.as_graph()
    drawn = Drawn(graph, copy.deepcopy(drawing.network)).eval().cpu()  # the warm one stays where it is
    example = _inputs(drawing, params.seed)
    path = run.scratch / "model.onnx"
    _write(drawn, example, graph, checkpoint, path)
    run.report(1, total, "Comparing")
    largest, slow, fast = _compare(drawn, drawing, path, params, run)
    run.report(total, total, "Compared")
    if not largest <= params.tolerance:  # a NaN is too far as well
        raise GeneratorError(
            f"The ONNX file draws pixels that differ by {largest:.3g}; at most {params.tolerance:g} is let through. "
            "It was not kept. Raise the tolerance if that is near enough."
        )
    facts = {
        "opset": OPSET,
        "inputs": [
            {"name": name, "shape": list(value.shape), "dtype": str(value.dtype).removeprefix("torch.")}
            for name, value in zip(graph.names, example, strict=True)
        ],
        "outputs": [{"name": graph.gives, "shape": list(drawn(*example).shape), "dtype": "float32"}],
        "about": graph.says,
        "max_abs_difference": largest,
        "tolerance": params.tolerance,
        "pictures": params.pictures,
        "seed": params.seed,
        "ms_per_picture": fast,
        "ms_per_picture_before": slow,
        "bytes": path.stat().st_size,
        "torch": torch.__version__,
    }
    return Exported(path, facts)


def _write(drawn: Drawn, example: Inputs, graph: Graph, checkpoint: Checkpoint, path: Path) -> None:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it tells that torchvision is not there
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            drawn, example, dynamo=True, opset_version=OPSET, verbose=False,
            input_names=list(graph.names), output_names=[graph.gives],
        )  # fmt: skip
    assert program is not None
    program.model.metadata_props.update(
        {
            "generator": f"{checkpoint.generator} {checkpoint.generator_version}",
            "labels": json.dumps(list(checkpoint.labels), ensure_ascii=False),
            "weights_sha256": checkpoint.sha256,
            graph.gives: graph.says,
        }
    )
    program.save(str(path), external_data=False)


@torch.inference_mode()
def _compare(
    drawn: Drawn, drawing: Drawing, path: Path, params: ExportParams, run: Run
) -> tuple[float, float, float]:
    """Return the largest difference of a pixel, and the milliseconds that checkpoint and file take for a picture."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    graph, largest, took, taken = drawing.as_graph(), 0.0, [], []
    for index in range(params.pictures):
        inputs = _inputs(drawing, params.seed + index)
        begun = time.perf_counter()
        expected = drawn(*inputs)
        between = time.perf_counter()
        feed = {name: value.numpy() for name, value in zip(graph.names, inputs, strict=True)}
        found = torch.from_numpy(session.run([graph.gives], feed)[0])
        took.append((between - begun) * 1000)
        taken.append((time.perf_counter() - between) * 1000)
        gap = (found - expected).abs().max().item()
        largest = gap if gap > largest or gap != gap else largest
        run.report(1 + index, params.pictures + 2, "Comparing")
    return largest, statistics.median(took), statistics.median(taken)


def _inputs(drawing: Drawing, seed: int) -> Inputs:
    drawn = drawing.inputs(drawing.network, 1, generator_for(seed, "export"))
    return tuple(value.cpu() for value in drawn[: len(drawing.as_graph().names)])
