"""What was put right or left out while files were read, in words; the readers count it by code."""

from typing import Any

from django.utils.translation import gettext_lazy as _

NOTES = {
    "gps_dropped": _("Place of the picture (GPS) removed"),
    "owner_dropped": _("Artist, copyright, author or comment removed"),
    "serial_dropped": _("Serial number of camera or lens removed"),
    "xmp_dropped": _("Editing history (XMP) removed"),
    "iptc_dropped": _("Press data (IPTC) removed"),
    "patient_data_dropped": _("Words about patient and study removed"),
    "tags_dropped": _("Tags of the sound removed"),
    "metadata_dropped": _("Metadata of any kind removed"),
    "broken_exif": _("Metadata that could not be read, removed"),
    "text_burned_into_picture": _("Text may be part of the picture"),
    "medical_not_for_diagnosis": _("Medical picture, not for diagnosis"),
    "rotated": _("Turned upright"),
    "flattened": _("Transparency laid on white"),
    "scaled_to_8_bit": _("Scaled to 8 bits"),
    "converted_to_srgb": _("Colours converted to sRGB"),
    "broken_profile": _("Colour profile that could not be used"),
    "first_frame": _("Only the first frame or page taken"),
    "empty_slices": _("Slices of one tone left out"),
    "later_volumes_skipped": _("Volumes after the first left out"),
    "skipped_files": _("Files that programs add unasked left out"),
}


def reading_notes(report: dict[str, Any]) -> list[tuple[object, int]]:
    """Return the notes of a version's report with their counts, what tells of people first."""
    counts = report.get("notes", {})
    return [(text, counts[code]) for code, text in NOTES.items() if counts.get(code)]
