"""How many threads the products of one thread run in."""

import ctypes
from functools import cache

import torch


def keep_threads(count: int) -> None:
    """Let products of the calling thread run in so many threads; others keep the number that torch has for all."""
    torch.get_num_threads()  # which first takes over a number that was set anew
    if (threads := openmp()) is not None:
        threads.omp_set_num_threads(count)


@cache
def openmp() -> ctypes.CDLL | None:
    """Return torch's own OpenMP, which keeps a number for each thread; None where it is another one."""
    try:
        return ctypes.CDLL("libgomp.so.1") if "OpenMP" in torch.__config__.parallel_info() else None
    except OSError:
        return None
