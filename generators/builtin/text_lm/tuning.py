"""A training's result and the language model that it belongs to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from torch import nn

from generators.builtin.text_lm.adapter import merge_adapters
from generators.builtin.text_lm.convert import PACKAGE
from generators.checkpoint import Checkpoint
from generators.errors import BadCheckpoint
from generators.weights import open_plain, read_header

CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Tuning:
    """The adapters of a checkpoint. Two of the same weights are one, so that they are merged once."""

    sha256: str
    checkpoint: Checkpoint = field(compare=False)

    @classmethod
    def of(cls, checkpoint: Checkpoint | None) -> "Tuning | None":
        """Return the tuning of a checkpoint, or None for the language model as it came."""
        return None if checkpoint is None else cls(checkpoint.sha256, checkpoint)

    def merge(self, network: nn.Module, folder: Path) -> None:
        """Add the adapters to the weights of the language model in a folder.

        Raises:
            BadCheckpoint: If they were trained beside another language model.
        """
        config = self.checkpoint.config
        check_base(config, folder)
        try:
            scale = float(config["scale"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadCheckpoint(
                f"{self.checkpoint.folder.name} does not say how strong its adapters are. Train again."
            ) from error
        merge_adapters(network, self.checkpoint.tensors(), scale=scale)


def base_of(folder: Path) -> dict[str, Any]:
    """Return the name and the hash of a language model, as checkpoints state them."""
    return {"base_name": _name(folder), "base_sha256": fingerprint(folder)}


def check_base(config: dict[str, Any], folder: Path) -> None:
    """Raise BadCheckpoint unless a checkpoint was trained beside the language model in a folder."""
    here = base_of(folder)
    if config.get("base_sha256") != here["base_sha256"]:
        trained = f"{config.get('base_name')} ({str(config.get('base_sha256'))[:12]})"
        raise BadCheckpoint(
            f"This checkpoint adapts the language model {trained}; text-lm runs {here['base_name']} "
            f"({here['base_sha256'][:12]}). Set BRANDKILN_TEXT_LM to the folder of the former, or train again."
        )


def fingerprint(folder: Path) -> str:
    """Return the sha256 of all weights of a transformers folder: names, shapes and bytes, however they are filed."""
    files = sorted(path.resolve() for path in folder.glob("*.safetensors"))
    facts = [(path, path.stat()) for path in files]
    return _fingerprint(tuple((path, stat.st_size, stat.st_mtime_ns) for path, stat in facts))


@lru_cache(maxsize=4)
def _fingerprint(files: tuple[tuple[Path, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for tensor in sorted(tensor for path, _, _ in files for tensor in _tensors(path)):
        digest.update(f"{tensor.name} {tensor.described}\n".encode())
        for piece in _bytes_of(tensor):
            digest.update(piece)
    return digest.hexdigest()


class _Tensor(NamedTuple):
    name: str
    described: str
    path: Path
    start: int
    size: int


def _tensors(path: Path) -> list[_Tensor]:
    with open_plain(path) as file:
        entries = read_header(file)
        begin = file.tell()
    return [
        _Tensor(name, f"{entry.dtype} {entry.shape}", path, begin + start, end - start)
        for name, entry in entries.items()
        for start, end in [entry.data_offsets]
    ]


def _bytes_of(tensor: _Tensor) -> Iterator[bytes]:
    with open_plain(tensor.path) as file:
        file.seek(tensor.start)
        left = tensor.size
        while left and (piece := file.read(min(left, CHUNK))):
            left -= len(piece)
            yield piece


def _name(folder: Path) -> str:
    """Return what people call it; the packaged one lies in a folder that is named by a hash."""
    is_packaged = len(folder.name) == 64 and folder.parent.name == "text-lm"
    return f"SmolLM2-135M-Instruct of {PACKAGE}" if is_packaged else folder.name
