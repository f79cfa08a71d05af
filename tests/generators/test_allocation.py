import ctypes
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, resource, sys
from generators.allocation import give_back_freed_memory, keep_freed_memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

def touched_anew():
    library = ctypes.CDLL(None)
    library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(4):
        place = library.malloc(2**26)
        ctypes.memset(place, 1, 2**26)
        library.free(place)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

usual = touched_anew()
keep_freed_memory()
kept, held = touched_anew(), resident()
give_back_freed_memory()
print(usual, kept, held - resident())
"""


def test_freed_memory_is_used_again_without_the_kernel_and_given_back_on_demand() -> None:
    if not hasattr(ctypes.CDLL(None), "mallopt"):
        pytest.skip("GNU C library only")
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    usual, kept, given_back = map(int, done.stdout.split())
    assert kept < usual / 2  # the first of four touches each page, the others find them
    assert given_back > 2**25
