"""Whether there is room for files before a byte of them is taken: per file, per workspace, and on the disk."""

import errno
import shutil
from pathlib import Path

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.errors import StudioError
from brandkiln.datasets.models import Upload, UploadFile
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.quotas import stored_limit

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FileTooLarge(StudioError):
    """A file is larger than one file may be, or than it was said to be."""

    code, status = "too_large", 413


class OverQuota(StudioError):
    """The workspace would keep more than it may."""

    code, status = "over_quota", 413


class DiskFull(StudioError):
    """The machine has no room for the files."""

    code, status = "disk_full", 507


def check_size(name: str, size: int) -> None:
    """Raise FileTooLarge if a file may not be that large."""
    if size > settings.UPLOAD_LIMIT:
        raise FileTooLarge(
            _(
                '"%(name)s" is larger than the %(limit)s MiB that one file may have; '
                "split it or raise BRANDKILN_UPLOAD_LIMIT_MB."
            )
            % {"name": name, "limit": settings.UPLOAD_LIMIT // 2**20},
            fields={"file": _("The file is too large.")},
        )


def check_room(*, workspace: Workspace, size: int) -> None:
    """Raise OverQuota or DiskFull if this many bytes more don't fit.

    Called inside a transaction, it makes others of the workspace wait, so that two cannot take the same room.
    """
    check_disk(size)
    limit = stored_limit(workspace, settings.WORKSPACE_QUOTA)
    if not limit:
        return
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    used = stored_bytes(workspace)
    if used + size > limit:
        raise OverQuota(
            _(
                "The workspace keeps %(used)s MiB of the %(quota)s MiB that it may; these files have %(size)s MiB. "
                "Delete data that is no longer needed, or ask for a larger BRANDKILN_WORKSPACE_QUOTA_MB."
            )
            % {
                "used": f"{used / 2**20:,.0f}",
                "quota": f"{limit / 2**20:,.0f}",
                "size": f"{size / 2**20:,.1f}",
            },
            fields={"file": _("There is no room for it.")},
        )


def check_disk(size: int) -> None:
    """Raise DiskFull if the disk has no room for this many bytes and what the studio needs to go on."""
    free = shutil.disk_usage(scratch()).free
    if size + settings.DISK_RESERVE > free:
        raise disk_full(free)


def disk_full(free: int) -> DiskFull:
    """Return the error that says how little room is left."""
    return DiskFull(
        _(
            "The studio's disk has %(free)s MiB left, too little for these files; nothing more was kept. "
            "Free some space on the server, then go on."
        )
        % {"free": f"{max(0, free - settings.DISK_RESERVE) / 2**20:,.0f}"}
    )


def stored_bytes(workspace: Workspace) -> int:
    """Return how many bytes the workspace keeps, with those that are announced and still arriving."""
    kept = Artifact.objects.filter(workspace=workspace).aggregate(sum=Sum("size"))["sum"] or 0
    arriving = UploadFile.objects.filter(
        upload__workspace=workspace, upload__state=Upload.State.RECEIVING, artifact=None
    )
    return int(kept) + int(arriving.aggregate(sum=Sum("size"))["sum"] or 0)


def scratch() -> Path:
    """Return the folder of unfinished work, which exists."""
    folder: Path = settings.SCRATCH
    folder.mkdir(parents=True, exist_ok=True)
    return folder
