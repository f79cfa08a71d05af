"""Memory that is freed and soon needed again.

A network allocates the same large tensors at every step. The C library gives memory of that size back to the kernel as
soon as it is freed, and the kernel clears each page of it anew: of the processor time in which features of pictures
were taken, half went there. Torch-free, so that a process can ask for it before anything else.
"""

from __future__ import annotations

import ctypes
import sys

TRIM_THRESHOLD, MMAP_MAX = -1, -4  # malloc.h of the GNU C library
MOST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let this process keep what it frees, for its next allocations; return whether its C library can.

    It holds its largest need so far until `give_back_freed_memory`.
    """
    library = _c_library()
    return library is not None and bool(
        library.mallopt(MMAP_MAX, 0) and library.mallopt(TRIM_THRESHOLD, MOST)
    )


def give_back_freed_memory() -> None:
    """Give the kernel back all pages on which nothing lies, as between two jobs."""
    if (library := _c_library()) is not None:
        library.malloc_trim(0)


def _c_library() -> ctypes.CDLL | None:
    """Return the GNU C library, or None where there is another."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
