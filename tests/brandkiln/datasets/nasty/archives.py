"""Archives that lead out, lie, overlap, nest, hide, or hold more than anybody could want."""

import io
import stat
import struct
import warnings
import zipfile

from tests.brandkiln.datasets.files import grey, zip_bytes
from tests.brandkiln.datasets.nasty.case import Case

LEADS_OUT = "leads out of its own folder"
DEVICE = "is a device on Windows"
TOO_MANY = "lists more than the 200,000 files"


def holding(name: str | zipfile.ZipInfo, data: bytes | None = None) -> bytes:
    """Return an archive of a good picture and one file more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two files of one name
        return zip_bytes([("good.png", grey(1)), (name, grey(2) if data is None else data)])


def link(kind: int) -> bytes:
    entry = zipfile.ZipInfo("link.png")
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    return holding(entry, b"/etc/passwd")


def directory(data: bytes, number: int = 1) -> int:
    """Return where the entry of the directory begins, counted from 0."""
    at = -1
    for _ in range(number + 1):
        at = data.index(b"PK\x01\x02", at + 1)
    return at


def patched(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def listed(offset: int, value: bytes, *, packed: bool = False) -> bytes:
    """Return an archive in whose directory the second file says something else."""
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    data = zip_bytes({"a.png": grey(1), "b.png": grey(2) + bytes(5000)}, method)
    return patched(data, directory(data) + offset, value)


def local(offset: int, value: bytes) -> bytes:
    """Return an archive in which the second file's own head says something else than the directory."""
    data = zip_bytes({"a.png": grey(1), "b.png": grey(2)})
    return patched(data, data.index(b"PK\x03\x04", 4) + offset, value)


def million(*, said: int = 0xFFFF) -> bytes:
    """Return a directory of a million entries that all name the same few bytes."""
    one = zip_bytes({"0.png": b""})
    start = directory(one, 0)
    end = one.index(b"PK\x05\x06")
    entries = one[start:end] * 1_000_000
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, said, said, len(entries), start, 0)
    return one[:start] + entries + last


def million_in_zip64() -> bytes:
    data = million()
    start, end = directory(data, 0), len(data) - 22
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 7, 7, end - start, start)
    pointer = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return (
        data[:end]
        + large
        + pointer
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 7, 7, 2**32 - 1, 2**32 - 1, 0)
    )


def quine() -> bytes:
    """Return an archive whose only file is the archive itself."""
    data = zip_bytes({"a.png": grey(1)})
    return patched(data, directory(data, 0) + 42, struct.pack("<I", len(data)))


def rubbish() -> bytes:
    data = zip_bytes({"a.png": grey(1), "b.png": bytes(5000)}, zipfile.ZIP_DEFLATED)
    return patched(data, data.index(b"b.png") + 5, b"\xff" * 8)


def cut(share: float) -> bytes:
    data = zip_bytes({"a.png": grey(1), "b.png": grey(2)})
    return data[: int(len(data) * share)]


def behind(start: bytes) -> bytes:
    return start + zip_bytes({"a.png": grey(1)})


def bomb() -> bytes:
    return zip_bytes({f"{number}.png": bytes(20_000_000) for number in range(4)}, zipfile.ZIP_DEFLATED)


def tar() -> bytes:
    import tarfile

    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.png"))
    return target.getvalue()


PATHS = [
    "/etc/passwd.png", "../up.png", "a/../../up.png", "..\\..\\up.png", "a\\..\\..\\b.png", "C:/windows/a.png",
    "C:\\a.png", "z:a.png", "\\\\server\\share\\a.png", "//server/a.png", "a/..", "./../a.png",
]  # fmt: skip
DEVICES = ["CON.png", "a/nul.png", "Aux", "com1.tar.png", "LPT9 .png", "prn/a.png", "COM\u00b9.png"]
COLLISIONS = [
    ("a.png", "A.PNG"), ("caf\u00e9.png", "cafe\u0301.png"), ("stra\u00dfe.png", "STRASSE.png"), ("a.png", "a.png"),
    ("\u212b.png", "\u00e5.png"),
]  # fmt: skip
NESTED = ["inner.zip", "deep/inner.TAR", "a.tar.gz", "b.7z", "c.rar", "d.tgz", "e.iso", "f.jar", "g.zst"]


def colliding(one: str, other: str) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zip_bytes([(one, grey(1)), (other, grey(2))])


