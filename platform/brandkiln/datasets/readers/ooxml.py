"""Office files: a ZIP archive of XML parts, read as streams, never whole, and without entities."""

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from brandkiln.datasets.readers.archive import open_archive
from brandkiln.datasets.readers.limits import Limits, Refused

CHUNK = 64 * 1024
SMALL_PART = 32 * 2**20
"""Most that a part may have that is read for what it lists: sheets, styles, relations."""
DEPTH = 256
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE_DOCUMENT = "/officeDocument"

Attributes = dict[str, str]
OnStart = Callable[[str, Attributes], None]
OnEnd = Callable[[str], None]
OnText = Callable[[str], None]


@contextmanager
def open_package(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Give the checked archive of an office file.

    Raises:
        Refused: If it is none, or can't be trusted.
    """
    with path.open("rb") as source:
        head = source.read(8)
    if head == OLE_START:
        raise Refused(
            "encrypted_document",
            "The file has a password or comes from an office program before 2007; save it anew without a password.",
        )
    if not head.startswith(b"PK"):
        raise Refused("wrong_format", "The file is no office document inside; save it anew from its program.")
    with open_archive(path, limits) as archive:
        yield archive


def main_part(archive: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the document.

    Raises:
        Refused: If the archive is no office file.
    """
    for kind, target in relations(archive, "").values():
        if kind.endswith(OFFICE_DOCUMENT):
            return target
    raise Refused("wrong_format", "The archive holds no office document; save it anew from its program.")


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part points to inside the archive, by id: the kind and the name of the other part."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            inside = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), posixpath.normpath(inside))

    if has_part(archive, listing):
        read_small_part(archive, listing, start)
    return found


def has_part(archive: zipfile.ZipFile, part: str) -> bool:
    """Return whether the archive holds the part."""
    return part in archive.NameToInfo


def read_small_part(
    archive: zipfile.ZipFile, part: str, start: OnStart, end: OnEnd | None = None, text: OnText | None = None
) -> None:
    """Walk through a part that is small in honest files.

    Raises:
        Refused: If it is not, or is damaged.
    """
    if has_part(archive, part) and archive.getinfo(part).file_size > SMALL_PART:
        raise Refused("part_too_large", f'The part "{part[:100]}" of the document has more than 32 MiB.')
    for _ in walk(archive, part, start, end, text):
        pass


def walk(
    archive: zipfile.ZipFile,
    part: str,
    start: OnStart,
    end: OnEnd | None = None,
    text: OnText | None = None,
) -> Iterator[None]:
    """Walk through a part, calling back with plain names of its tags, and stop after each piece.

    Raises:
        Refused: If it is missing, damaged, nested too deep or declares entities.
    """
    depth = 0

    def opened(tag: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH:
            raise Refused("too_deep", f"The document is nested deeper than {DEPTH} levels.")
        start(tag.rpartition(":")[2], attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(tag.rpartition(":")[2])

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = CHUNK
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if text:
        parser.CharacterDataHandler = text
    try:
        with archive.open(part) as source:
            while piece := source.read(CHUNK):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield
    except KeyError as error:
        raise Refused(
            "damaged_document", f'The document lacks its part "{part[:100]}"; save it anew.'
        ) from error
    except (
        expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError
    ) as error:  # fmt: skip
        raise Refused(
            "damaged_document", f'The part "{part[:100]}" is damaged ({error}); save the document anew.'
        ) from error


def _refuse_doctype(*_: object) -> None:
    raise Refused(
        "entities", "The document declares a document type, which no office program does; save it anew."
    )
