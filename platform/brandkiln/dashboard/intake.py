"""What the page of a data set's files offers: which fit, what they do to the newest version, what still arrives."""

from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from brandkiln.datasets.models import Dataset, DatasetVersion, Kind, Upload
from brandkiln.datasets.places import places_of
from brandkiln.workspaces.models import Membership, Role

FITTING = {
    Kind.IMAGE: (
        _(
            "Pictures, whole folders of them or a ZIP; the folders are the labels. A CSV that names them adds texts."
        ),
        ".png,.jpg,.jpeg,.webp,.gif,.tif,.tiff,.bmp,.dcm,.nii,.nii.gz,.gz,.csv,.tsv,.jsonl,.xlsx,.zip",
    ),
    Kind.TEXT: (
        _(
            "CSV, Excel or JSONL with a column “text” and, if you have it, “label”; "
            "or TXT, Markdown, Word, PDF and HTML."
        ),
        ".txt,.md,.csv,.tsv,.jsonl,.ndjson,.xlsx,.parquet,.docx,.pdf,.html,.htm,.zip",
    ),
    Kind.TABLE: (
        _(
            "CSV, Excel, Parquet or JSONL. Header, separator and types are found, and shown before anything is read."
        ),
        ".csv,.tsv,.txt,.jsonl,.ndjson,.xlsx,.xlsm,.parquet,.zip",
    ),
    Kind.AUDIO: (_("WAV, FLAC and OGG files, whole folders of them or a ZIP."), ".wav,.flac,.ogg,.oga,.zip"),
}
ADDING = {Kind.IMAGE, Kind.AUDIO}
"""Kinds whose files usually come a few at a time; tables and texts usually come whole."""


def intake_context(dataset: Dataset, newest: DatasetVersion | None, membership: Membership) -> dict[str, Any]:
    """Return what the place to drop files shows."""
    hint, accept = FITTING[Kind(dataset.kind)]
    return {
        "hint": hint,
        "accept": accept,
        "adds": newest is not None and dataset.kind in ADDING,
        "unfinished": unfinished(dataset),
        "may_import": membership.role == Role.ADMIN and bool(places_of(membership.workspace)),
    }


def unfinished(dataset: Dataset) -> "list[Upload]":
    """Return the uploads that are still arriving, each with how many files and bytes it has of how many."""
    rows = Upload.objects.filter(
        dataset=dataset, state=Upload.State.RECEIVING, jobs=None
    )  # imports have a job
    counted = rows.annotate(
        file_count=Count("files"),
        whole_count=Count("files", filter=Q(files__artifact__isnull=False)),
        size=Sum("files__size"),
        received=Sum("files__received"),
    )
    return list(counted.filter(file_count__gt=0).select_related("created_by", "base")[:10])
