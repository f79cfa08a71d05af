"""libsndfile through its C interface: samples of a sound file, block by block.

The package soundfile carries the library for every platform, but its Python front imports numpy, which this process
does without; so the library and the declarations that the package ships are used as they are.
"""

import ctypes.util
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.limits import Fault

CONTAINER = 0x0FFF0000
CODING = 0x0000FFFF
CODINGS = {
    0x0001: "pcm_s8", 0x0002: "pcm_16", 0x0003: "pcm_24", 0x0004: "pcm_32", 0x0005: "pcm_u8", 0x0006: "float",
    0x0007: "double", 0x0010: "ulaw", 0x0011: "alaw", 0x0060: "vorbis", 0x0064: "opus",
}  # fmt: skip
"""Source: sndfile.h of libsndfile 1.2.2."""
READ = 0x10
BLOCK = 65_536
"""Samples that are held at a time."""


@dataclass(frozen=True, slots=True)
class Sound:
    """An open sound file."""

    coding: str
    sample_rate: int
    channels: int
    frames: int
    """What the file says of itself."""
    _handle: Any

    def blocks(self) -> Iterator["array[float]"]:
        """Yield all samples, channels interleaved, 1 being full scale.

        Raises:
            Fault: If the decoder meets an error.
        """
        ffi, library = _library()
        block = array("f", bytes(4 * (BLOCK // self.channels) * self.channels))
        pointer = ffi.from_buffer("float[]", block)
        most = len(block) // self.channels
        while frames := library.sf_readf_float(self._handle, pointer, most):
            yield block[: frames * self.channels]
        if library.sf_error(self._handle):
            raise _damaged(ffi.string(library.sf_strerror(self._handle)).decode("utf-8", "replace"))


@contextmanager
def open_sound(path: Path) -> Iterator[Sound]:
    """Give the sound file.

    Raises:
        Fault: If libsndfile can't open it.
    """
    ffi, library = _library()
    info = ffi.new("SF_INFO*")
    handle = library.sf_open(str(path).encode(), READ, info)
    if handle == ffi.NULL:
        raise _damaged(ffi.string(library.sf_strerror(ffi.NULL)).decode("utf-8", "replace"))
    try:
        coding = CODINGS.get(
            info.format & CODING, "pcm_16" if info.format & CONTAINER == 0x170000 else "other"
        )
        yield Sound(coding, info.samplerate, info.channels, info.frames, handle)
    finally:
        library.sf_close(handle)


def _damaged(reason: str) -> Fault:
    return Fault("damaged_sound", f"The sound can't be decoded ({reason.strip(' .')}); export it anew.")


@cache
def _library() -> tuple[Any, Any]:
    import _soundfile
    import _soundfile_data

    folder = Path(_soundfile_data.__file__ or "").parent
    carried = next(
        (path for path in folder.glob("libsndfile*") if path.suffix in (".so", ".dylib", ".dll")), None
    )
    return _soundfile.ffi, _soundfile.ffi.dlopen(str(carried or ctypes.util.find_library("sndfile")))