WHOLE = [
    *[Case(f"path {path!a}", "a.zip", lambda path=path: holding(path), LEADS_OUT) for path in PATHS],
    *[Case(f"device {name!a}", "a.zip", lambda name=name: holding(name), DEVICE) for name in DEVICES],
    *[
        Case(f"nested {name}", "a.zip", lambda name=name: holding(name, b"PK"), "is an archive inside the archive")
        for name in NESTED
    ],
    *[
        Case(f"special file {kind:o}", "a.zip", lambda kind=kind: link(kind), "is a link or a device")
        for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK)
    ],
    Case(
        "name with NUL",
        "a.zip",
        lambda: holding("safe.pngXevil.sh").replace(b"safe.pngX", b"safe.png\0"),
        "which is no file name",
    ),
    Case("encrypted", "a.zip", lambda: listed(8, b"\x01\x00"), "is encrypted; pack the archive without"),
    Case("encrypted strongly", "a.zip", lambda: listed(8, b"\x41\x00"), "is encrypted; pack the archive without"),
    Case("encrypted with AES", "a.zip", lambda: listed(10, b"\x63\x00"), "packed in a way that is not read"),
    *[
        Case(
            f"packing {method}",
            "a.zip",
            lambda method=method: zip_bytes({"a.png": grey(1)}, method),
            "packed in a way that is not read",
        )
        for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    ],
    Case("overlapping files", "a.zip", lambda: listed(42, bytes(4)), "Files inside the archive overlap"),
    Case("packed size beyond the end", "a.zip", lambda: listed(20, b"\xff\xff\xff\x7f"), "Files inside the archive overlap"),
    Case("place beyond the end", "a.zip", lambda: listed(42, b"\xff\xff\xff\x7f"), "Files inside the archive overlap"),
    Case("an archive of itself", "a.zip", quine, "Files inside the archive overlap"),
    Case("says it unpacks to terabytes", "a.zip", lambda: listed(24, b"\xfe\xff\xff\xff"), "times its size; 50 times is accepted"),
    Case("bomb of zeros", "a.zip", bomb, "times its size; 50 times is accepted"),
    Case("a million entries", "a.zip", million, TOO_MANY),
    Case("a million entries that say two", "a.zip", lambda: million(said=2), TOO_MANY),
    Case("a million entries in the large form", "a.zip", million_in_zip64, TOO_MANY),
    Case("too large when unpacked", "a.zip", lambda: holding("b.png"), "are accepted. Split it.", limits={"unpacked_bytes": 100}),
    Case("cut in the middle", "a.zip", lambda: cut(0.5), "The ZIP archive can't be opened"),
    Case("cut before its directory ends", "a.zip", lambda: cut(0.97), "The ZIP archive can't be opened"),
    Case("two letters", "a.zip", lambda: b"PK", "The ZIP archive can't be opened"),
    Case("a head and nothing else", "a.zip", lambda: b"PK\x03\x04" + bytes(40), "The ZIP archive can't be opened"),
    Case("a directory that lies elsewhere", "a.zip", lambda: patched(cut(1), len(cut(1)) - 6, b"\xf0\xff\xff\xff"), "points out of the archive"),
    Case("part of several disks", "a.zip", lambda: patched(cut(1), len(cut(1)) - 18, b"\x02\x00\x02\x00"), "is one of several parts"),
]  # fmt: skip

RECORDS = [
    *[
        Case(
            f"names {one!a} and {other!a}",
            "a.zip",
            lambda one=one, other=other: colliding(one, other),
            "The name is the same as",
            accepted=1,
        )
        for one, other in COLLISIONS
    ],
    Case("unpacks to more than it says", "a.zip", lambda: listed(24, b"\x0a\x00\x00\x00", packed=True), "The file is cut off inside the archive", accepted=1),
    Case("unpacks to less than it says", "a.zip", lambda: listed(24, b"\xff\xff\x00\x00", packed=True), "The file is cut off inside the archive", accepted=1),
    Case("wrong checksum", "a.zip", lambda: listed(16, b"\x00\x00\x00\x00"), "The file's checksum is wrong", accepted=1),
    Case("own head says encrypted", "a.zip", lambda: local(6, b"\x01\x00"), "The archive says two things about the file", accepted=1),
    Case("own head says packed", "a.zip", lambda: local(8, b"\x08\x00"), "The archive says two things about the file", accepted=1),
    Case("own head is missing", "a.zip", lambda: local(0, b"XXXX"), "The file has no head inside the archive", accepted=1),
    Case("rubbish as packed bytes", "a.zip", rubbish, "The file can't be unpacked", accepted=1),
    Case("a ZIP that is called a picture", "a.zip", lambda: holding("b.png", zip_bytes({"c.png": grey(3)})), "but a ZIP archive", accepted=1),
    Case("a gzip that is called a picture", "a.zip", lambda: holding("b.png", b"\x1f\x8b\x08" + bytes(30)), "but a gzip archive", accepted=1),
    Case("a tar that is called a picture", "a.zip", lambda: holding("b.png", tar()), "This is no PNG", accepted=1),
    Case("what programs add unasked", "a.zip", lambda: holding("__MACOSX/._a.png", b"x"), "skipped_files", accepted=1),
    Case("one entry too large", "a.zip", lambda: holding("b.png", bytes(5000)), "5,000 bytes; 4,000 are read at most", accepted=1, limits={"image_bytes": 4000}),
    Case("a program in front of the archive", "a.zip", lambda: behind(b"PK\x03\x04" + bytes(500)), "", accepted=1),
    Case("an archive without files", "a.zip", lambda: zip_bytes({}), "", accepted=0),
    Case("a label that is a novel", "a.zip", lambda: zip_bytes({"a/1.png": grey(1), f"{'b' * 200}/2.png": grey(2)}), "a label has 120 at most", accepted=1),
]  # fmt: skip
CASES = [*WHOLE, *RECORDS]
