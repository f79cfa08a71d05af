"""The mark of what learned from medical pictures: it is not for diagnosis.

A data set has it by its files (DICOM, NIfTI) or because somebody said so; what was made of it has it too.
"""

from brandkiln.datasets.models import DatasetVersion

NOTE = "medical_not_for_diagnosis"
"""What readers/medical.py notes of each picture; the readers are not imported where pages are made."""
NOT_FOR_DIAGNOSIS = "not for diagnosis"
OLDEST = 100
"""Versions that are looked at, from one to what it was made from."""


def mark_of(version: DatasetVersion | None) -> str | None:
    """Return the mark of a version that is medical by its files, its terms or what it was made from; else None."""
    for _step in range(OLDEST):
        if version is None:
            return None
        if version.dataset.is_medical or version.report.get("notes", {}).get(NOTE):
            return NOT_FOR_DIAGNOSIS
        version = version.parent
    return None
