"""A listing beside the images says their captions, labels and attributes."""

from typing import Any

import pytest
from brandkiln.datasets.readers.limits import Refused

from tests.brandkiln.datasets.files import grey, zip_bytes
from tests.brandkiln.datasets.readers.reading import Reading, read, read_all
from tests.brandkiln.datasets.readers.scans import nifti


def images(
    listing: str, name: str = "list.csv", *, options: dict[str, Any] | None = None, **files: bytes
) -> Reading:
    files = files or {"a.png": grey(1), "b.png": grey(2)}
    return read(zip_bytes({name: listing.encode(), **files}), "a.zip", "image", options=options)


def said(reading: Reading) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [
        (line["name"], line.get("text", ""), line["label"], line.get("fields", {})) for line in reading.lines
    ]


def test_a_listing_gives_captions_labels_and_typed_attributes() -> None:
    reading = images(
        "file,caption,label,price,day\na.png,A shoe,shoes,9.5,2024-01-31\nb.png,A bag,bags,20,\n"
    )
    assert said(reading) == [
        ("a.png", "A shoe", "shoes", {"price": 9.5, "day": "2024-01-31"}),
        ("b.png", "A bag", "bags", {"price": 20.0, "day": None}),
    ]
    assert reading.types == {"price": "decimal", "day": "date"}
    assert reading.codes == []


@pytest.mark.parametrize(
    ("name", "listing"),
    [
        ("metadata.jsonl", '{"file_name": "a.png", "text": "A"}\n{"file_name": "b.png", "text": "B"}\n'),
        ("x/list.tsv", "Image\tText\n../a.png\tA\nb.PNG\tB\n"),
        ("list.csv", "path,text\n.\\a.png,A\nsome/where/b.png,B\n"),
    ],
)
def test_names_are_found_however_they_are_written(name: str, listing: str) -> None:
    assert [one[1] for one in said(images(listing, name))] == ["A", "B"]


def test_folders_tell_files_of_one_name_apart() -> None:
    files = {"x/a.png": grey(1), "y/a.png": grey(2)}
    reading = images("file,text\nx/a.png,X\ny/a.png,Y\n", **files)
    assert [one[:3] for one in said(reading)] == [("x/a.png", "X", "x"), ("y/a.png", "Y", "y")]
    reading = images("file,text\na.png,X\ny/a.png,Y\n", **files)
    assert reading.codes == ["ambiguous_image", "unnamed_image"]


def test_missing_unnamed_and_repeated_images_are_faults_with_names() -> None:
    reading = images("file,text\na.png,A\nlost.png,L\na.png,again\n,none\n")
    assert [one[0] for one in said(reading)] == ["a.png"]
    assert {(fault["where"], fault["code"]) for fault in reading.seen["faults"]} == {
        ("list.csv, row 3", "missing_image"),
        ("list.csv, row 4", "named_twice"),
        ("list.csv, row 5", "no_image_name"),
        ("b.png", "unnamed_image"),
    }
    assert any('"lost.png" is not among the files' in fault["message"] for fault in reading.seen["faults"])


def test_the_column_of_images_may_be_chosen() -> None:
    listing = "sku,photo,words\n1,a.png,A\n2,b.png,B\n"
    reading = images(listing)
    assert (len(reading.lines), reading.codes) == (2, ["no_image_column"])
    reading = images(listing, options={"image_column": "photo", "text_column": "words"})
    assert said(reading) == [("a.png", "A", "", {"sku": 1}), ("b.png", "B", "", {"sku": 2})]
    with pytest.raises(
        Refused, match='No column is called "x" to hold the name of the image; there are "sku"'
    ):
        images(listing, options={"image_column": "x"})


def test_several_files_without_archive_make_pairs_too() -> None:
    reading = read_all({"a.png": grey(1), "list.csv": b"file,text\na.png,A\n"}, "image")
    assert said(reading) == [("a.png", "A", "", {})]


def test_the_slices_of_a_scan_share_what_is_said_of_it() -> None:
    volume = nifti([0, 1, 2, 3, 0, 1, 2, 3], (2, 2, 2))
    reading = images("file,text,age\nh.nii,A head,40\n", **{"h.nii": volume})
    assert [one[1] for one in said(reading)] == ["A head", "A head"]
    assert said(reading)[1][3] == {"age": 40, "volume": "h.nii", "slice": 2}


def test_a_listing_that_can_not_be_trusted_refuses_the_whole() -> None:
    with pytest.raises(Refused, match=r'"list\.csv": A quote'):
        images('file,text\n"a.png,A\n')


def test_a_listing_alone_holds_no_images() -> None:
    assert read(b"file,text\na.png,A\n", "a.csv", "image").codes == ["not_an_image"]
