from pathlib import Path

import pytest
import torch
from PIL import Image

from generators.data import Record
from generators.errors import BadData, DatasetTooSmall
from generators.testing import tiny_data, write_data
from generators.training import pictures as module
from generators.training.pictures import load_pictures, to_bytes, to_floats


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path / "cache"))


def test_bytes_survive_the_way_through_floats() -> None:
    levels = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(to_bytes(to_floats(levels)), levels)


def test_files_are_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tiny_data(tmp_path / "data", "image", records=16)
    first = load_pictures(data, "train", resolution=32, generator="g")
    monkeypatch.setattr(module, "decode_square", None)
    again = load_pictures(data, "train", resolution=32, generator="g")
    assert torch.equal(first.images, again.images)
    assert (first.channels, len(first), first.names) == (3, 8, ("disc", "square"))


def test_grey_pictures_take_one_channel_even_if_saved_in_colour(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.new("RGB", (32, 32), (9, 9, 9)).save(path)
    data = write_data(tmp_path / "data", "image", [Record(id="1", split="train", path=path)])
    loaded = load_pictures(data, "train", resolution=32, generator="g")
    assert (loaded.channels, loaded.labels, loaded.names) == (1, None, ())


def test_a_missing_label_makes_the_pictures_unlabelled(tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "image", records=16)
    records = [*data.records("train"), Record(id="x", split="train", path=data.records("train")[0].path)]
    data = write_data(tmp_path / "more", "image", records, labels=data.labels)
    assert load_pictures(data, "train", resolution=32, generator="g").labels is None


def test_too_few_pictures_are_refused_with_numbers(tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "image", records=16)
    with pytest.raises(DatasetTooSmall, match=r"image-gan needs at least 100 .* has 8\. Add 92"):
        load_pictures(data, "train", resolution=32, generator="image-gan", at_least=100)


def test_texts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="learns from pictures"):
        load_pictures(tiny_data(tmp_path, "text"), "train", resolution=32, generator="image-gan")
