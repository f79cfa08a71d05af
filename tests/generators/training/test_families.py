"""What all generators of pictures do alike: training, going on, drawing, and saying what is wrong."""

import dataclasses
import errno
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from generators import checkpoint as checkpoints
from generators import registry
from generators.checkpoint import Checkpoint, read
from generators.data import Record, TrainingData
from generators.errors import BadCheckpoint, BadData, BadParams, Cancelled, DatasetTooSmall
from generators.execution import execute, read_params
from generators.run import LocalRun, Sample
from generators.testing import tiny_data, write_data
from generators.training import loop

TINY: dict[str, dict[str, Any]] = {
    "image-gan": {"width": 4, "latent_dim": 4, "balance": "equal"},
    "image-vae": {"width": 4, "latent_dim": 4, "components": 2, "balance": "square_root"},
    "image-vq": {
        "width": 4, "codebook_size": 8, "code_dim": 4, "prior_width": 32, "prior_layers": 1,
        "autoencoder_share": 0.5,
    },
    "image-diffusion": {"width": 4},
    "image-restore": {"width": 4},
}  # fmt: skip
ALL = pytest.mark.parametrize("family", TINY)
DRAWING = pytest.mark.parametrize("family", [name for name in TINY if name != "image-restore"])
CHANGED = {"flip": True, "rotate": 10, "crop": 0.2, "colour": 0.2, "noise": 0.02}
Trained = Callable[[str], tuple[Checkpoint, LocalRun]]


def params(family: str, **changed: Any) -> Any:
    alike = {"kimg": 0.032, "batch_size": 8, "save_every_kimg": 0.008}
    return read_params(registry.get(family), "train", alike | TINY[family] | changed)


def train(family: str, data: TrainingData, run: LocalRun, **changed: Any) -> Checkpoint:
    given = {"checkpoint": None, "data": data, "on_sample": print, "builds_guard": False}
    made = execute(registry.get(family), "train", params(family, **changed), run, **given)  # type: ignore[arg-type]
    return read(Path(made["checkpoint"]))


def drawn(checkpoint: Checkpoint, folder: Path, **asked: Any) -> list[Sample]:
    spec, samples = registry.get(checkpoint.generator), list[Sample]()
    if checkpoint.generator == "image-diffusion":
        asked = {"steps": 2, **asked}
    given = read_params(spec, "sample", asked)
    execute(
        spec, "sample", given, LocalRun(folder), checkpoint=checkpoint, data=None, on_sample=samples.append
    )
    return samples


def pixels(samples: list[Sample]) -> dict[int | None, bytes]:
    return {made.seed: made.path.read_bytes() for made in samples if made.path}


def codes(run: LocalRun) -> list[str]:
    return [notice.code for notice in run.notices]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return tiny_data(tmp_path_factory.mktemp("data"), "image", records=110, held_out=4)


@pytest.fixture(autouse=True)
def little_besides(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(data.folder / "cache"))
    monkeypatch.setattr(loop, "PREVIEWS", 1)


