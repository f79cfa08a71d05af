"""Compress jobs of the image generators, on networks that were never trained."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
import torch
from torch import nn

from generators import checkpoint as checkpoints
from generators import registry
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_gan.networks import build_generator
from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.builtin.image_vq.model import VectorQuantised
from generators.checkpoint import Checkpoint
from generators.compression import compare, compress
from generators.data import TrainingData
from generators.errors import GeneratorError
from generators.execution import execute, read_params
from generators.run import LocalRun, Sample
from generators.tiny import LABELS, tiny_data

FACTS = {"resolution": 32, "channels": 1, "labels": 2, "latent_dim": 4, "width": 8}
NETWORKS: dict[str, tuple[Callable[..., nn.Module], dict[str, object]]] = {
    "image-gan": (build_generator, {"recipe": "spectral", **FACTS}),
    "image-vae": (VariationalAutoencoder, {**FACTS, "components": 1}),
    "image-vq": (
        VectorQuantised,
        {
            "resolution": 32,
            "channels": 1,
            "labels": 2,
            "width": 8,
            "codebook_size": 8,
            "code_dim": 4,
            "prior_width": 32,
            "prior_layers": 1,
        },
    ),
    "image-diffusion": (
        Denoiser,
        {"resolution": 32, "channels": 1, "labels": 2, "width": 8, "recipe": "flow"},
    ),
}
METHODS = [("int8", 0.6), ("int8_dynamic", 0.6), ("float16", 0.7), ("prune", 0.8), ("distil", 0.7)]
TRIED = [
    *((generator, *method) for generator in ("image-gan", "image-vae") for method in METHODS),
    ("image-vq", "int8_dynamic", 0.6), ("image-vq", "distil", 0.9),
    ("image-diffusion", "float16", 0.7), ("image-diffusion", "distil", 0.6),
]  # fmt: skip
QUICK = {"kimg": 0.03, "batch_size": 16}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "ROUNDS", 1)
    monkeypatch.setattr(compare, "PICTURES", 1)
    monkeypatch.setattr(compare, "ALIKE", 4)
    monkeypatch.setattr(compress, "SHOWN", 2)
    monkeypatch.setattr(compress, "quality", lambda *_: {"kid": 0.5})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return tiny_data(tmp_path_factory.mktemp("data"), "image", records=16)


def untrained(generator: str, folder: Path) -> Checkpoint:
    build, config = NETWORKS[generator]
    torch.manual_seed(0)
    return checkpoints.write(
        folder, generator=generator, generator_version="1", params={"kimg": 1}, config=config, labels=LABELS,
        tensors=build(**config).state_dict(), metrics={"loss": 1.0}, data_sha256="d" * 64, seed=3,
    )  # fmt: skip


def smaller(
    parent: Checkpoint, data: TrainingData, folder: Path, **params: object
) -> tuple[Checkpoint, dict]:
    spec = registry.get(parent.generator)
    given = read_params(spec, "compress", {**QUICK, **params})
    run = LocalRun(folder)
    result = execute(spec, "compress", given, run, checkpoint=parent, data=data, on_sample=print)
    assert [report.done for report in run.reports] == sorted(report.done for report in run.reports)
    assert len(run.previews) == 1
    return checkpoints.read(Path(result["checkpoint"])), result


def draw(checkpoint: Checkpoint, folder: Path) -> list[bytes]:
    spec = registry.get(checkpoint.generator)
    samples: list[Sample] = []
    quick = {"steps": 1} if checkpoint.generator == "image-diffusion" else {}
    params = read_params(spec, "sample", {"count": 2, "label": "disc", **quick})
    execute(
        spec, "sample", params, LocalRun(folder), checkpoint=checkpoint, data=None, on_sample=samples.append
    )
    return [sample.path.read_bytes() for sample in samples if sample.path]


@pytest.mark.parametrize(("generator", "method", "at_most"), TRIED)
def test_a_smaller_checkpoint_is_smaller_and_draws(
    generator: str, method: str, at_most: float, data: TrainingData, tmp_path: Path
) -> None:
    parent = untrained(generator, tmp_path / "parent")
    made, result = smaller(parent, data, tmp_path / "run", method=method)
    assert made.config["compression"] == [method]
    assert (made.labels, made.seed, made.data_sha256) == (parent.labels, 3, parent.data_sha256)
    assert made.metrics == {"loss": 1.0, "kid": 0.5}
    assert result["after"]["bytes"] < at_most * result["before"]["bytes"]
    assert result["after"]["ms_per_picture"] > 0
    assert len(draw(made, tmp_path / "drawn")) == 2


def test_what_was_pruned_can_be_stored_in_8_bits_but_not_twice(data: TrainingData, tmp_path: Path) -> None:
    parent = untrained("image-gan", tmp_path / "parent")
    pruned, _ = smaller(parent, data, tmp_path / "pruned", method="prune", kimg=0)
    both, _ = smaller(pruned, data, tmp_path / "both", method="int8")
    assert both.config["compression"] == ["prune", "int8"]
    assert len(draw(both, tmp_path / "drawn")) == 2
    with pytest.raises(GeneratorError, match="stored as int8 already"):
        smaller(both, data, tmp_path / "twice", method="float16")


def test_what_is_float16_already_is_not_stored_so_again(data: TrainingData, tmp_path: Path) -> None:
    shipped = checkpoints.read(Path(str(files("brandkiln.demo"))) / "checkpoints" / "image-vae")
    with pytest.raises(GeneratorError, match="are float16 already"):
        smaller(shipped, data, tmp_path / "again", method="float16")


def test_learning_brings_a_pruned_network_closer(data: TrainingData, tmp_path: Path) -> None:
    parent = untrained("image-gan", tmp_path / "parent")

    def difference(kimg: float) -> float:
        given = {"method": "prune", "kimg": kimg, "learning_rate": 5e-3}
        return float(smaller(parent, data, tmp_path / str(kimg), **given)[1]["after"]["mean_difference"])

    assert difference(0.4) < 0.8 * difference(0)


def test_time_ends_the_learning(data: TrainingData, tmp_path: Path) -> None:
    parent = untrained("image-gan", tmp_path / "parent")
    made, _ = smaller(parent, data, tmp_path / "run", method="distil", kimg=10_000, minutes=0.001)
    assert made.config["width"] == 4
