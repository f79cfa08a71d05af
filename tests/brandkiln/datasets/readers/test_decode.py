"""Every kind of picture comes out upright, 8 bits deep, grey or RGB, and bare; hostile ones don't come out."""

import io
import struct
import zlib

import pytest
from brandkiln.datasets.readers.colours import turn
from brandkiln.datasets.readers.decode import Picture, decode
from brandkiln.datasets.readers.limits import Fault, Limits
from PIL import Image, ImageCms, PngImagePlugin

from tests.brandkiln.datasets.files import grey, image_bytes


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.png))
    image.load()
    return image


def normal(data: bytes) -> Image.Image:
    return opened(decode(data, Limits()))


def fault(data: bytes, **limits: int) -> str:
    with pytest.raises(Fault) as caught:
        decode(data, Limits(**limits))
    return caught.value.code


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_with_a_tail(image: Image.Image) -> bytes:
    """Return a PNG that hides a text behind its compressed pixels."""
    width, height = image.size
    rows = b"".join(
        b"\0" + image.tobytes()[start : start + width] for start in range(0, width * height, width)
    )
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows) + b"behind the pixels")
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"")


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that declares a size and holds no pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("image", "mode", "pixel"),
    [
        (Image.new("1", (4, 4), 1), "L", 255),
        (Image.new("L", (4, 4), 77), "L", 77),
        (Image.new("RGB", (4, 4), (1, 2, 3)), "RGB", (1, 2, 3)),
        (Image.new("RGBA", (4, 4), (255, 0, 0, 0)), "RGB", (255, 255, 255)),
        (Image.new("RGBA", (4, 4), (255, 0, 0, 255)), "RGB", (255, 0, 0)),
        (Image.new("LA", (4, 4), (0, 0)), "L", 255),
        (Image.new("I;16", (4, 4), 32896), "L", 128),
        (Image.new("RGB", (4, 4), (9, 200, 30)).quantize(4), "RGB", (9, 200, 30)),
    ],
    ids=["1 bit", "grey", "rgb", "transparent", "opaque", "grey and alpha", "16 bit", "palette"],
)
def test_each_mode_of_png_becomes_grey_or_rgb(image: Image.Image, mode: str, pixel: object) -> None:
    result = normal(image_bytes(image))
    assert (result.mode, result.getpixel((1, 1))) == (mode, pixel)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    image = Image.new("I;16", (3, 1))
    for place, value in enumerate((0, 257 * 100, 65535)):
        image.putpixel((place, 0), value)
    result = normal(image_bytes(image))
    assert [result.getpixel((x, 0)) for x in range(3)] == [0, 100, 255]


@pytest.mark.parametrize(
    ("image", "mode", "pixel"),
    [
        (Image.new("1", (4, 4), 1), "L", 255),
        (Image.new("L", (4, 4), 77), "L", 77),
        (Image.new("RGB", (4, 4), (1, 2, 3)), "RGB", (1, 2, 3)),
        (Image.new("RGBA", (4, 4), (255, 0, 0, 0)), "RGB", (255, 255, 255)),
        (Image.new("CMYK", (4, 4), (0, 0, 0, 0)), "RGB", (255, 255, 255)),
        (Image.new("I;16", (4, 4), 32896), "L", 128),
        (Image.new("I;16B", (4, 4), 32896), "L", 128),
        (Image.new("F", (4, 4), 0.5), "L", 128),
        (Image.new("P", (4, 4), 0), "RGB", (0, 0, 0)),
    ],
    ids=[
        "1 bit",
        "grey",
        "rgb",
        "transparent",
        "cmyk",
        "16 bit",
        "16 bit big endian",
        "fractions",
        "palette",
    ],
)
def test_each_mode_of_tiff_becomes_grey_or_rgb(image: Image.Image, mode: str, pixel: object) -> None:
    result = normal(image_bytes(image, "TIFF"))
    assert (result.mode, result.getpixel((1, 1))) == (mode, pixel)


