"""A dataset version is read as the platform wrote it, or refused with the line that is wrong."""

import json
from pathlib import Path

import pytest

from generators.data import Column, TrainingData
from generators.errors import BadData
from generators.tiny import tiny_data

HEADER = {"format": 1, "kind": "text", "name": "Notes", "sha256": "s", "labels": [], "columns": []}


def write(folder: Path, *lines: str, **changes: object) -> Path:
    (folder / "dataset.json").write_text(json.dumps(HEADER | changes))
    (folder / "records.jsonl").write_text("\n".join(lines))
    return folder


def test_records_come_by_split_in_their_order(tmp_path: Path) -> None:
    data = TrainingData.open(
        write(
            tmp_path,
            '{"id": "1", "split": "train", "path": null, "text": "a", "label": null, "fields": {}}',
            '{"id": "2", "split": "test", "path": "/p.png", "text": null, "label": "mug", "fields": {"price": 3}}',
            '{"id": "3", "split": "train", "path": null, "text": "b", "label": null, "fields": {}}',
        )
    )
    assert [record.text for record in data.records("train")] == ["a", "b"]
    assert data.counts() == {"train": 2, "validation": 0, "test": 1}
    (record,) = data.records("test")
    assert (record.path, record.label, record.fields) == (Path("/p.png"), "mug", {"price": 3})


def test_a_split_that_does_not_exist_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not 'dev'"):
        TrainingData.open(write(tmp_path)).records("dev")


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "1", "split": "dev"}', '{"split": "train"}', ""])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str) -> None:
    data = TrainingData.open(
        write(tmp_path, '{"id": "0", "split": "train"}', line, '{"id": "2", "split": "test"}')
    )
    with pytest.raises(BadData, match=r"records\.jsonl, line 2, is not a record"):
        data.counts()


def test_a_header_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="does not describe a dataset version: format"):
        TrainingData.open(write(tmp_path, format=2))


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="holds no dataset version"):
        TrainingData.open(tmp_path)


def test_tiny_data_is_the_same_every_time_and_split_in_halves_and_quarters(tmp_path: Path) -> None:
    for kind in ("image", "text", "table"):
        first, second = (tiny_data(tmp_path / f"{kind}{n}", kind, records=40) for n in (1, 2))
        assert first.counts() == {"train": 20, "validation": 10, "test": 10}
        assert [r.text for r in first.records("train")] == [r.text for r in second.records("train")]
        assert {r.label for r in first.records("train")} == (set(first.labels) or {None})
    assert first.columns[:2] == (Column("week", "date"), Column("region", "text"))


def test_tiny_pictures_can_be_decoded(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    path = tiny_data(tmp_path, "image", records=4).records("train")[0].path
    with image.open(path, formats=["PNG"]) as picture:
        picture.load()
        assert (picture.size, picture.mode) == ((32, 32), "RGB")
