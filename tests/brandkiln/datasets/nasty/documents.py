"""Workbooks, documents, pages, columns, sounds and scans that bite."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable

from tests.brandkiln.datasets.files import zip_bytes
from tests.brandkiln.datasets.nasty.case import Case
from tests.brandkiln.datasets.readers.pages import locked, pdf
from tests.brandkiln.datasets.readers.scans import dicom, nifti
from tests.brandkiln.datasets.readers.sound_samples import encoded, wav

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = b"http://schemas.openxmlformats.org/package/2006/relationships"
WORDS = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>"""


def links(kind: bytes, target: bytes) -> bytes:
    return b'<Relationships xmlns="%s"><Relationship Id="rId1" Type="%s/%s" Target="%s"/></Relationships>' % (
        PACKAGE,
        OFFICE,
        kind,
        target,
    )


def cells(*values: bytes) -> bytes:
    return b"".join(b"<row>" + value + b"</row>" for value in values)


def text(value: bytes, place: bytes = b"A1") -> bytes:
    return b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (place, value)


def number(value: bytes, style: bytes = b"0") -> bytes:
    return b'<c s="%s"><v>%s</v></c>' % (style, value)


def workbook(
    rows: bytes, *, before: bytes = b"", sheet: bytes = b"worksheets/sheet1.xml", method: int = zipfile.ZIP_DEFLATED,
    **parts: bytes,
) -> bytes:  # fmt: skip
    """Return a workbook of one sheet; parts by their last names replace or add to what is there."""
    files = {
        "_rels/.rels": links(b"officeDocument", b"xl/workbook.xml"),
        "xl/workbook.xml": b'<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="One" sheetId="1" r:id="rId1"/>'
        b"</sheets></workbook>" % (MAIN, OFFICE),
        "xl/_rels/workbook.xml.rels": links(b"worksheet", sheet),
        "xl/worksheets/sheet1.xml": before
        + b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN, rows),
    }
    files |= {f"xl/{name}.xml": part for name, part in parts.items()}
    return zip_bytes({name: part for name, part in files.items() if part}, method)


def document(body: bytes, *, before: bytes = b"", relations: bytes | None = None) -> bytes:
    part = before + b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (WORDS, body)
    return zip_bytes(
        {
            "_rels/.rels": relations or links(b"officeDocument", b"word/document.xml"),
            "word/document.xml": part,
        },
        zipfile.ZIP_DEFLATED,
    )


def paragraph(words: bytes) -> bytes:
    return b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % words


SCAN = dicom(list(range(64)), (8, 8))
VOLUME = nifti(list(range(128)), (8, 8, 2))
HEADER = text(b"product", b"A1") + text(b"price", b"B1")
GOOD = cells(HEADER, text(b"shoe", b"A2") + number(b"1.5"))


def rubbish() -> bytes:
    data = workbook(GOOD)
    at = data.index(b"sheet1.xml") + 10
    return data[:at] + b"\xff" * 8 + data[at + 8 :]


def parquet() -> bytes:
    import polars

    target = io.BytesIO()
    polars.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]}).write_parquet(target)
    return target.getvalue()


def broken(data: bytes, at: int, value: bytes) -> bytes:
    at = at if at >= 0 else len(data) + at
    return data[:at] + value + data[at + len(value) :]


def infinite() -> bytes:
    import polars

    target = io.BytesIO()
    polars.DataFrame({"a": [1.5, float("inf"), float("nan")]}).write_parquet(target)
    return target.getvalue()


def nested() -> bytes:
    import polars

    target = io.BytesIO()
    polars.DataFrame({"a": [[1, 2], [3]]}).write_parquet(target)
    return target.getvalue()


def chunked(*chunks: tuple[bytes, bytes]) -> bytes:
    """Return a WAV file of these parts."""
    body = b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def form(channels: int = 1, rate: int = 8000, bits: int = 16, code: int = 1) -> bytes:
    block = channels * bits // 8
    return struct.pack("<HHIIHH", code, channels, rate, min(rate * block, 2**32 - 1), block % 65536, bits)


