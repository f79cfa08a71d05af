"""What machines keep of versions to be quick, and that has to go when the data goes.

CACHE/datasets/<hash of the version>-<id>    the version laid out for generators
CACHE/pictures/<hash of the version>-...     its pictures, decoded
CACHE/artifacts/<workspace>/...              copies of files from a storage that is not on this machine
"""

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.conf import settings

from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.models import DatasetVersion

SHA256 = 64
"""Letters of a hash as it is written."""


def forget_versions(hashes: Iterable[str]) -> int:
    """Remove everything that this machine keeps of versions with these hashes; return how many files and folders."""
    wanted = set(hashes)
    return sum(_remove(path) for path in _kept() if path.name[:SHA256] in wanted)


def prune_caches() -> int:
    """Remove what belongs to data that was deleted, or from which a record was erased since; return how much."""
    kept = list(_kept())  # before the rows are read: a folder that is laid out meanwhile has a newer row
    erased: dict[str, datetime | None] = {}
    folders: set[str] = set()
    rows = DatasetVersion.objects.values_list("pk", "sha256", "report__erased")
    for pk, sha256, report in rows.iterator():
        folders.add(f"{sha256}-{pk.hex[:12]}")
        last = max((one["at"] for one in report or ()), default=None)
        at = datetime.fromisoformat(last) if last else None
        erased[sha256] = max(filter(None, (erased.get(sha256), at)), default=None)
    gone = 0
    for path in kept:
        sha256 = path.name[:SHA256]
        is_left = (
            path.is_dir() and path.name[: SHA256 + 13] not in folders
        )  # another workspace may have the same hash
        if is_left or sha256 not in erased or _is_older(path, erased[sha256]):
            gone += _remove(path)
    return gone + _prune_artifacts()


def _kept() -> Iterator[Path]:
    for name in ("datasets", "pictures"):
        folder: Path = settings.CACHE / name
        if folder.is_dir():
            yield from (path for path in list(folder.iterdir()) if not path.name.startswith("."))


def _is_older(path: Path, moment: datetime | None) -> bool:
    try:
        return moment is not None and datetime.fromtimestamp(path.stat().st_mtime, UTC) <= moment
    except FileNotFoundError:
        return False


def _remove(path: Path) -> bool:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return True


def _prune_artifacts() -> int:
    root: Path = settings.CACHE / "artifacts"
    gone = 0
    copies = root.glob(f"*/??/{'?' * SHA256}")
    while batch := list(islice(copies, 500)):
        known = set(
            Artifact.objects.filter(sha256__in=[path.name for path in batch]).values_list(
                "workspace_id", "sha256"
            )
        )
        named = {(str(workspace), sha256) for workspace, sha256 in known}
        gone += sum(_remove(path) for path in batch if (path.parts[-3], path.name) not in named)
    return gone
