"""Scans become grey pictures; who the patient was stays outside."""

import gzip
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.uid import JPEGBaseline8Bit, RLELossless

from tests.brandkiln.datasets.files import grey, image_bytes, zip_bytes
from tests.brandkiln.datasets.readers.reading import Reading, read, read_all
from tests.brandkiln.datasets.readers.scans import dataset, dicom, nifti, saved


def scan(data: bytes, name: str = "a.dcm", **limits: int) -> Reading:
    return read(data, name, "image", **limits)


def test_a_picture_without_window_spans_black_to_white() -> None:
    reading = scan(dicom([0, 100, 200, 400], (2, 2)))
    assert reading.pixels() == [0, 64, 128, 255]
    assert reading.lines[0]["facts"]["format"] == "DICOM"
    assert reading.seen["notes"]["medical_not_for_diagnosis"] == 1


def test_the_window_is_applied_to_rescaled_numbers() -> None:
    data = dicom(
        [824, 1024, 1074, 1424],
        (2, 2),
        WindowCenter="50",
        WindowWidth="401",
        RescaleSlope="1",
        RescaleIntercept="-1024",
    )
    assert scan(data).pixels() == [0, 96, 128, 255]  # -200, 0, 50 and 400 in a window from -150.5 to 249.5


def test_the_inverted_kind_of_grey_is_turned_round() -> None:
    assert scan(dicom([0, 100, 200, 400], (2, 2), PhotometricInterpretation="MONOCHROME1")).pixels() == [
        255,
        191,
        128,
        0,
    ]


def test_signed_numbers_are_read() -> None:
    assert scan(dicom([-1000, 0, 500, 1000], (2, 2), PixelRepresentation=1)).pixels() == [0, 128, 191, 255]


def test_packed_runs_give_the_same_picture() -> None:
    values = list(range(64))
    assert scan(dicom(values, (8, 8), syntax=RLELossless)).pixels() == scan(dicom(values, (8, 8))).pixels()


def test_frames_are_records_that_share_their_volume() -> None:
    reading = scan(
        dicom([0, 10, 20, 30, 40, 50, 60, 255], (2, 2), NumberOfFrames=2, SeriesInstanceUID="1.2.3.4")
    )
    assert [line["name"] for line in reading.lines] == ["a.dcm, frame 1", "a.dcm, frame 2"]
    assert [line["fields"]["slice"] for line in reading.lines] == [1, 2]
    assert len({line["fields"]["volume"] for line in reading.lines}) == 1
    assert reading.lines[0]["fields"]["volume"].startswith("series ")
    assert "1.2.3.4" not in str(reading.lines)


def test_who_the_patient_was_is_dropped_and_counted() -> None:
    data = dicom(
        [1, 2, 3, 4], (2, 2), PatientName="Lovelace^Ada", PatientID="77", Modality="CT", InstanceNumber="9"
    )
    reading = scan(data)
    assert reading.lines[0]["fields"] == {"volume": "a.dcm", "modality": "CT", "slice": 9}
    assert reading.seen["notes"]["patient_data_dropped"] == 1
    kept = b"".join(reading.files.values()) + str(reading.lines).encode() + str(reading.seen).encode()
    assert b"Lovelace" not in kept