def of(kind: str) -> Callable[..., Case]:
    def case(
        name: str,
        filename: str,
        data: Callable[[], bytes],
        says: str,
        accepted: int | None = None,
        **limits: int,
    ) -> Case:
        return Case(name, filename, data, says, kind, accepted, limits)

    return case


table, words, sound, image = of("table"), of("text"), of("audio"), of("image")
CASES = [
    # Workbooks
    table("workbook: no ZIP", "a.xlsx", lambda: b"product,price\nshoe,1\n", "no office document inside"),
    table("workbook: cut off", "a.xlsx", lambda: workbook(GOOD)[:300], "The ZIP archive can't be opened"),
    table("workbook: with a password", "a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "The file has a password"),
    table("workbook: a ZIP of something else", "a.xlsx", lambda: zip_bytes({"a.txt": b"x"}), "holds no office document"),
    table("workbook: a bomb", "a.xlsx", lambda: workbook(b"<row/>" * 20_000_000), "times its size; 50 times is accepted"),
    table("workbook: entities", "a.xlsx", lambda: workbook(cells(HEADER, text(b"&b;")), before=LAUGHS), "declares a document type"),
    table("workbook: an entity from outside", "a.xlsx", lambda: workbook(cells(HEADER, text(b"&a;")), before=OUTSIDE), "declares a document type"),
    table("workbook: a part that leads out", "a.xlsx", lambda: workbook(GOOD, sheet=b"../../../etc/passwd"), "lacks its part"),
    table("workbook: a part that is not there", "a.xlsx", lambda: workbook(GOOD, sheet=b"worksheets/other.xml"), "lacks its part"),
    table("workbook: a sheet that is no XML", "a.xlsx", lambda: workbook(b"</row><row>"), "is damaged"),
    table("workbook: a sheet that ends early", "a.xlsx", lambda: workbook(b"<row><c>"), "is damaged"),
    table("workbook: packed bytes that are rubbish", "a.xlsx", rubbish, "is damaged"),
    table("workbook: nested without end", "a.xlsx", lambda: workbook(b"<row>" * 5000), "nested deeper than"),
    table("workbook: no cells", "a.xlsx", lambda: workbook(b""), "holds no rows"),
    table("workbook: a cell in column 16,384", "a.xlsx", lambda: workbook(cells(HEADER, text(b"x", b"XFD2"))), "1,000 are accepted"),
    table("workbook: two columns of one name", "a.xlsx", lambda: workbook(cells(HEADER + text(b"Price", b"C1"))), "are all called"),
    table("workbook: a shared text that is not there", "a.xlsx", lambda: workbook(cells(HEADER, b'<c t="s"><v>99999</v></c>')), "A cell names the text 99999, which is not there"),
    table("workbook: a cell of a megabyte", "a.xlsx", lambda: workbook(cells(HEADER, text(b"x" * 1_000_000), text(b"shoe"))), "A text has more than 100,000 characters", 1),
    table("workbook: formulas without values", "a.xlsx", lambda: workbook(cells(HEADER, text(b"shoe") + b"<c><f>WEBSERVICE(1)</f></c>")), "", 1),
    table("workbook: infinity", "a.xlsx", lambda: workbook(cells(HEADER, text(b"shoe") + number(b"INF"))), "", 1),
    table("workbook: a date beyond the calendar", "a.xlsx", lambda: workbook(cells(HEADER, text(b"shoe") + number(b"9999999999", b"1")), styles=b'<styleSheet xmlns="%s"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>' % MAIN), "", 1),
    # Documents and pages
    words("document: a bomb", "a.docx", lambda: document(b"<w:p/>" * 20_000_000), "times its size; 50 times is accepted"),
    words("document: entities", "a.docx", lambda: document(paragraph(b"&b;"), before=LAUGHS), "declares a document type"),
    words("document: nested without end", "a.docx", lambda: document(b"<w:tbl>" * 5000), "nested deeper than"),
    words("document: cut off", "a.docx", lambda: document(paragraph(b"shoe"))[:200], "The ZIP archive can't be opened"),
    words("document: no part", "a.docx", lambda: document(b"", relations=links(b"officeDocument", b"word/other.xml")), "lacks its part"),
    words("document: a workbook", "a.docx", lambda: workbook(GOOD), "", 0),
    words("PDF: cut off", "a.pdf", lambda: pdf("A shoe of felt.")[:120], "The PDF can't be opened"),
    words("PDF: rubbish", "a.pdf", lambda: b"%PDF-1.7" + bytes(range(256)) * 8, "The PDF can't be opened"),
    words("PDF: a password", "a.pdf", lambda: locked(pdf("A shoe of felt.")), "asks for a password"),
    words("PDF: pages that go in a circle", "a.pdf", lambda: pdf("A shoe").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), "The PDF"),
    words("PDF: a page without text", "a.pdf", lambda: pdf(""), "", 0),
    words("document: a passage of a megabyte", "a.docx", lambda: document(paragraph(b"x" * 1_000_000) + paragraph(b"shoe")), "characters; 100,000 are accepted", 1),
    words("page: nested 100,000 deep", "a.html", lambda: b"<div>" * 100_000 + b"shoe", "nested deeper than"),
    words("page: only a script", "a.html", lambda: b"<script>alert('a shoe')</script>", "", 0),
    words("page: a comment that never ends", "a.html", lambda: b"<p>shoe</p><!-- " + b"x" * 100_000, "", 1),
    words("text: bytes of no encoding", "a.txt", lambda: b"\x81\x8d\x8f\x90\x9d\xff" * 9, "neither UTF-8 nor another encoding"),
    words("text: NUL", "a.txt", lambda: b"a shoe\0", "The paragraph holds the character NUL", 0),
    words("text: a paragraph of a megabyte", "a.txt", lambda: b"shoe\n\n" + b"word " * 200_000, "characters; 100,000 are accepted", 1),
    words("text: a line of five million letters", "a.txt", lambda: b"x" * 5_000_000, "4,000,000 characters; cut it"),
    words("text: nothing but blanks", "a.txt", lambda: b" \n\t\n", "", 0),
    words("text: no column with texts", "a.csv", lambda: b"a,b\n1,2\n", 'No column is called "text"'),
    words("text: a number where a text should be", "a.jsonl", lambda: b'{"text": 5}\n{"text": "shoe"}\n', "has to be a text", 1),
    words("text: empty texts", "a.csv", lambda: b'text,label\n"  ",a\nshoe,b\n', "The text is empty", 1),
    words("text: no text at all", "a.odt", lambda: b"%PDF-1.7", '"a.odt" is not read as text data'),
    # Columns
    table("Parquet: four letters", "a.parquet", lambda: b"PAR1", "The Parquet file can't be read"),
    table("Parquet: encrypted", "a.parquet", lambda: broken(parquet(), -4, b"PARE"), "no whole Parquet file"),
    table("Parquet: cut off", "a.parquet", lambda: parquet()[:-30], "no whole Parquet file"),
    table("Parquet: an end that says it is 2 GB", "a.parquet", lambda: broken(parquet(), -8, b"\xff\xff\xff\x7f"), "The Parquet file can't be read"),
    table("Parquet: an end that is rubbish", "a.parquet", lambda: broken(parquet(), -60, b"\xff" * 40), "The Parquet file can't be read"),
    table("Parquet: lists", "a.parquet", nested, "Columns with lists, structures or bytes are not read"),
    table("Parquet: infinity", "a.parquet", infinite, "A number is infinite", 2),
    table("Parquet: text that is called so", "a.parquet", lambda: b"a,b\n1,2\n" * 9, "no whole Parquet file"),
    # Sounds
    sound("sound: a web page", "a.wav", lambda: b"<!DOCTYPE html>" + bytes(40), "This is no WAV, FLAC or OGG file", 0),
    sound("sound: the first 20 bytes", "a.wav", lambda: wav()[:20], "The sound is cut off", 0),
    sound("sound: cut off", "a.wav", lambda: wav()[:600], "its header promises more than there is", 0),
    sound("sound: no samples", "a.wav", lambda: chunked((b"fmt ", form()), (b"data", b"")), "The file holds no samples", 0),
    sound("sound: no form", "a.wav", lambda: chunked((b"data", bytes(100))), "The sound can't be decoded", 0),
    sound("sound: no channel", "a.wav", lambda: chunked((b"fmt ", form(channels=0)), (b"data", bytes(100))), "Channel count is zero", 0),
    sound("sound: a thousand channels", "a.wav", lambda: chunked((b"fmt ", form(channels=1000)), (b"data", bytes(4000))), "1000 channels; 8 are read at most", 0),
    sound("sound: a rate of four billion", "a.wav", lambda: chunked((b"fmt ", form(rate=2**32 - 1)), (b"data", bytes(100))), "The sound can't be decoded", 0),
    sound("sound: an unknown coding", "a.wav", lambda: chunked((b"fmt ", form(code=0x4242)), (b"data", bytes(100))), "The sound can't be decoded", 0),
    sound("sound: two parts of samples", "a.wav", lambda: chunked((b"fmt ", form()), (b"data", bytes(100)), (b"data", bytes(100))), "holds two parts of one name", 0),
    sound("sound: too long", "a.wav", lambda: wav(3), "longer than 2 seconds", 0, sound_seconds=2),
    sound("sound: FLAC cut off", "a.flac", lambda: encoded("FLAC")[:900], "The sound can't be decoded", 0),
    sound("sound: FLAC of rubbish", "a.flac", lambda: b"fLaC" + b"\xff" * 500, "The sound can't be decoded", 0),
    sound("sound: OGG cut off", "a.ogg", lambda: encoded("OGG")[:-200], "cut off", 0),
    sound("sound: OGG of rubbish", "a.ogg", lambda: b"OggS" + b"\xff" * 500, "The sound is cut off", 0),
    # Scans
    image("scan: DICOM cut off", "a.dcm", lambda: SCAN[:-40], "The DICOM file is damaged or cut off", 0),
    image("scan: DICOM of rubbish", "a.dcm", lambda: bytes(128) + b"DICM" + b"\xff" * 300, "are not read; export them uncompressed", 0),
    image("scan: DICOM of 65,535 x 65,535", "a.dcm", lambda: dicom([1] * 64, (8, 8), Rows=65535, Columns=65535), "pixels, 16,384 a side, are read", 0),
    image("scan: DICOM of a billion frames", "a.dcm", lambda: dicom([1] * 64, (8, 8), NumberOfFrames=10**9), "The file has 1,000,000,000 frames", 0),
    image("scan: DICOM of 77 bits", "a.dcm", lambda: dicom([1] * 64, (8, 8), BitsAllocated=77), "Pixels of 77 bits are not read", 0),
    image("scan: DICOM without pixels", "a.dcm", lambda: dicom([], (8, 8)), "", 0),
    image("scan: a text", "a.dcm", lambda: b"a shoe" * 50, "This is no DICOM file", 0),
    image("scan: NIfTI cut off", "a.nii", lambda: VOLUME[:-20], "The volume is damaged or cut off", 0),
    image("scan: NIfTI of rubbish", "a.nii", lambda: b"\xff" * 600, "This is no NIfTI volume", 0),
    image("scan: NIfTI that is too short", "a.nii", lambda: b"\x5c\x01\0\0", "shorter than a header", 0),
    image("scan: NIfTI of 32,767 x 32,767 x 32,767", "a.nii", lambda: broken(VOLUME, 42, b"\xff\x7f" * 3), "slices of", 0),
    image("scan: NIfTI of sizes below nothing", "a.nii", lambda: broken(VOLUME, 42, b"\xff\xff" * 3), "impossible sizes", 0),
    image("scan: NIfTI whose numbers begin nowhere", "a.nii", lambda: broken(VOLUME, 108, struct.pack("<f", float("nan"))), "", 0),
    image("scan: NIfTI of an unknown type", "a.nii", lambda: broken(VOLUME, 70, struct.pack("<H", 4242)), "are not read", 0),
    image("scan: NIfTI packed and cut off", "a.nii.gz", lambda: gzip.compress(VOLUME)[:60], "", 0),
]  # fmt: skip
