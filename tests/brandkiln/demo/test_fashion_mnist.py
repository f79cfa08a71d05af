import gzip
import struct
import zipfile
from pathlib import Path

import pytest
from brandkiln.demo import fashion_mnist
from brandkiln.demo.fashion_mnist import CLASSES, export, read_idx, write_dataset, write_sample
from PIL import Image

from generators.data import TrainingData

SAMPLE = Path(fashion_mnist.__file__).parent / "data" / "fashion-sample.zip"


def write_idx(path: Path, sizes: tuple[int, ...], data: bytes) -> None:
    header = struct.pack(f">HBB{len(sizes)}I", 0, 8, len(sizes), *sizes)
    path.write_bytes(gzip.compress(header + data))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three pictures of 28 x 28 in each split: two bags and a boot, each of one brightness."""
    for prefix in ("train", "t10k"):
        pixels = b"".join(bytes([level]) * 784 for level in (10, 20, 30))
        write_idx(tmp_path / f"{prefix}-images-idx3-ubyte.gz", (3, 28, 28), pixels)
        write_idx(tmp_path / f"{prefix}-labels-idx1-ubyte.gz", (3,), bytes([8, 8, 9]))
    return tmp_path


def test_each_class_has_a_folder_with_its_pictures_in_order(source: Path, tmp_path: Path) -> None:
    assert export(source, tmp_path / "out") == 3
    with Image.open(tmp_path / "out" / "Bag" / "00001.png") as picture:
        assert (picture.size, picture.mode, picture.getpixel((3, 3))) == ((28, 28), "L", 20)


def test_only_the_first_of_each_class_are_taken(source: Path, tmp_path: Path) -> None:
    assert export(source, tmp_path / "out", per_class=1) == 2


def test_the_dataset_version_is_one_that_generators_read(source: Path, tmp_path: Path) -> None:
    assert write_dataset(source, tmp_path / "out") == 6
    data = TrainingData.open(tmp_path / "out")
    assert data.counts() == {"train": 3, "validation": 0, "test": 3}
    assert data.labels == CLASSES


def test_the_sample_is_the_same_file_each_time(source: Path, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_sample(source, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    write_idx(tmp_path / "short.gz", (3, 28, 28), b"12")
    with pytest.raises(ValueError, match="holds 2 bytes; its header says 2352"):
        read_idx(tmp_path / "short.gz")


def test_the_repository_holds_a_hundred_pictures_of_each_class() -> None:
    with zipfile.ZipFile(SAMPLE) as archive:
        folders = [name.split("/")[0] for name in archive.namelist()]
        assert archive.testzip() is None
    assert {name: folders.count(name) for name in CLASSES} == dict.fromkeys(CLASSES, 100)
