"""Pictures that are cut off, too large, something else, or more than a picture."""

import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

from tests.brandkiln.datasets.files import grey, image_bytes, zip_bytes
from tests.brandkiln.datasets.nasty.case import Case

DAMAGED = "The image is damaged or cut off"
TOO_LARGE = "pixels, 16,384 a side, are read"
NO_IMAGE = "This is no PNG, JPEG, WebP, GIF, TIFF or BMP image"
NOISE = Image.effect_noise((64, 64), 80)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int = 8, height: int = 8, *, depth: int = 8, colour: int = 0, rows: bytes | None = None, extra: bytes = b"",
    interlaced: int = 0,
) -> bytes:  # fmt: skip
    """Return a PNG that says what it is told to, with grey pixels unless others are given."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    packed = zlib.compress(bytes(height * (width + 1)) if rows is None else rows)
    return SIGNATURE + chunk(b"IHDR", head) + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def half(kind: str) -> bytes:
    data = image_bytes(NOISE.convert("RGB"), kind)
    return data[: len(data) // 2]


def head_only(kind: str) -> bytes:
    return image_bytes(NOISE.convert("RGB"), kind)[:16]


def patched(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def gif_canvas() -> bytes:
    return patched(image_bytes(Image.new("P", (8, 8)), "GIF"), 6, struct.pack("<HH", 65535, 65535))


def gif_frames(count: int) -> bytes:
    frames = [Image.new("L", (8, 8), number % 250) for number in range(count)]
    return image_bytes(frames[0], "GIF", save_all=True, append_images=frames[1:])


def gif_large_frame() -> bytes:
    """Return a GIF of 8 x 8 pixels whose frame says that it has 65,535 x 65,535."""
    data = image_bytes(Image.new("P", (8, 8)), "GIF")
    at = data.index(b",\0\0\0\0\x08\0\x08\0")
    return patched(data, at + 5, b"\xff\xff\xff\xff")


def bmp_size() -> bytes:
    return patched(image_bytes(Image.new("RGB", (8, 8)), "BMP"), 18, struct.pack("<ii", 60_000, 60_000))


def jpeg_size() -> bytes:
    data = image_bytes(Image.new("RGB", (8, 8)), "JPEG")
    return patched(data, data.index(b"\xff\xc0") + 5, struct.pack(">HH", 65_000, 65_000))


def webp_size() -> bytes:
    """Return a WebP whose canvas says that it has 16,384 x 16,384 pixels, the most that WebP can say."""
    frame = image_bytes(Image.new("RGB", (8, 8)), "WEBP", lossless=True)[12:]
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xff\x3f\x00" * 2
    body = b"WEBP" + canvas + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(**tags: Any) -> bytes:
    """Return a TIFF of 8 x 8 pixels with some of its numbers replaced: name of the tag to a new 32-bit value."""
    data = image_bytes(Image.new("L", (8, 8), 9), "TIFF")
    numbers = {
        "width": 256,
        "height": 257,
        "bits": 258,
        "packing": 259,
        "offset": 273,
        "rows": 278,
        "bytes": 279,
    }
    for name, value in tags.items():
        at = data.index(struct.pack("<H", numbers[name]), 8)
        data = patched(data, at + 2, struct.pack("<HII", 4, 1, value))
    return data


def tiff_loop() -> bytes:
    """Return a TIFF whose second page is its first again, for ever."""
    data = image_bytes(Image.new("L", (8, 8), 9), "TIFF")
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    return patched(data, start + 2 + 12 * count, struct.pack("<I", start))


def tiff_tags() -> bytes:
    """Return a TIFF with a tag of four billion values."""
    data = image_bytes(Image.new("L", (8, 8), 9), "TIFF")
    at = data.index(struct.pack("<H", 262), 8)
    return patched(data, at + 2, struct.pack("<HII", 12, 2**32 - 1, 8))


def many_pages() -> bytes:
    pages = [Image.new("1", (4, 4)) for _ in range(300)]
    return image_bytes(pages[0], "TIFF", save_all=True, append_images=pages[1:])


def fractions(value: float) -> bytes:
    image = Image.new("F", (4, 4), 0.5)
    image.putpixel((1, 1), value)
    return image_bytes(image, "TIFF")


def exif(data: bytes, kind: str = "JPEG") -> bytes:
    return image_bytes(Image.new("RGB", (8, 8), "red"), kind, exif=data)


def exif_loop() -> bytes:
    """Return a JPEG whose EXIF directory names itself as the one that follows."""
    directory = struct.pack("<H", 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    return exif(b"Exif\0\0II*\0" + struct.pack("<I", 8) + directory)


def profile(data: bytes, kind: str = "JPEG") -> bytes:
    return image_bytes(Image.new("RGB", (8, 8), "red"), kind, icc_profile=data)


def text_bomb() -> bytes:
    """Return a PNG with a text of 100 MB in a few kilobytes."""
    return png(extra=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)))


def profile_bomb() -> bytes:
    return png(extra=chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(100_000_000), 9)))


def much_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    for number in range(3000):
        info.add_text(f"Author{number}", "The owner")
    return image_bytes(NOISE, pnginfo=info)


def apng(frames: int) -> bytes:
    return png(extra=chunk(b"acTL", struct.pack(">II", frames, 0)))


def frames_said() -> bytes:
    pages = [Image.new("L", (8, 8), number) for number in range(3)]
    return image_bytes(pages[0], "PNG", save_all=True, append_images=pages[1:])


def other(name: str, data: bytes, says: str) -> Case:
    return Case(f"{name} that is called a picture", "a.png", lambda: data, says, accepted=0)


def bad(name: str, build: Any, says: str) -> Case:
    return Case(name, "a.png", build, says, accepted=0)


def good(name: str, build: Any, note: str = "", filename: str = "a.png") -> Case:
    return Case(name, filename, build, note, accepted=1)


ALL = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
CASES = [
    *[bad(f"half of a {kind}", lambda kind=kind: half(kind), DAMAGED) for kind in ALL],
    *[bad(f"the first 16 bytes of a {kind}", lambda kind=kind: head_only(kind), DAMAGED) for kind in ALL],
    bad("nothing", lambda: b"\0", NO_IMAGE),
    other("a web page", b"<!DOCTYPE html><script>alert(1)</script>", "but a web page"),
    other("an SVG drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "but an SVG drawing"),
    other("an SVG behind an XML head", b"<?xml version='1.0'?><svg/>", "but an XML document"),
    other("a PDF", b"%PDF-1.7\n", "but a PDF document"),
    other("a program of Linux", b"\x7fELF\x02\x01", "but a program"),
    other("a program of Windows", b"MZ\x90\0", "but a program"),
    other("PostScript", b"%!PS-Adobe-3.0 EPSF-3.0\n", "but a PostScript document"),
    other("a sound", b"RIFF\x24\0\0\0WAVEfmt ", "but a sound or film"),
    other("plain text", b"a shoe", NO_IMAGE),
    other("a Photoshop file", b"8BPS\0\x01" + bytes(20), NO_IMAGE),
    other("an HEIC picture", b"\0\0\0\x18ftypheic" + bytes(20), NO_IMAGE),
    other("an icon", b"\0\0\x01\0\x01\0" + bytes(20), NO_IMAGE),
    *[other(f"a {kind}", image_bytes(Image.new("RGB", (8, 8)), kind), NO_IMAGE) for kind in ("PPM", "TGA", "PCX")],
    bad("PNG of 60,000 x 60,000", lambda: png(60_000, 60_000, rows=b""), TOO_LARGE),
    bad("PNG of 16,385 x 1", lambda: png(16_385, 1), TOO_LARGE),
    bad("PNG of 1 x 2,147,483,647", lambda: png(1, 2**31 - 1, rows=b""), TOO_LARGE),
    bad("interlaced PNG of 60,000 x 60,000", lambda: png(60_000, 60_000, rows=b"", interlaced=1), TOO_LARGE),
    bad("GIF of 65,535 x 65,535", gif_canvas, TOO_LARGE),
    bad("GIF with a frame of 65,535 x 65,535", gif_large_frame, TOO_LARGE),
    bad("BMP of 60,000 x 60,000", bmp_size, TOO_LARGE),
    bad("JPEG of 65,000 x 65,000", jpeg_size, TOO_LARGE),
    bad("WebP of 16,384 x 16,384", webp_size, DAMAGED),
    bad("TIFF of 60,000 x 60,000", lambda: tiff(width=60_000, height=60_000), TOO_LARGE),
    bad("PNG of 0 x 8", lambda: png(0, 8), DAMAGED),
    bad("PNG with a depth of 3", lambda: png(depth=3), DAMAGED),
    bad("PNG with too few pixels", lambda: png(rows=bytes(20)), DAMAGED),
    good("PNG with more pixels than it says", lambda: png(rows=bytes(5000))),
    bad("PNG with an unknown filter", lambda: png(rows=b"\x07" + bytes(71)), DAMAGED),
    bad("PNG with a wrong checksum", lambda: patched(png(), 45, b"\xff"), DAMAGED),
    bad("PNG without a palette", lambda: png(colour=3, rows=bytes(72)), DAMAGED),
    bad("TIFF with its pixels beyond the end", lambda: tiff(offset=2**31), DAMAGED),
    bad("TIFF with an unknown packing", lambda: tiff(packing=4242), DAMAGED),
    bad("TIFF with 77 bits", lambda: tiff(bits=77), DAMAGED),
    good("TIFF with a tag of four billion values", tiff_tags),
    good("TIFF with a pixel that is no number", lambda: fractions(float("nan")), "scaled_to_8_bit"),
    bad("TIFF with an infinite pixel", lambda: fractions(float("inf")), "no numbers"),
    good("TIFF whose pages go round in a circle", tiff_loop),
    good("TIFF of 300 pages", many_pages, "first_frame"),
    good("GIF of 2,000 frames", lambda: gif_frames(2000), "first_frame"),
    good("PNG that says it has four billion frames", lambda: apng(2**32 - 1)),
    good("PNG with three frames", frames_said, "first_frame"),
    bad("PNG with a text of 100 MB", text_bomb, DAMAGED),
    bad("PNG with a profile of 100 MB", profile_bomb, DAMAGED),
    good("PNG with 3,000 texts", much_text, "metadata_dropped"),
    good("EXIF that is rubbish", lambda: exif(b"Exif\0\0" + b"\xff" * 200), "broken_exif"),
    good("EXIF that is cut off", lambda: exif(b"Exif\0\0II*\0\x08\0\0\0\x09\0"), "broken_exif"),
    good("EXIF that goes round in a circle", exif_loop, "metadata_dropped"),
    good("EXIF with the orientation 99", lambda: exif(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x63\0\0\0\0\0\0"), "metadata_dropped"),
    good("EXIF with an orientation that is a text", lambda: exif(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x02A\0\0\0\0\0\0\0"), "metadata_dropped"),
    good("a profile that is rubbish", lambda: profile(b"\xff" * 3000), "broken_profile"),
    good("a profile that is cut off", lambda: profile(b"\0\0\x0c\x48lcms\x02\x10\0\0mntrRGB XYZ "), "broken_profile"),
    good("PNG with a profile that is rubbish", lambda: profile(b"no profile", "PNG"), "broken_profile"),
    good("a JPEG called PNG", lambda: image_bytes(NOISE, "JPEG")),
    good("a PNG called JPEG", lambda: grey(5), filename="a.jpg"),
    good("a WebP called ZIP", lambda: image_bytes(NOISE, "WEBP"), filename="a.zip"),
    good("a picture without an ending", lambda: grey(5), filename="picture"),
    good("a PNG that is a ZIP too", lambda: grey(7) + zip_bytes({"evil.sh": b"x"})),
    good("a GIF that is a script too", lambda: image_bytes(Image.new("P", (8, 8)), "GIF") + b"*/alert(1)"),
    good("a JPEG that is a web page too", lambda: image_bytes(NOISE, "JPEG", comment=b"<script>alert(1)</script>"), "owner_dropped"),
    good("a BMP with a program behind it", lambda: image_bytes(Image.new("RGB", (8, 8)), "BMP") + b"MZ" + bytes(500)),
]  # fmt: skip