@pytest.fixture(scope="module")
def trained(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    made: dict[str, tuple[Checkpoint, LocalRun]] = {}

    def once(family: str) -> tuple[Checkpoint, LocalRun]:
        if family not in made:
            run = LocalRun(tmp_path_factory.mktemp("run"))
            made[family] = train(family, data, run, **CHANGED), run
        return made[family]

    return once


@ALL
def test_a_run_tells_progress_losses_and_previews(family: str, trained: Trained) -> None:
    checkpoint, run = trained(family)
    assert (run.reports[-1].done, run.reports[-1].total) == (32, 32)
    assert set(run.reports[-1].metrics) <= set(checkpoint.metrics)
    assert len(run.previews) == 1
    assert checkpoint.labels == (() if family == "image-restore" else ("disc", "square"))
    assert checkpoint.state() is None


@pytest.mark.parametrize("family", ["image-gan", "image-vae"])  # the others go on in the conformance kit
def test_a_run_that_is_cancelled_at_any_moment_goes_on_to_the_same_weights_bit_for_bit(
    family: str, data: TrainingData, trained: Trained, tmp_path: Path
) -> None:
    killed = LocalRun(tmp_path / "first", cancel_after=random.randrange(2, 5))
    with pytest.raises(Cancelled):
        train(family, data, killed, **CHANGED)
    again = LocalRun(tmp_path / "second", resume_from=read(killed.saved[-1].folder))
    assert train(family, data, again, **CHANGED).sha256 == trained(family)[0].sha256


def test_a_resumed_run_keeps_its_params_but_may_be_older_than_some(
    data: TrainingData, tmp_path: Path
) -> None:
    killed = LocalRun(tmp_path / "first", cancel_after=3)
    with pytest.raises(Cancelled):
        train("image-gan", data, killed, balance="as_is")
    saved = killed.saved[-1]
    again = LocalRun(tmp_path / "other", resume_from=saved)
    with pytest.raises(BadParams, match="another learning_rate"):
        train("image-gan", data, again, balance="as_is", learning_rate=0.05)
    for name in ("rotate", "balance"):
        del saved.params[name]
    resumed = train("image-gan", data, LocalRun(tmp_path / "b", resume_from=saved), balance="as_is")
    assert resumed.sha256 == train("image-gan", data, LocalRun(tmp_path / "c"), balance="as_is").sha256


@DRAWING
def test_a_picture_depends_on_its_seed_only(family: str, trained: Trained, tmp_path: Path) -> None:
    three = pixels(drawn(trained(family)[0], tmp_path / "a", count=3, seed=5))
    one = pixels(drawn(trained(family)[0], tmp_path / "b", count=1, seed=7))
    assert sorted(three, key=str) == [5, 6, 7]
    assert one[7] == three[7]
    assert len(set(three.values())) == 3
    with pytest.raises(BadParams, match=r"'mug'\. It knows disc, square"):
        drawn(trained(family)[0], tmp_path, count=1, label="mug")


@ALL
@pytest.mark.parametrize("count", [1, 20])
def test_a_few_pictures_are_refused_with_how_many_are_missing(
    family: str, count: int, data: TrainingData, tmp_path: Path
) -> None:
    few = write_data(tmp_path, "image", data.records("train")[:count], name="Mugs", labels=data.labels)
    least = registry.get(family).needs.minimum_records
    if count >= least:
        assert train(family, few, LocalRun(tmp_path / "run"), kimg=0.008).metrics
        return
    with pytest.raises(DatasetTooSmall, match=rf"dataset 'Mugs' has {count}\. Add {least - count}"):
        train(family, few, LocalRun(tmp_path / "run"))


@ALL
def test_pictures_of_one_colour_are_refused(family: str, data: TrainingData, tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.new("L", (32, 32), 128).save(path)
    records = [dataclasses.replace(record, path=path) for record in data.records("train")]
    flat = write_data(tmp_path / "flat", "image", records, labels=data.labels)
    with pytest.raises(BadData, match=r"All 102 training pictures are the same\. Add pictures that differ"):
        train(family, flat, LocalRun(tmp_path / "run"))


def mixed(record: Record, number: int, folder: Path) -> Record:
    """Return a picture of another size and mode, as data sets hold them."""
    mode, suffix = [
        ("RGB", "png"),
        ("L", "jpg"),
        ("RGBA", "png"),
        ("P", "png"),
        ("CMYK", "jpg"),
        ("1", "png"),
    ][number % 6]
    assert record.path
    with Image.open(record.path) as picture:
        changed = picture.resize((20 + number, 90 - number // 2)).convert(mode)
    path = folder / f"{number}.{suffix}"
    changed.save(path)
    return dataclasses.replace(record, path=path, label="disc")


@pytest.fixture(scope="module")
def one_class(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    folder = tmp_path_factory.mktemp("mixed")
    records = [mixed(record, number, folder) for number, record in enumerate(data.records("train"))]
    return write_data(folder / "data", "image", records, labels=("disc",))


@ALL
def test_one_class_in_mixed_sizes_and_modes_is_learned_and_drawn(
    family: str, one_class: TrainingData, tmp_path: Path
) -> None:
    made = train(family, one_class, LocalRun(tmp_path / "run"), kimg=0.008)
    assert made.config["channels"] == 3
    if family != "image-restore":
        assert [sample.label for sample in drawn(made, tmp_path / "out", count=1)] == ["disc"]


def test_unlabelled_data_gives_an_unconditional_checkpoint(data: TrainingData, tmp_path: Path) -> None:
    records = [dataclasses.replace(record, label=None) for record in data.records("train")]
    plain = write_data(tmp_path / "data", "image", records)
    for family, changed, said in (
        ("image-gan", {}, "balance=equal needs a label"),
        ("image-vae", {"balance": "as_is", "recipe": "conditional"}, "recipe=conditional needs a label"),
    ):
        with pytest.raises(BadData, match=said):
            train(family, plain, LocalRun(tmp_path / "refused"), **changed)
    made = train("image-vae", plain, LocalRun(tmp_path / "run"), kimg=0.008, balance="as_is")
    assert made.labels == ()
    assert drawn(made, tmp_path / "out", count=1)[0].label is None


@ALL
def test_weights_that_are_no_numbers_end_the_training_with_what_was_saved_before(
    family: str, data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = loop._Training._one_step

    def breaking(training: Any) -> dict[str, float]:
        losses = step(training)
        if training._course.shown == 8:
            next(training._learner.average.parameters()).data.fill_(torch.nan)
        return losses

    monkeypatch.setattr(loop._Training, "_one_step", breaking)
    run = LocalRun(tmp_path)
    kept = train(family, data, run, kimg=0.016)
    assert codes(run) == ["diverged", "kept_saved"]
    assert "a weight was no longer a number after 16 pictures" in run.notices[0].text
    assert kept.tensors()


@DRAWING
def test_a_checkpoint_that_is_broken_or_of_another_kind_is_refused(
    family: str, trained: Trained, tmp_path: Path
) -> None:
    good = trained(family)[0]
    tensors = load_file(good.folder / checkpoints.WEIGHTS)
    first = next(
        name for name, tensor in tensors.items() if tensor.is_floating_point() and tensor.numel() > 1
    )
    tensors[first].view(-1)[0] = torch.nan
    broken = dataclasses.replace(good, folder=tmp_path, sha256="0" * 64)
    save_file(tensors, tmp_path / checkpoints.WEIGHTS)
    with pytest.raises(BadCheckpoint, match=r"not a number|not finite|infinite"):
        drawn(broken, tmp_path / "out", count=1)
    earlier = dataclasses.replace(
        good, config=good.config | {"dimension": 4}, generator_version="1.0.1", sha256="1"
    )
    with pytest.raises(
        BadCheckpoint, match=rf"do not fit {family} of this version; .* written by 1\.0\.1\. Train"
    ):
        drawn(earlier, tmp_path / "out", count=1)
    other = registry.get("image-gan" if family == "image-vae" else "image-vae")
    with pytest.raises(BadCheckpoint, match=f"was trained by {family}; {other.name} cannot use it"):
        execute(
            other, "sample", read_params(other, "sample", {}), LocalRun(tmp_path), checkpoint=good, data=None,
            on_sample=print,
        )  # fmt: skip


@ALL
def test_memory_that_runs_out_halves_the_batch_once_and_says_so(
    family: str, data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_of = loop.batch_of

    def scarce(*given: Any, size: int, **rest: Any) -> Any:
        if size > 4:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return batch_of(*given, size=size, **rest)

    monkeypatch.setattr(loop, "batch_of", scarce)
    run = LocalRun(tmp_path)
    train(family, data, run, kimg=0.008)
    assert codes(run) == ["batch_halved", "kept_last"]
    assert "batches of 8 pictures; it goes on with 4" in run.notices[0].text
    assert run.reports[-1].done == 8


@ALL
def test_a_disk_that_is_full_while_saving_leaves_the_last_good_checkpoint(
    family: str, data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, run = checkpoints.write, LocalRun(tmp_path)

    def full(folder: Path, **facts: Any) -> Checkpoint:
        if run.saved:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(folder, **facts)

    monkeypatch.setattr(checkpoints, "write", full)
    kept = train(family, data, run, kimg=0.024)
    assert kept.folder == run.saved[0].folder.absolute()
    assert codes(run) == ["disk", "kept_last", "disk_full"]
    assert json.loads((kept.folder / "checkpoint.json").read_text())["generator"] == family
