"""The size of this machine's cache: what was used longest ago goes first, everything can be made again.

    datasets/ checkpoints/    a folder each, laid out for generators
    pictures/                 a file each, decoded
    artifacts/                a file each: copies from a storage that is not on this machine, and decrypted ones

The access time of a file says when it was used last; its modification time, when it was made, which others rely on.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

MARK_SECONDS = 600
"""A use is noted at most so often."""
SHARE_LEFT = 0.9
"""Of the limit, after a removal: so that not every job removes something."""


@dataclass(frozen=True)
class Kept:
    """A file or folder that is removed as a whole."""

    path: Path
    size: int
    used: float


def mark_used(path: Path) -> bool:
    """Note that a file of the cache is used now, and return whether it is there."""
    try:
        about = path.stat()
        if time.time() - about.st_atime > MARK_SECONDS and path.is_relative_to(settings.CACHE):
            os.utime(path, (time.time(), about.st_mtime))
    except OSError:
        return False
    return True


def trim_cache(*, spare_since: float) -> int:
    """Remove what was used longest ago until the cache is within its limit; return how many bytes went.

    Args:
        spare_since: A moment in seconds since the epoch; what was used after it stays, whatever the size.
    """
    if not settings.CACHE_LIMIT:
        return 0
    kept = list(_kept())
    total = sum(one.size for one in kept)
    if total <= settings.CACHE_LIMIT:
        return 0
    removed = 0
    for one in sorted(kept, key=lambda one: one.used):
        if total - removed <= SHARE_LEFT * settings.CACHE_LIMIT or one.used >= spare_since:
            break
        if one.path.is_dir():
            shutil.rmtree(one.path, ignore_errors=True)
        else:
            one.path.unlink(missing_ok=True)
        removed += one.size
    return removed


def _kept() -> Iterator[Kept]:
    for pattern in ("datasets/*", "checkpoints/*", "pictures/*", "artifacts/*/*/*"):
        for path in settings.CACHE.glob(pattern):
            if path.name.startswith("."):  # being written
                continue
            with suppress(OSError):  # removed by another worker meanwhile
                files = list(path.iterdir()) if path.is_dir() else [path]
                facts = [file.stat() for file in files]
                yield Kept(
                    path,
                    sum(fact.st_size for fact in facts),
                    max((max(fact.st_atime, fact.st_mtime) for fact in facts), default=0.0),
                )
