"""A look at files that have arrived, before they are read: how they would be read, for a person to correct."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, StudioError, Unprocessable
from brandkiln.datasets.models import Kind, Upload, UploadFile
from brandkiln.datasets.readers.limits import ReaderFailed, Refused
from brandkiln.datasets.readers.process import look_in_child
from brandkiln.datasets.services import check_options

TABULAR = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".parquet", ".jsonl", ".ndjson")
MOST = 50


class LookFailed(StudioError):
    """The machine could not look at the file, which may be fine."""

    code, status = "look_failed", 503


def tabular_files(upload: Upload) -> list[UploadFile]:
    """Return the files whose reading can be corrected, because they hold rows; at most 50 of them."""
    kind = upload.dataset.kind
    if kind == Kind.AUDIO:
        return []
    wanted = Q()
    for ending in (*TABULAR, ".txt") if kind == Kind.TABLE else TABULAR:
        wanted |= Q(name__iendswith=ending)
    files = upload.files.filter(wanted, artifact__isnull=False).select_related("artifact")
    return list(files.order_by("name", "position")[:MOST])


def look_at(file: UploadFile, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the file would be read with these options, and its first rows.

    Raises:
        Unprocessable: If it can't be read so.
        LookFailed: If this machine can't look at it just now.
    """
    options = check_options(options)
    if file.artifact is None:
        raise Conflict(_('"%(name)s" has not arrived yet, or is no longer kept.') % {"name": file.name})
    try:
        return look_in_child(
            store.local_path(file.artifact), file.name, kind=file.upload.dataset.kind, options=options
        )
    except Refused as refusal:
        raise Unprocessable(refusal.message, fields={"file": refusal.message}) from refusal
    except ReaderFailed as failure:
        message = _("The file could not be looked at on this machine: %(why)s. Try again in a moment.")
        raise LookFailed(message % {"why": failure}) from failure
