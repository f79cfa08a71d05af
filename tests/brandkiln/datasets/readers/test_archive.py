"""Archives that attack the reader are refused as a whole, before a byte is unpacked."""

import stat
import struct
import zipfile

import pytest
from brandkiln.datasets.readers.limits import Refused

from tests.brandkiln.datasets.files import grey, zip_bytes
from tests.brandkiln.datasets.readers.reading import Reading, read


def images(data: bytes, **limits: int) -> Reading:
    return read(data, "a.zip", "image", **limits)


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(Refused) as caught:
        images(data, **limits)
    return caught.value.code


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd.png",
        "../up.png",
        "a/../../up.png",
        "C:/windows/a.png",
        "C:\\a.png",
        "a\\..\\..\\b.png",
        "\\\\server\\a.png",
    ],
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    assert refusal(zip_bytes([("good.png", grey(1)), (name, grey(2))])) == "unsafe_path"


def test_a_name_with_nul_is_refused() -> None:
    data = zip_bytes({"safe.pngXevil.sh": grey(1)}).replace(b"safe.pngX", b"safe.png\x00")
    assert refusal(data) == "unsafe_path"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind: int) -> None:
    entry = zipfile.ZipInfo("link.png")
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    assert refusal(zip_bytes([(entry, b"/etc/passwd")])) == "link_in_archive"


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(zip_bytes({"a.png": grey(1)}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(data)) == "encrypted_archive"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int) -> None:
    assert refusal(zip_bytes({"a.png": grey(1)}, method)) == "unknown_compression"


@pytest.mark.parametrize("name", ["inner.zip", "deep/inner.TAR", "a.tar.gz", "b.7z", "c.rar"])
def test_an_archive_inside_an_archive_is_refused(name: str) -> None:
    assert refusal(zip_bytes({"a.png": grey(1), name: b"PK"})) == "nested_archive"


def test_too_many_entries_are_refused() -> None:
    assert refusal(zip_bytes({f"{number}.png": b"" for number in range(11)}), entries=10) == "too_many_files"


def test_a_directory_that_lists_more_than_fits_is_refused() -> None:
    data = zip_bytes({f"{number}.png": b"" for number in range(70_000)})
    assert refusal(data, entries=60_000) == "too_many_files"


def test_the_declared_total_is_capped() -> None:
    assert refusal(zip_bytes({"a.png": bytes(2000)}), unpacked_bytes=1000) == "archive_too_large"


def test_the_ratio_is_capped() -> None:
    data = zip_bytes({"a.png": bytes(2_000_000)}, zipfile.ZIP_DEFLATED)
    assert refusal(data, ratio_free_bytes=1_000_000) == "archive_bomb"


def test_overlapping_files_are_refused() -> None:
    """Two entries of the directory name the same bytes, as in the bombs that unpack to terabytes."""
    data = zip_bytes({"a.png": grey(1), "b.png": grey(2)})
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    bomb = bytearray(data)
    bomb[second + 42 : second + 46] = struct.pack("<I", 0)
    assert refusal(bytes(bomb)) == "overlapping_files"


def test_a_lying_size_is_not_believed() -> None:
    data = bytearray(zip_bytes({"a.png": grey(1), "b.png": bytes(100_000)}, zipfile.ZIP_DEFLATED))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 24 : second + 28] = struct.pack("<I", 10)
    reading = images(bytes(data))
    assert (len(reading.lines), reading.codes) == (1, ["damaged_entry"])


def test_a_damaged_entry_does_not_sink_the_others() -> None:
    data = bytearray(zip_bytes({"a.png": grey(1), "b.png": grey(2)}))
    data[data.index(b"IDAT") + 6] ^= 0xFF
    assert images(bytes(data)).codes == ["damaged_entry"]


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04 nothing else", b"PK\x05\x06" + bytes(18)[:10]])
def test_what_only_looks_like_an_archive_is_refused(data: bytes) -> None:
    assert refusal(data) == "damaged_archive"


def test_a_cut_archive_is_refused() -> None:
    data = zip_bytes({"a.png": grey(1), "b.png": grey(2)})
    assert refusal(data[: len(data) // 2]) == "damaged_archive"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.png", "A.png"),
        ("caf\u00e9.png", "cafe\u0301.png"),
        ("stra\u00dfe.png", "STRASSE.png"),
        ("a.png", "a.png"),
    ],
)
def test_names_that_collide_are_reported_and_the_first_is_kept(one: str, other: str) -> None:
    reading = images(zip_bytes([(one, grey(1)), (other, grey(2))]))
    assert (len(reading.lines), reading.codes) == (1, ["same_name"])


def test_what_programs_add_unasked_is_skipped() -> None:
    unasked = ["__MACOSX/._a.png", ".DS_Store", "shoes/.hidden.png", "shoes/Thumbs.db", "desktop.ini"]
    reading = images(zip_bytes({"shoes/a.png": grey(1), **dict.fromkeys(unasked, b"x")}))
    assert (len(reading.lines), reading.codes) == (1, [])
    assert reading.seen["notes"]["skipped_files"] == 5


def test_labels_are_the_names_of_the_folders() -> None:
    reading = images(zip_bytes({"all/bags/1.png": grey(1), "all/caf\u0065\u0301/2.png": grey(2)}))
    assert [line["label"] for line in reading.lines] == ["bags", "caf\u00e9"]


def test_one_folder_around_everything_is_no_label() -> None:
    reading = images(zip_bytes({"export/1.png": grey(1), "export/2.png": grey(2)}))
    assert [line["label"] for line in reading.lines] == ["", ""]


def test_a_label_that_is_too_long_is_a_fault() -> None:
    reading = images(zip_bytes({f"{'x' * 121}/1.png": grey(1), "b/2.png": grey(2)}))
    assert (len(reading.lines), reading.codes) == (1, ["label_too_long"])
