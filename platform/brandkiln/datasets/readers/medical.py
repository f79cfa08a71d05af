"""Medical pictures: frames of DICOM files and slices of NIfTI volumes as image records. Not for diagnosis."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.decode import Picture, picture_of
from brandkiln.datasets.readers.dicom import dicom_frames, holds_personal_data, volume_of
from brandkiln.datasets.readers.files import Source, suffix_of
from brandkiln.datasets.readers.limits import Fault, Limits
from brandkiln.datasets.readers.nifti import nifti_slices
from brandkiln.datasets.readers.pairs import Said
from brandkiln.datasets.readers.writer import Writer

DICOM = (".dcm", ".dicom")
NIFTI = (".nii", ".nii.gz")
NOTE = "medical_not_for_diagnosis"
VOLUME = "volume"
"""The field that the pictures of one scan share, so that a split can keep them together."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One picture of a scan."""

    name: str
    picture: Picture
    fields: dict[str, Any]


def is_medical(name: str) -> bool:
    """Return whether the file holds a scan, by its name."""
    return suffix_of(name) in (*DICOM, *NIFTI)


def write_scan(
    source: Source, stem: str, said: Said, writer: Writer, limits: Limits
) -> Iterator[dict[str, Any]]:
    """Write the pictures of a scan and yield the facts of each.

    Raises:
        Fault: If the file is no scan that is read.
    """
    if source.size > limits.volume_bytes:
        raise Fault(
            "file_too_large", f"The file has {source.size:,} bytes; {limits.volume_bytes:,} are read at most."
        )
    with source.on_disk(writer.folder) as path:
        slices = _frames if source.suffix in DICOM else _slices
        for number, one in enumerate(slices(path, source, writer, limits)):
            kept = writer.write_picture(f"{stem}-{number}", one.picture)
            facts = kept["facts"]
            fields = (said.fields or {}) | one.fields
            writer.add_picture(name=one.name, label=said.label, kept=kept, text=said.text, fields=fields)
            yield facts


def _frames(path: Path, source: Source, writer: Writer, limits: Limits) -> Iterator[Slice]:
    several = False
    for number, (image, data) in enumerate(dicom_frames(path, limits), start=1):
        several = several or int(data.get("NumberOfFrames", 1) or 1) > 1
        if number == 1 and holds_personal_data(data):
            writer.notes["patient_data_dropped"] += 1
        if number == 1 and str(data.get("BurnedInAnnotation", "")).upper() == "YES":
            writer.notes["text_burned_into_picture"] += 1
        fields: dict[str, Any] = {VOLUME: volume_of(data, source.name)}
        if modality := str(data.get("Modality", ""))[:16]:
            fields["modality"] = modality
        if several:
            fields["slice"] = number
        elif str(data.get("InstanceNumber", "") or "").isdecimal():
            fields["slice"] = int(data.InstanceNumber)
        picture = picture_of(
            image,
            format="DICOM",
            mode=str(data.PhotometricInterpretation)[:16],
            bytes_=source.size,
            notes=(NOTE,),
        )
        yield Slice(f"{source.name}, frame {number}" if several else source.name, picture, fields)


def _slices(path: Path, source: Source, writer: Writer, limits: Limits) -> Iterator[Slice]:
    empty = 0
    header = None
    for number, image, header in nifti_slices(path, limits):
        if image is None:
            empty += 1
            continue
        kind = {"u": "unsigned", "i": "signed", "f": "float"}[header.kind[0]]
        picture = picture_of(
            image, format="NIfTI", mode=f"{kind} {header.kind[1] * 8}", bytes_=source.size, notes=(NOTE,)
        )
        yield Slice(f"{source.name}, slice {number}", picture, {VOLUME: source.name, "slice": number})
    if empty:
        writer.notes["empty_slices"] += empty
    if header and header.volumes > 1:
        writer.notes["later_volumes_skipped"] += header.volumes - 1
    if header and header.described:
        writer.notes["metadata_dropped"] += 1