@pytest.mark.parametrize("packing", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_packed_tiffs_are_read(packing: str) -> None:
    assert normal(image_bytes(Image.new("RGB", (8, 8), "white"), "TIFF", compression=packing)).getpixel(
        (2, 2)
    ) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_once(kind: str, orientation: int) -> None:
    upright = Image.new("L", (48, 32), 255)
    upright.paste(0, (0, 0, 24, 16))  # the top left is dark
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = turn(upright, back)
    options = {"quality": 95} if kind in ("JPEG", "WEBP") else {}
    picture = decode(image_bytes(stored, kind, exif=exif, **options), Limits())
    result = opened(picture).convert("L")
    assert result.size == (48, 32)
    corners = [result.getpixel(place) for place in ((8, 8), (40, 8), (8, 24), (40, 24))]
    assert [value < 128 for value in corners] == [True, False, False, False]
    assert ("rotated" in picture.notes) == (orientation != 1)


def test_only_the_first_page_of_a_tiff_is_taken() -> None:
    pages = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    picture = decode(image_bytes(pages[0], "TIFF", save_all=True, append_images=pages[1:]), Limits())
    assert opened(picture).getpixel((4, 4)) == (255, 0, 0)
    assert "first_frame" in picture.notes


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    result = normal(image_bytes(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95))
    red, green, blue = result.getpixel((8, 8))
    assert result.mode == "RGB"
    assert red > 200
    assert max(green, blue) < 60


def test_a_palette_with_a_transparent_colour_lies_on_white() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    assert normal(image_bytes(image, transparency=0)).getpixel((0, 0)) == (255, 255, 255)


def test_exif_rotation_is_applied_once_and_metadata_dropped() -> None:
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    exif[0x013B] = "The owner"
    exif.get_ifd(0x8825)[1] = "N"
    picture = decode(image_bytes(image, "JPEG", exif=exif, quality=95), Limits())
    result = opened(picture)
    assert result.size == (20, 40)
    assert result.getpixel((10, 5))[0] < 50
    assert result.getpixel((10, 35))[0] > 200
    assert not result.getexif()
    assert {"rotated", "metadata_dropped", "gps_dropped"} <= set(picture.notes)
    assert b"owner" not in picture.png


def test_place_owner_device_and_editing_are_counted_apart() -> None:
    exif = Image.Exif()
    exif[0x8298] = "The owner"
    exif.get_ifd(0x8769)[0xA431] = "serial 4711"
    exif.get_ifd(0x8825)[1] = "N"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>The owner</x:xmpmeta>"
    image = Image.new("RGB", (40, 20), "white")
    for kind in ("JPEG", "WEBP", "TIFF", "PNG"):
        options: dict[str, object] = {"exif": exif}
        if kind in ("JPEG", "WEBP"):
            options["xmp"] = xmp
        if kind == "TIFF":  # Pillow writes only the first level of `exif` there
            options = {"tiffinfo": {0x8298: "The owner", 0x8769: {0xA431: "serial"}, 0x8825: {1: "N"}}}
        picture = decode(image_bytes(image, kind, **options), Limits())
        expected = {"metadata_dropped", "gps_dropped", "owner_dropped", "serial_dropped"}
        if "xmp" in options:
            expected.add("xmp_dropped")
        assert set(picture.notes) == expected, kind
        assert b"owner" not in picture.png
    assert decode(image_bytes(image, "TIFF"), Limits()).notes == ()


def test_text_chunks_and_profiles_are_dropped() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "The owner")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = decode(image_bytes(Image.new("RGB", (4, 4)), pnginfo=info, icc_profile=profile), Limits())
    assert set(opened(picture).info) == set()


def test_a_broken_profile_does_not_sink_the_image() -> None:
    picture = decode(image_bytes(Image.new("RGB", (4, 4), "red"), icc_profile=b"no profile"), Limits())
    assert opened(picture).getpixel((0, 0)) == (255, 0, 0)
    assert "broken_profile" in picture.notes


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_only_the_first_frame_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    picture = decode(
        image_bytes(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True), Limits()
    )
    assert opened(picture).getpixel((4, 4)) == (255, 0, 0)
    assert "first_frame" in picture.notes