def test_colours_and_jpeg_are_read() -> None:
    red = dataset(
        bytes([200, 0, 0] * 4),
        (2, 2),
        8,
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=0,
    )
    assert scan(saved(red)).pixels()[:3] == [200, 0, 0]
    planes = dataset(
        bytes([9] * 4 + [8] * 4 + [7] * 4),
        (2, 2),
        8,
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=1,
    )
    assert scan(saved(planes)).pixels() == [9, 8, 7] * 4
    jpeg = image_bytes(Image.new("L", (8, 8), 77), "JPEG", quality=95)
    assert set(scan(saved(dataset(jpeg, (8, 8), 8), JPEGBaseline8Bit)).pixels()) == {77}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_dicom"),
        (grey(1), "not_dicom"),
        (
            saved(dataset(b"1234", (2, 2), 8), JPEGBaseline8Bit).replace(
                b"1.2.840.10008.1.2.4.50", b"1.2.840.10008.1.2.4.90"
            ),
            "packing_not_read",
        ),
        (saved(dataset(b"1234", (2, 2), 12), JPEGBaseline8Bit), "packing_not_read"),
        (dicom([1, 2, 3, 4], (2, 2))[:-4], "damaged_dicom"),
        (
            saved(dataset(image_bytes(Image.new("L", (9, 9)), "JPEG"), (8, 8), 8), JPEGBaseline8Bit),
            "damaged_dicom",
        ),
        (
            saved(
                dataset(
                    bytes(12),
                    (2, 2),
                    8,
                    SamplesPerPixel=3,
                    PhotometricInterpretation="YBR_ICT",
                    PlanarConfiguration=0,
                )
            ),
            "colour_not_read",
        ),
        (saved(dataset(bytes(32), (16, 16), 1)), "numbers_not_read"),
        (dicom([1], (60_000, 60_000)), "image_too_large"),
        (dicom([1], (1, 1), NumberOfFrames=100_000), "image_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_that_is_read_is_a_fault(data: bytes, code: str) -> None:
    assert scan(data).codes == [code]


VOLUME = nifti([0, 1, 2, 3, 4, 5, 7, 7, 7, 7, 7, 7, 10, 0, 0, 0, 0, 0], (3, 2, 3))


@pytest.mark.parametrize("packed", [False, True])
def test_slices_of_a_volume_are_records_and_empty_ones_are_counted(packed: bool) -> None:
    data, name = (gzip.compress(VOLUME), "head.nii.gz") if packed else (VOLUME, "head.nii")
    reading = scan(data, name)
    assert [(line["name"], line["fields"]) for line in reading.lines] == [
        (f"{name}, slice 1", {"volume": name, "slice": 1}),
        (f"{name}, slice 3", {"volume": name, "slice": 3}),
    ]
    assert reading.pixels() == [77, 102, 128, 0, 26, 51]  # the second row of the file is on top
    assert reading.seen["notes"] == {"medical_not_for_diagnosis": 2, "empty_slices": 1}


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("code", [2, 4, 8, 16, 64, 512])
def test_numbers_of_every_kind_and_order_give_the_same_picture(code: int, order: str) -> None:
    assert scan(nifti([0, 50, 100, 200], (2, 2, 1), code=code, order=order), "a.nii").pixels() == [
        128,
        255,
        0,
        64,
    ]


def test_the_range_that_the_file_asks_for_is_shown() -> None:
    data = nifti([0, 50, 100, 200], (2, 2, 1), shown=(100, 200), scaling=(2.0, 0.0))
    assert scan(data, "a.nii").pixels() == [255, 255, 0, 0]


def test_of_several_volumes_the_first_is_read_and_words_are_dropped() -> None:
    reading = scan(nifti([0, 1, 2, 3] * 3, (2, 2, 1, 3), words=b"Ada Lovelace"), "a.nii")
    assert len(reading.lines) == 1
    assert (reading.seen["notes"]["later_volumes_skipped"], reading.seen["notes"]["metadata_dropped"]) == (
        2,
        1,
    )


def test_numbers_that_are_none_are_black() -> None:
    assert scan(nifti([float("nan"), 1, 2, 3], (2, 2, 1), code=16), "a.nii").pixels()[:2] == [128, 255]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_volume"),
        (bytes(400), "not_a_volume"),
        (VOLUME[:-2], "cut_volume"),
        (gzip.compress(VOLUME)[:-12], "cut_volume"),
        (nifti([1], (1, 1, 1), code=32), "numbers_not_read"),
        (nifti([1], (0, 1, 1)), "damaged_volume"),
        (nifti([1], (32_000, 32_000, 1)), "volume_too_large"),
        (nifti([1], (1000, 1000, 5000)), "volume_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_whole_volume_is_a_fault(data: bytes, code: str) -> None:
    reading = scan(data, "a.nii.gz")
    assert (reading.codes, reading.lines) == ([code], [])


def test_scans_lie_beside_pictures_in_an_archive() -> None:
    data = zip_bytes(
        {"ct/a.dcm": dicom([1, 2, 3, 4], (2, 2)), "mr/b.nii.gz": gzip.compress(VOLUME), "x/c.png": grey(1)}
    )
    reading = read(data, "a.zip", "image")
    assert [line["label"] for line in reading.lines] == ["x", "ct", "mr", "mr"]
    assert read_all({"a.dcm": dicom([1, 2, 3, 4], (2, 2)), "A.DCM": b""}, "image").codes == ["same_name"]


def test_scans_are_read_without_numpy() -> None:
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "import pydicom; from pydicom.pixels.decoders.base import get_decoder\n"
        "get_decoder('1.2.840.10008.1.2.5')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


SAMPLES: list[tuple[str, bytes]] = [
    ("a.nii", VOLUME),
    ("a.nii.gz", gzip.compress(VOLUME)),
    ("a.dcm", dicom(list(range(16)), (4, 4))),
    ("a.dcm", dicom(list(range(16)), (4, 4), syntax=RLELossless)),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 10_000), st.binary(min_size=1, max_size=6), st.booleans())
def test_damaged_bytes_are_read_or_listed(
    sample: tuple[str, bytes], place: int, noise: bytes, cut: bool
) -> None:
    name, data = sample
    place %= len(data)
    reading = scan(data[:place] + noise + (b"" if cut else data[place + len(noise) :]), name)
    assert len(reading.codes) == 1 or reading.lines or reading.seen["notes"].get("empty_slices")
