"""What a picture says besides its pixels, as notes for the report. All of it is dropped; this only counts."""

from collections.abc import Iterator

from PIL import Image

ORIENTATION = 0x0112
GPS = 0x8825
EXIF = 0x8769
OWNERS = {0x010E, 0x013B, 0x8298, 0x9C9D, 0x9C9B}
"""Description, artist, copyright, and the author and title that Windows writes."""
DEVICES = {0xA431, 0xA435, 0xC62F, 0x927C}
"""Serial numbers of camera and lens, and the maker's note, which holds them too."""
OWNER_NAME = 0xA430
OWNER_TEXTS = {"author", "copyright", "artist", "creator", "comment", "description", "source", "title"}
XMP_TEXTS = {"xmp", "xml:com.adobe.xmp", "raw profile type xmp"}
IPTC = 0x83BB
XMP = 0x02BC


def read_exif(image: Image.Image, notes: list[str]) -> Image.Exif:
    """Return the EXIF of a loaded image; what can't be read is noted as "broken_exif" and says nothing."""
    try:
        return image.getexif()
    except Exception:  # noqa: BLE001  Pillow raises struct.error, SyntaxError, KeyError, ... on broken EXIF
        notes.append("broken_exif")
        return Image.Exif()


def metadata_notes(image: Image.Image, exif: Image.Exif) -> Iterator[str]:
    """Yield "metadata_dropped" where there is any, and apart what tells of place, owner, device and editing.

    "gps_dropped", "owner_dropped", "serial_dropped", "xmp_dropped", "iptc_dropped"; "broken_exif" can't be read.
    """
    texts = {str(name).casefold() for name, value in image.info.items() if isinstance(value, str | bytes)}
    tags = set(exif)
    inner = set(_inner(exif)) if EXIF in tags else set[int]()
    found = {
        "gps_dropped": GPS in tags,
        "owner_dropped": bool(tags & OWNERS or OWNER_NAME in inner or texts & OWNER_TEXTS),
        "serial_dropped": bool((tags | inner) & DEVICES),
        "xmp_dropped": bool(XMP in tags or texts & XMP_TEXTS),
        "iptc_dropped": bool(IPTC in tags or "photoshop" in image.info),
        "broken_exif": bool(not tags and image.info.get("exif")),
    }
    names = [name for name, is_there in found.items() if is_there]
    # A TIFF keeps its own layout in the same tags, so only what is known to speak of people counts there.
    is_told = bool(tags) and image.format != "TIFF"
    if names or is_told or image.info.get("icc_profile") or getattr(image, "text", None):
        yield "metadata_dropped"
    yield from names


def _inner(exif: Image.Exif) -> dict[int, object]:
    try:
        return exif.get_ifd(EXIF)
    except Exception:  # noqa: BLE001  a broken directory names nobody
        return {}
