"""Checkpoints as rows and artifacts, and back as folders."""

from pathlib import Path

import pytest
from brandkiln.jobs.checkpoints import (
    materialise_checkpoint,
    record_checkpoint,
    store_checkpoint,
)
from brandkiln.jobs.models import Checkpoint
from brandkiln.jobs.production import promote_checkpoint
from brandkiln.workspaces.models import AuditEntry

from generators import checkpoint as folders
from generators.errors import BadCheckpoint
from generators.testing import png_bytes
from generators.weights import RawTensor
from tests.factories import Cast, JobFactory


def write(folder: Path, *, weight: float = 1.0) -> Path:
    import struct

    folders.write(
        folder,
        generator="dummy",
        generator_version="1.0.0",
        params={"steps": 3},
        config={"width": 1},
        labels=("Bag", "Shoe"),
        tensors={"weights": RawTensor("F64", (1,), struct.pack("<d", weight))},
        metrics={"loss": 0.5},
        data_sha256="d" * 64,
        seed=3,
        state_json={"step": 3},
    )
    return folder


def record(cast: Cast, folder: Path, **fields: object) -> Checkpoint:
    return record_checkpoint(job=JobFactory(project=cast.project, kind="train"), folder=folder, **fields)  # type: ignore[arg-type]


def test_a_checkpoint_comes_back_as_the_folder_that_went_in(cast: Cast, tmp_path: Path) -> None:
    kept = record(cast, write(tmp_path / "c"))
    folder = materialise_checkpoint(kept)
    before, after = folders.read(tmp_path / "c"), folders.read(folder)
    assert (after.sha256, after.labels, after.params) == (before.sha256, ("Bag", "Shoe"), {"steps": 3})
    assert after.raw_tensors() == before.raw_tensors()
    assert materialise_checkpoint(kept) == folder
    assert kept.weights.sha256 == before.sha256
    assert (kept.card["labels"], kept.metrics) == (["Bag", "Shoe"], {"loss": 0.5})


def test_checkpoints_of_a_generator_are_numbered_in_their_project(cast: Cast, tmp_path: Path) -> None:
    numbers = [record(cast, write(tmp_path / str(n), weight=n)).number for n in range(3)]
    assert numbers == [1, 2, 3]


def test_the_preview_is_kept_beside_it(cast: Cast, tmp_path: Path) -> None:
    picture = tmp_path / "grid.png"
    picture.write_bytes(png_bytes(1, 1, b"\1\2\3"))
    preview = record(cast, write(tmp_path / "c"), preview=picture).preview
    assert preview is not None
    assert preview.media_type == "image/png"


def test_bytes_may_be_kept_before_the_transaction(cast: Cast, tmp_path: Path) -> None:
    stored = store_checkpoint(workspace=cast.acme, folder=write(tmp_path / "c"))
    assert record(cast, tmp_path / "gone", stored=stored).weights == stored.weights


def test_one_checkpoint_of_a_generator_is_in_production(cast: Cast, tmp_path: Path) -> None:
    first, second = (record(cast, write(tmp_path / str(n), weight=n)) for n in range(2))
    promote_checkpoint(checkpoint=second, actor=cast.pia)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_production, second.is_production) == (False, True)
    assert AuditEntry.objects.filter(action="checkpoint.promoted", actor=cast.pia).count() == 1


def test_a_damaged_folder_is_refused(cast: Cast, tmp_path: Path) -> None:
    folder = write(tmp_path / "c")
    (folder / folders.WEIGHTS).write_bytes(b"damaged")
    with pytest.raises(BadCheckpoint):
        record(cast, folder)
    assert Checkpoint.objects.count() == 0
