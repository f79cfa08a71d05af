"""DICOM files: the frames as pictures; who the patient was is never looked at, save to count that it was there."""

import hashlib
import io
import math
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from brandkiln.datasets.readers.grey import extent, numbers, to_grey
from brandkiln.datasets.readers.limits import Fault, Limits

if TYPE_CHECKING:
    from pydicom import Dataset

PLAIN = {"1.2.840.10008.1.2": False, "1.2.840.10008.1.2.1": False, "1.2.840.10008.1.2.2": True}
"""Ways to write pixels without packing them, and whether the largest byte comes first."""
RLE = "1.2.840.10008.1.2.5"
JPEG = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
GREY = {"MONOCHROME1", "MONOCHROME2"}
COLOURS = {"RGB": "RGB", "YBR_FULL": "YCbCr"}
PERSONAL = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientAddress", "OtherPatientIDs", "AccessionNumber",
    "ReferringPhysicianName", "InstitutionName", "StudyDate",
)  # fmt: skip
TAG_BYTES = 2**20
"""Elements that are larger are not held."""


def dicom_frames(path: Path, limits: Limits) -> Iterator[tuple[Image.Image, "Dataset"]]:
    """Yield the frames as 8-bit grey or RGB, with what the file says.

    Raises:
        Fault: If it is no DICOM picture, or one that is not read.
    """
    try:
        data = _read(path)
        syntax = str(data.file_meta.TransferSyntaxUID)
        size = _size(data, limits)
        if syntax in JPEG:
            if int(data.BitsStored) > 8:
                raise Fault(
                    "packing_not_read", "JPEG of 12 bits is not read; export it uncompressed or as RLE."
                )
            frames = _jpeg_frames(data, size)
        else:
            frames = _plain_frames(data, size, big_endian=PLAIN.get(syntax, False))
        for frame in frames:
            yield frame, data
    except Fault:
        raise
    except MemoryError as error:
        raise Fault("image_too_large", "Decoding this file needs more memory than one may take.") from error
    except Exception as error:
        # pydicom raises nearly anything on hostile files: AttributeError, struct.error, RuntimeError, ...
        raise Fault("damaged_dicom", "The DICOM file is damaged or cut off; export it anew.") from error


def volume_of(data: "Dataset", name: str) -> str:
    """Return what the pictures of one scan share: a hash of the series, else the name of the file."""
    series = str(data.get("SeriesInstanceUID", ""))
    return f"series {hashlib.sha256(series.encode()).hexdigest()[:12]}" if series else name


def holds_personal_data(data: "Dataset") -> bool:
    """Return whether the file says who the patient was."""
    return any(str(data.get(name, "") or "") for name in PERSONAL)


def _read(path: Path) -> "Dataset":
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError
    from pydicom.filereader import read_file_meta_info

    try:
        syntax = read_file_meta_info(path).get("TransferSyntaxUID")
    except InvalidDicomError as error:
        raise Fault("not_dicom", "This is no DICOM file.") from error
    if syntax is None or (str(syntax) not in PLAIN and str(syntax) not in JPEG and str(syntax) != RLE):
        name = getattr(syntax, "name", "nothing")
        raise Fault(
            "packing_not_read",
            f"Pixels packed as {name} are not read; export them uncompressed, as RLE or as JPEG.",
        )
    return dcmread(path, defer_size=TAG_BYTES)


def _size(data: "Dataset", limits: Limits) -> tuple[int, int]:
    width, height, frames = int(data.Columns), int(data.Rows), int(data.get("NumberOfFrames", 1) or 1)
    if min(width, height, frames) < 1:
        raise Fault("damaged_dicom", "The picture has no pixels.")
    if max(width, height) > limits.side or width * height > limits.pixels or frames > limits.slices:
        raise Fault(
            "image_too_large",
            f"The file has {frames:,} frames of {width:,} x {height:,} pixels; {limits.slices:,} frames of "
            f"{limits.pixels:,} pixels, {limits.side:,} a side, are read.",
        )
    return width, height


