"""ONNX files that are compared with the network they were written from."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from generators import registry
from generators.compression import onnx
from generators.compression.drawing import Drawing, Drawn
from generators.compression.params import ExportParams
from generators.errors import GeneratorError
from generators.run import LocalRun
from tests.generators.compression.test_compress import untrained


def drawing() -> Drawing:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Unflatten(1, (1, 2, 2)))
    return Drawing(
        network=network,
        build=nn.Linear,
        names=("latent",),
        inputs=lambda network, count, random: (torch.randn(count, 2, generator=random),),
        outputs=lambda network, given: (network(given[0]),),
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_file_draws_what_the_checkpoint_draws(tmp_path: Path) -> None:
    checkpoint = untrained("image-gan", tmp_path / "parent")
    made = onnx.export_onnx(drawing(), checkpoint, ExportParams(pictures=3), LocalRun(tmp_path / "run"))
    assert made.path.read_bytes()[:1] == b"\x08"
    assert made.facts["max_abs_difference"] < 1e-5
    assert made.facts["inputs"] == [{"name": "latent", "shape": [1, 2], "dtype": "float32"}]


@pytest.mark.parametrize("gap", [0.5, float("nan")])
def test_a_file_that_draws_something_else_is_refused(
    gap: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = untrained("image-gan", tmp_path / "parent")
    monkeypatch.setattr(onnx, "_write", lambda *_: None)
    monkeypatch.setattr(onnx, "_compare", lambda *_: (gap, 1.0, 1.0))
    with pytest.raises(GeneratorError, match=r"at most 0\.001"):
        onnx.export_onnx(drawing(), checkpoint, ExportParams(), LocalRun(tmp_path / "run"))


@pytest.mark.parametrize(
    ("generator", "names", "gives"),
    [("image-vq", ("codes",), "picture"), ("image-diffusion", ("noisy", "time", "label"), "answer")],
)
def test_of_what_is_drawn_in_many_steps_one_is_written(
    generator: str, names: tuple[str, ...], gives: str, tmp_path: Path
) -> None:
    checkpoint = untrained(generator, tmp_path / "parent")
    made = import_module(f"{registry.get(generator).package}.drawing").drawing_of(checkpoint, "cpu")
    graph = made.as_graph()
    assert (graph.names, graph.gives) == (names, gives)
    inputs = made.inputs(made.network, 1, torch.Generator().manual_seed(0))
    found = Drawn(graph, made.network)(*inputs[: len(names)])
    assert torch.allclose(found, made.outputs(made.network, inputs)[0], atol=0.02)  # which may be in bfloat16


def test_a_network_that_multiplies_in_8_bits_is_not_written(tmp_path: Path) -> None:
    checkpoint: Any = untrained("image-gan", tmp_path / "parent")
    checkpoint.config["compression"] = ["int8_dynamic"]
    with pytest.raises(GeneratorError, match="Export the one it came from"):
        onnx.export_onnx(drawing(), checkpoint, ExportParams(), LocalRun(tmp_path / "run"))
