"""What a process that opens files from strangers takes from itself before it looks at them."""

import ctypes
import os
import resource
import signal

from brandkiln.datasets.readers.limits import Limits

PR_SET_PDEATHSIG = 1


def confine(limits: Limits, *, parent: int) -> None:
    """Limit memory, processor time and the size of files, which forked processes inherit, and die with the parent."""
    die_with(parent)
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.written_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        cap = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (cap, cap))


def die_with(parent: int) -> None:
    """Let the kernel end this process when the parent ends; forked processes have to ask for it anew."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("The parent ended before the reader began.")