def _plain_frames(data: "Dataset", size: tuple[int, int], *, big_endian: bool) -> Iterator[Image.Image]:
    photometric, samples = str(data.PhotometricInterpretation), int(data.get("SamplesPerPixel", 1))
    if photometric in GREY and samples == 1:
        yield from _grey_frames(data, size, big_endian=big_endian)
        return
    if photometric not in COLOURS or samples != 3 or int(data.BitsAllocated) != 8:
        raise Fault(
            "colour_not_read", f"Colours written as {photometric} are not read; export it as RGB or grey."
        )
    for buffer, meta in _buffers(data):
        yield _coloured(buffer, size, COLOURS[photometric], planes=meta.get("planar_configuration") == 1)


def _coloured(buffer: bytes, size: tuple[int, int], mode: str, *, planes: bool) -> Image.Image:
    if not planes:
        return Image.frombytes(mode, size, buffer).convert("RGB")
    length = size[0] * size[1]
    bands = [Image.frombytes("L", size, buffer[start : start + length]) for start in (0, length, 2 * length)]
    return Image.merge(mode, bands).convert("RGB")


def _grey_frames(data: "Dataset", size: tuple[int, int], *, big_endian: bool) -> Iterator[Image.Image]:
    kind = ("i" if int(data.get("PixelRepresentation", 0)) else "u", int(data.BitsAllocated) // 8)
    if int(data.BitsAllocated) not in (8, 16, 32):
        raise Fault(
            "numbers_not_read", f"Pixels of {data.BitsAllocated} bits are not read; export them as 16 bits."
        )
    inverted = data.PhotometricInterpretation == "MONOCHROME1"

    def images() -> Iterator[Image.Image]:
        for buffer, _ in _buffers(data):
            yield numbers(buffer, size, kind, big_endian=big_endian)

    low, high = _window(data) or _extent(images())
    for image in images():
        yield to_grey(image, low, high, inverted=inverted)


def _buffers(data: "Dataset") -> Iterator[tuple[bytes, dict[str, Any]]]:
    from pydicom.pixels.decoders.base import get_decoder

    for buffer, meta in get_decoder(data.file_meta.TransferSyntaxUID).iter_buffer(data):
        yield bytes(buffer), dict(meta)


def _jpeg_frames(data: "Dataset", size: tuple[int, int]) -> Iterator[Image.Image]:
    """Yield frames that Pillow decodes; their window was applied when they were packed into 8 bits."""
    from pydicom.encaps import generate_frames

    for stream in generate_frames(data.PixelData, number_of_frames=int(data.get("NumberOfFrames", 1) or 1)):
        with Image.open(io.BytesIO(stream), formats=("JPEG",)) as image:
            if image.size != size:
                raise Fault("damaged_dicom", "The picture inside has another size than the file says.")
            plain = image.convert("L" if image.mode == "L" else "RGB")
        inverted = data.PhotometricInterpretation == "MONOCHROME1"
        yield plain.point(lambda value: 255 - value) if inverted else plain


def _window(data: "Dataset") -> tuple[float, float] | None:
    """Return the stored numbers that are shown as black and white. Source: DICOM PS3.3, C.11.2.1.2."""
    with suppress(KeyError, TypeError, ValueError, IndexError, AttributeError):
        centre, width = _first(data["WindowCenter"].value), _first(data["WindowWidth"].value)
        slope, intercept = (
            float(data.get("RescaleSlope", 1) or 1),
            float(data.get("RescaleIntercept", 0) or 0),
        )
        if width >= 1 and slope > 0 and all(map(math.isfinite, (centre, width, slope, intercept))):
            low = centre - 0.5 - (width - 1) / 2
            return (low - intercept) / slope, (low + max(width - 1, 1e-6) - intercept) / slope
    return None


def _first(value: Any) -> float:
    return float(
        value if isinstance(value, (int, float, str)) or not hasattr(value, "__getitem__") else value[0]
    )


def _extent(images: Iterator[Image.Image]) -> tuple[float, float]:
    spans = [extent(image) for image in images]
    return min(low for low, _ in spans), max(high for _, high in spans)
