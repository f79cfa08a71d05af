"""Scans that tests make: DICOM with pydicom, NIfTI by hand."""

import io
import struct
from typing import Any

from pydicom import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless

CT = UID("1.2.840.10008.5.1.4.1.1.2")


def dataset(pixels: bytes, size: tuple[int, int], bits: int = 16, **elements: Any) -> Dataset:
    """Return a grey picture of the size (width, height)."""
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = CT, UID("1.2.3")
    data.Columns, data.Rows = size
    data.BitsAllocated = data.BitsStored = bits
    data.HighBit = bits - 1
    data.PixelRepresentation = 0
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    for name, value in elements.items():
        setattr(data, name, value)
    data.PixelData = pixels
    return data


def saved(data: Dataset, syntax: UID = ExplicitVRLittleEndian) -> bytes:
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if syntax == RLELossless else syntax
    data.file_meta.MediaStorageSOPClassUID, data.file_meta.MediaStorageSOPInstanceUID = CT, UID("1.2.3")
    if syntax == RLELossless:
        data.compress(RLELossless, encoding_plugin="pydicom")
    if syntax == JPEGBaseline8Bit:
        data.PixelData = encapsulate([data.PixelData])
        data["PixelData"].is_undefined_length = True
    target = io.BytesIO()
    data.save_as(target, enforce_file_format=True)
    return target.getvalue()


def dicom(
    values: list[int], size: tuple[int, int], *, syntax: UID = ExplicitVRLittleEndian, **elements: Any
) -> bytes:
    """Return a file of 16-bit numbers."""
    code = "h" if elements.get("PixelRepresentation") else "H"
    return saved(dataset(struct.pack(f"<{len(values)}{code}", *values), size, **elements), syntax)


def nifti(
    values: list[float],
    dims: tuple[int, ...],
    *,
    code: int = 4,
    order: str = "<",
    shown: tuple[float, float] = (0, 0),
    scaling: tuple[float, float] = (0, 0),
    words: bytes = b"",
) -> bytes:
    """Return a NIfTI-1 volume; `code` is the type of its numbers."""
    head = bytearray(352)
    letter, bits = {
        2: ("B", 8),
        4: ("h", 16),
        8: ("i", 32),
        16: ("f", 32),
        64: ("d", 64),
        512: ("H", 16),
    }.get(code, ("h", 16))
    struct.pack_into(f"{order}i", head, 0, 348)
    struct.pack_into(f"{order}8h", head, 40, len(dims), *dims, *[1] * (7 - len(dims)))
    struct.pack_into(f"{order}2h", head, 70, code, bits)
    struct.pack_into(f"{order}f", head, 108, 352.0)
    struct.pack_into(f"{order}2f", head, 112, *scaling)
    struct.pack_into(f"{order}2f", head, 124, shown[1], shown[0])
    head[148 : 148 + len(words)] = words
    head[344:348] = b"n+1\0"
    return bytes(head) + struct.pack(f"{order}{len(values)}{letter}", *values)
