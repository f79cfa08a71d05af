"""Threads of parallel loops: one set of them for one processor."""

import ctypes
from functools import cache
from pathlib import Path

import torch

_SOFT = 1  # of omp_pause_resource_t


@cache
def _openmp() -> ctypes.CDLL | None:
    """Return the OpenMP library that torch brings and computes with, or None where it has another."""
    path = Path(torch.__file__).parent / "lib" / "libgomp.so.1"
    return ctypes.CDLL(str(path)) if path.is_file() else None


def give_threads_back() -> None:
    """End the threads that this thread's parallel loops left waiting, before another thread begins to compute.

    Each thread that computes has a set of its own. Where all sets together have more threads than there are processors,
    GNU OpenMP lets those of every set sleep after each loop, and a step of the decoder has hundreds of short ones.
    Source: gomp_managed_threads in https://gcc.gnu.org/git/?p=gcc.git;f=libgomp/config/linux/wait.h
    """
    if (library := _openmp()) is not None:
        library.omp_pause_resource_all(_SOFT)
