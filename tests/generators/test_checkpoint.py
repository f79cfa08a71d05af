"""A checkpoint comes back as it was written, or is refused."""

import json
import math
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from generators import checkpoint
from generators.checkpoint import CARD, MAX_JSON_BYTES, STATE, STATE_JSON, WEIGHTS, Checkpoint, read
from generators.errors import BadCheckpoint
from generators.weights import RawTensor

TENSORS = {"w": RawTensor("F32", (2,), struct.pack("<2f", 1.5, -2.0))}


def write(folder: Path, **changes: Any) -> Checkpoint:
    facts: dict[str, Any] = {
        "generator": "dummy",
        "generator_version": "1.0.0",
        "params": {"steps": 3, "label": None},
        "config": {"width": 2},
        "labels": ("mug", "vase"),
        "tensors": TENSORS,
        "metrics": {"loss": 0.5},
        "data_sha256": "d" * 64,
        "seed": 7,
    }
    return checkpoint.write(folder, **{**facts, **changes})


def change_card(folder: Path, **changes: Any) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, **changes}))


def test_a_checkpoint_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = write(tmp_path / "c")
    assert read(tmp_path / "c") == written
    assert (written.params, written.labels, written.metrics) == (
        {"steps": 3, "label": None},
        ("mug", "vase"),
        {"loss": 0.5},
    )
    assert written.raw_tensors() == TENSORS
    assert written.state() is None


def test_equal_weights_have_equal_hashes(tmp_path: Path) -> None:
    assert write(tmp_path / "a").sha256 == write(tmp_path / "b", metrics={"loss": 9}).sha256


def test_torch_tensors_of_any_layout_come_back_equal(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    kernel = torch.randn(4, 3, 5, 5).to(memory_format=torch.channels_last)
    tensors = {
        "kernel": kernel,
        "tied": kernel,
        "turned": torch.randn(3, 4).T,
        "none": torch.zeros(0, 2),
        "one": torch.tensor(3.0),
    }
    tensors["half"] = torch.randn(4).to(torch.bfloat16)
    state = {"random": torch.get_rng_state()}
    written = write(tmp_path / "c", tensors=tensors, state=state, state_json={"step": 4})
    found = written.tensors()
    assert found.keys() == tensors.keys()
    assert all(torch.equal(found[name], tensors[name]) for name in tensors)
    resumed = read(tmp_path / "c").state()
    assert resumed is not None
    assert torch.equal(resumed[0]["random"], state["random"])
    assert resumed[1] == {"step": 4}


def test_writing_again_replaces_the_whole_folder_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "c", state_json={"step": 1})
    write(tmp_path / "c", seed=8)
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == sorted([CARD, WEIGHTS])
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_a_checkpoint_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="the training diverged"):
        write(tmp_path / "c", tensors={"w": RawTensor("F32", (1,), struct.pack("<f", math.nan))})
    with pytest.raises(BadCheckpoint, match=r"metrics\.loss"):
        write(tmp_path / "c", metrics={"loss": math.inf})
    assert not list(tmp_path.iterdir())


def test_a_torch_training_that_diverged_is_refused(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises(BadCheckpoint, match=r"'w' of weights\.safetensors holds an infinite value"):
        write(tmp_path / "c", tensors={"w": torch.tensor([1.0, math.inf])})


def test_weights_that_are_not_finite_are_refused_when_used(tmp_path: Path) -> None:
    written = write(tmp_path / "c", tensors={"w": RawTensor("F32", (1,), bytes(4))})
    path = tmp_path / "c" / WEIGHTS
    path.write_bytes(path.read_bytes()[:-4] + struct.pack("<f", math.inf))
    with pytest.raises(BadCheckpoint, match="infinite"):
        written.raw_tensors()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": 2}, "format"),
        ({"seed": "7"}, "seed"),
        ({"surprise": 1}, "surprise"),
        ({"metrics": {"loss": "low"}}, "metrics.loss"),
        ({"labels": [1]}, "labels"),
        ({"files": {}}, "does not name weights.safetensors"),
        ({"files": {"../../etc/passwd": {"bytes": 1, "sha256": "0" * 64}}}, "files"),
        ({"files": {WEIGHTS: {"bytes": 1, "sha256": "0" * 64}}}, "was changed or damaged"),
    ],
)
def test_a_card_outside_of_the_schema_is_refused(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    write(tmp_path / "c")
    change_card(tmp_path / "c", **changes)
    with pytest.raises(BadCheckpoint) as refusal:
        read(tmp_path / "c")
    assert reason in str(refusal.value)


def test_a_changed_byte_is_seen(tmp_path: Path) -> None:
    write(tmp_path / "c")
    path = tmp_path / "c" / WEIGHTS
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(BadCheckpoint, match="was changed or damaged"):
        read(tmp_path / "c")


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_a_link_is_not_followed(tmp_path: Path, name: str) -> None:
    write(tmp_path / "c")
    (tmp_path / "c" / name).rename(tmp_path / "elsewhere")
    (tmp_path / "c" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadCheckpoint, match=name):
        read(tmp_path / "c")


def test_a_pipe_or_a_folder_in_place_of_a_file_is_refused_at_once(tmp_path: Path) -> None:
    write(tmp_path / "c")
    (tmp_path / "c" / WEIGHTS).unlink()
    os.mkfifo(tmp_path / "c" / WEIGHTS)
    with pytest.raises(BadCheckpoint, match="not a plain file"):
        read(tmp_path / "c")
    (tmp_path / "c" / WEIGHTS).unlink()
    (tmp_path / "c" / WEIGHTS).mkdir()
    with pytest.raises(BadCheckpoint, match=WEIGHTS):
        read(tmp_path / "c")


def test_a_card_over_the_cap_is_not_read(tmp_path: Path) -> None:
    write(tmp_path / "c")
    (tmp_path / "c" / CARD).write_bytes(b" " * (MAX_JSON_BYTES + 1))
    with pytest.raises(BadCheckpoint, match="is longer than"):
        read(tmp_path / "c")


def test_the_state_may_be_dropped_but_not_smuggled_in(tmp_path: Path) -> None:
    write(tmp_path / "c", state={"r": TENSORS["w"]}, state_json={"step": 1})
    (tmp_path / "c" / STATE).unlink()
    (tmp_path / "c" / STATE_JSON).unlink()
    assert read(tmp_path / "c").state_json() is None
    write(tmp_path / "plain")
    (tmp_path / "plain" / STATE_JSON).write_text('{"step": 1}')
    with pytest.raises(BadCheckpoint, match=r"which checkpoint\.json does not name"):
        read(tmp_path / "plain")


def test_an_empty_folder_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="No such file"):
        read(tmp_path)
