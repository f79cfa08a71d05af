"""A preview of augmentation shows what the training's own code makes of the pictures."""

from pathlib import Path

import pytest
from PIL import Image

from generators.errors import BadData
from generators.inspection import load
from generators.run import LocalRun
from generators.testing import tiny_data


def strip(tmp_path: Path, **how: object) -> list[list[bytes]]:
    """Return the rows of the preview, each as the bytes of its eight pictures."""
    run = LocalRun(tmp_path / "run")
    data = tiny_data(tmp_path / "data", "image", records=32)
    load("augmentation")(data, {"augmentation": how, "resolution": 32}, run)
    (sample,) = run.previews
    assert sample.path is not None
    with Image.open(sample.path) as grid:
        assert grid.size == (8 * 32, 4 * 32)
        return [
            [grid.crop((32 * x, 32 * y, 32 * x + 32, 32 * y + 32)).tobytes() for x in range(8)]
            for y in range(4)
        ]


def test_the_first_row_is_as_the_pictures_are_and_the_others_are_changed(tmp_path: Path) -> None:
    rows = strip(tmp_path, rotate=20, colour=0.3)
    assert rows[0] == strip(tmp_path)[0]
    assert all(changed != plain for row in rows[1:] for changed, plain in zip(row, rows[0], strict=True))
    assert rows[1] != rows[2] != rows[3]
    assert rows == strip(tmp_path, rotate=20, colour=0.3)


def test_without_a_wish_all_rows_are_alike(tmp_path: Path) -> None:
    rows = strip(tmp_path)
    assert rows[0] == rows[1] == rows[2] == rows[3]


def test_texts_have_no_pictures_to_change(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="holds no training pictures"):
        load("augmentation")(tiny_data(tmp_path, "text"), {"augmentation": {}}, LocalRun(tmp_path / "run"))
