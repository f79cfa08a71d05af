"""Libraries of C for the machine at hand, compiled once and kept in the cache."""

import ctypes
import hashlib
import logging
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

_OPTIONS = ("-O3", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC")
_SECONDS = 60
_LOG = logging.getLogger(__name__)


@cache
def library(source: Path, options: tuple[str, ...] = (), wanted: tuple[str, ...] = ()) -> ctypes.CDLL | None:
    """Return a compiled library; None where nothing here compiles it.

    Its file is named by a hash of the source, compiler, options and processor.

    Args:
        source: One file of C.
        options: Of the compiler, beside those that all have.
        wanted: More of them, left out by a compiler that does not know them.
    """
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None or os.name != "posix":
        return None
    named = hashlib.sha256(source.read_bytes())
    for part in (compiler, *_OPTIONS, *options, *wanted, _instructions()):
        named.update(b"\0" + part.encode())
    kept = Path(os.environ.get("BRANDKILN_CACHE") or "var/cache") / "text-lm" / "kernels"
    made = kept / f"{source.stem}-{named.hexdigest()[:32]}.so"
    try:
        if not made.is_file():
            kept.mkdir(parents=True, exist_ok=True)
            _make([compiler, *_OPTIONS, *options], wanted, source, made)
        return ctypes.CDLL(str(made.resolve()))
    except (OSError, subprocess.SubprocessError) as error:
        _LOG.warning(
            "%s could not compile %s; texts are written slower without it: %s", compiler, source, error
        )
        return None


def _make(command: Sequence[str], wanted: Sequence[str], source: Path, made: Path) -> None:
    """Compile a library, without the wanted options where the compiler does not know them."""
    try:
        _compile([*command, *wanted], source, made)
    except subprocess.CalledProcessError:
        if not wanted:
            raise
        _compile(command, source, made)


def _compile(command: Sequence[str], source: Path, made: Path) -> None:
    with tempfile.TemporaryDirectory(dir=made.parent) as folder:
        new = Path(folder) / made.name
        subprocess.run(
            [*command, str(source), "-o", str(new), "-lm"],
            check=True,
            capture_output=True,
            timeout=_SECONDS,
        )
        new.rename(made)  # another process may have made it too, which is the same


def typed(function: Any, result: Any, *types: Any) -> Any:
    """Return a function of a library with what it returns and takes."""
    function.restype, function.argtypes = result, types
    return function


@cache
def described_processor() -> str:
    """Return what the system says of the processor, one fact in a line; "" where it says nothing."""
    try:
        return Path("/proc/cpuinfo").read_text()
    except OSError:
        return ""


def _instructions() -> str:
    """Return what the instructions that may be used hang on."""
    lines = described_processor().splitlines()
    told = {line for line in lines if line.startswith(("flags", "Features", "model"))}
    return "\n".join(sorted(told)) or platform.platform()