def test_equal_pixels_are_equal_content_whatever_the_file() -> None:
    image = Image.effect_noise((32, 32), 50)
    files = [
        image_bytes(image),
        image_bytes(image, compress_level=0),
        image_bytes(image, "TIFF"),
        image_bytes(image, "BMP"),
    ]
    assert len({decode(file, Limits()).sha256 for file in files}) == 1
    colour = image.convert("RGB")
    assert (
        decode(image_bytes(colour), Limits()).sha256
        == decode(image_bytes(colour, "WEBP", lossless=True), Limits()).sha256
    )


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_plain_png_keeps_its_bytes(mode: str) -> None:
    data = image_bytes(Image.effect_noise((40, 30), 50).convert(mode), optimize=True)
    assert decode(data, Limits()).png == data


def test_a_png_with_anything_but_pixels_is_written_anew() -> None:
    image = Image.effect_noise((40, 30), 50)
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "The owner")
    plain = image_bytes(image)
    for data in (
        image_bytes(image, pnginfo=info),
        image_bytes(image, dpi=(72, 72)),
        plain + b"behind the end",
        png_with_a_tail(image),
        plain[:-12] + chunk(b"IDAT", b"PK\x03\x04") + plain[-12:],
    ):
        picture = decode(data, Limits())
        assert picture.png != data
        assert b"owner" not in picture.png
        assert b"behind" not in picture.png
        assert picture.sha256 == decode(plain, Limits()).sha256


@pytest.mark.parametrize("place", [18, 30, 45, 60, -20, -15])
def test_a_plain_png_with_a_wrong_byte_is_not_kept(place: int) -> None:
    data = bytearray(image_bytes(Image.effect_noise((40, 30), 50)))
    data[place] ^= 0x55
    try:
        picture = decode(bytes(data), Limits())
    except Fault:
        return
    assert picture.png != bytes(data)


def test_a_cut_jpeg_is_a_fault() -> None:
    data = image_bytes(Image.effect_noise((200, 200), 80), "JPEG")
    assert fault(data[: len(data) // 2]) == "damaged_image"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_no_cut_or_broken_image_raises_anything_but_a_fault(kind: str) -> None:
    data = image_bytes(Image.effect_noise((64, 64), 80).convert("RGB"), kind)
    for place in range(0, len(data), max(1, len(data) // 60)):
        for broken in (data[:place], data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]):
            try:
                decode(broken, Limits())
            except Fault:
                continue


@pytest.mark.parametrize("size", [(60_000, 60_000), (16_385, 1), (7_072, 7_072)])
def test_a_size_that_is_too_large_is_refused_from_the_header(size: tuple[int, int]) -> None:
    assert fault(png_header(*size)) == "image_too_large"


def test_a_gif_whose_canvas_is_a_bomb_is_refused_from_the_header() -> None:
    data = bytearray(image_bytes(Image.new("P", (8, 8)), "GIF"))
    data[6:10] = struct.pack("<HH", 65535, 65535)
    assert fault(bytes(data)) == "image_too_large"


@pytest.mark.parametrize("kind", ["PPM", "ICO", "PDF", "TGA", "PCX", "EPS"])
def test_formats_beyond_the_list_are_not_opened(kind: str) -> None:
    assert fault(image_bytes(Image.new("RGB", (8, 8)), kind)) == "not_an_image"


@pytest.mark.parametrize(
    "data", [b"", b"x", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_image_is_a_fault(data: bytes) -> None:
    assert fault(data) in {"not_an_image", "damaged_image"}


def test_an_image_that_is_also_an_archive_loses_the_archive() -> None:
    assert b"PK" not in decode(grey(7) + b"PK\x03\x04 more", Limits()).png
