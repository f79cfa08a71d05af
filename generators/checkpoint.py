"""Checkpoints: weights as safetensors, the rest as JSON, in one folder. Pickles are never written or read.

weights.safetensors    what sampling needs
checkpoint.json        who made it, of what, and the size and sha256 of the other files
state.safetensors      optional, with state.json: what resuming needs (optimizer, random numbers)
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from generators.errors import BadCheckpoint, first_problem
from generators.weights import RawTensor, check_file, non_finite, open_plain, read_raw, strict_json, write_raw

if TYPE_CHECKING:
    from torch import Tensor

    Tensors = Mapping[str, Tensor] | Mapping[str, RawTensor]

WEIGHTS, STATE, STATE_JSON, CARD = "weights.safetensors", "state.safetensors", "state.json", "checkpoint.json"
MAX_JSON_BYTES = 4 * 2**20

_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    bytes: int = Field(ge=0)
    sha256: _Sha256


class _Card(BaseModel):
    """checkpoint.json."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal[1] = 1
    generator: Annotated[str, Field(max_length=100)]
    generator_version: Annotated[str, Field(max_length=100)]
    params: dict[str, Any]
    config: dict[str, Any]
    labels: list[str]
    metrics: dict[str, FiniteFloat]
    data_sha256: Annotated[str, Field(max_length=64)]
    seed: int
    files: dict[Literal["weights.safetensors", "state.safetensors", "state.json"], _File]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A trained generator on disk.

    Attributes:
        folder: Where its files lie.
        generator: The name of the generator that wrote it.
        generator_version: That generator's version.
        params: The train params, every default written out.
        config: Facts of the architecture that rebuild the network, such as its width.
        labels: The labels it was trained with, in the order of their numbers.
        metrics: What was measured at its end, by name.
        data_sha256: The dataset version it was trained on.
        seed: The seed of its training.
        sha256: The hash of its weights; the key for anything cached.
    """

    folder: Path
    generator: str
    generator_version: str
    params: dict[str, Any]
    config: dict[str, Any]
    labels: tuple[str, ...]
    metrics: dict[str, float]
    data_sha256: str
    seed: int
    sha256: str

    def tensors(self) -> "dict[str, Tensor]":
        """Return the weights by name, on the CPU.

        Raises:
            BadCheckpoint: If a value is infinite or not a number.
        """
        return _torch_tensors(self.folder / WEIGHTS)

    def raw_tensors(self) -> dict[str, RawTensor]:
        """Return the weights by name as plain bytes, for generators that do without torch.

        Raises:
            BadCheckpoint: If a value is infinite or not a number.
        """
        tensors = read_raw(self.folder / WEIGHTS)
        for name in non_finite(tensors):
            raise BadCheckpoint(_not_finite(self.folder / WEIGHTS, name))
        return tensors

    def state(self) -> "tuple[dict[str, Tensor], dict[str, Any]] | None":
        """Return the tensors and the JSON that resuming needs, or None if it was saved without."""
        document = self.state_json()
        if document is None:
            return None
        path = self.folder / STATE
        return (_torch_tensors(path, finite=False) if path.exists() else {}), document

    def state_json(self) -> dict[str, Any] | None:
        """Return the JSON half of the resume state, or None if it was saved without."""
        if not (self.folder / STATE_JSON).exists():
            return None
        document = _read_json(self.folder / STATE_JSON)
        if not isinstance(document, dict):
            raise BadCheckpoint(f"{STATE_JSON} of checkpoint {self.folder} is not a JSON object.")
        return document


def write(
    folder: Path,
    *,
    generator: str,
    generator_version: str,
    params: dict[str, Any],
    config: dict[str, Any],
    labels: tuple[str, ...],
    tensors: "Tensors",
    metrics: dict[str, float],
    data_sha256: str,
    seed: int,
    state: "Tensors | None" = None,
    state_json: dict[str, Any] | None = None,
) -> Checkpoint:
    """Write a checkpoint and return it as read back.

    The folder appears whole or not at all: everything is written and synced beside it, then renamed. A
    checkpoint that already lies there is replaced.

    Args:
        folder: Where it is to lie, usually in `run.scratch`.
        tensors: The weights by name; they need not be contiguous, on the CPU, or without shared memory.
        state: Tensors that resuming needs. With `state` or `state_json`, `Checkpoint.state()` is not None.
        state_json: What else resuming needs, as JSON.

    Raises:
        BadCheckpoint: If a weight or metric is infinite or not a number, as after a training that diverged.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    growing = folder.parent / f".{folder.name}.{uuid.uuid4().hex}"
    growing.mkdir()
    try:
        _write_tensors(growing / WEIGHTS, tensors, finite=True)
        if state:
            _write_tensors(growing / STATE, state, finite=False)
        if state is not None or state_json is not None:
            (growing / STATE_JSON).write_text(json.dumps(state_json or {}, allow_nan=False))
        try:
            card = _Card(
                generator=generator,
                generator_version=generator_version,
                params=params,
                config=config,
                labels=list(labels),
                metrics={name: float(value) for name, value in metrics.items()},
                data_sha256=data_sha256,
                seed=seed,
                files={path.name: _fact(path) for path in growing.iterdir()},  # type: ignore[misc]
            )
        except ValidationError as error:
            raise BadCheckpoint(f"This checkpoint cannot be written: {first_problem(error)}.") from error
        (growing / CARD).write_text(json.dumps(card.model_dump(), indent=1, allow_nan=False) + "\n")
        _sync(growing)
        _replace(growing, folder)
    finally:
        shutil.rmtree(growing, ignore_errors=True)
    return read(folder)


def read(folder: Path) -> Checkpoint:
    """Return the checkpoint in a folder, after checking all of its files but not their values.

    Raises:
        BadCheckpoint: If a file is missing, too long, a link, damaged (sha256), or not of the strict schema.
    """
    try:
        card = _Card.model_validate(_read_json(folder / CARD))
    except ValidationError as error:
        raise BadCheckpoint(
            f"{CARD} of {folder} does not describe a checkpoint: {first_problem(error)}."
        ) from error
    if WEIGHTS not in card.files:
        raise BadCheckpoint(f"{CARD} of {folder} does not name {WEIGHTS}.")
    for name, fact in card.files.items():
        path = folder / name
        if name != WEIGHTS and not os.path.lexists(path):
            continue  # the state may be dropped once nobody will resume
        if _fact(path) != fact:
            raise BadCheckpoint(f"{name} of {folder} was changed or damaged: its sha256 is not {CARD}'s.")
        if name != STATE_JSON:
            check_file(path)
    for optional in (STATE, STATE_JSON):
        if optional not in card.files and os.path.lexists(folder / optional):
            raise BadCheckpoint(f"{folder} holds {optional}, which {CARD} does not name.")
    return Checkpoint(
        folder=folder,
        generator=card.generator,
        generator_version=card.generator_version,
        params=card.params,
        config=card.config,
        labels=tuple(card.labels),
        metrics=card.metrics,
        data_sha256=card.data_sha256,
        seed=card.seed,
        sha256=card.files[WEIGHTS].sha256,
    )


def _torch_tensors(path: Path, *, finite: bool = True) -> "dict[str, Tensor]":
    import torch
    from safetensors.torch import load_file

    check_file(path)
    tensors: dict[str, Tensor] = load_file(path, device="cpu")
    for name, tensor in tensors.items():
        if finite and tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise BadCheckpoint(_not_finite(path, name))
    return tensors


def _write_tensors(path: Path, tensors: "Tensors", *, finite: bool) -> None:
    raw = {name: tensor for name, tensor in tensors.items() if isinstance(tensor, RawTensor)}
    if len(raw) == len(tensors):
        for name in non_finite(raw) if finite else ():
            raise BadCheckpoint(_not_finite(path, name))
        write_raw(path, raw)
        return
    import torch
    from safetensors.torch import save_file

    plain = {}
    for name, tensor in tensors.items():
        if isinstance(tensor, RawTensor):
            raise TypeError("A checkpoint's tensors are all torch tensors or all RawTensor.")
        plain[name] = tensor.detach().to("cpu").clone(memory_format=torch.contiguous_format)
        if finite and tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise BadCheckpoint(_not_finite(path, name))
    save_file(plain, path)


def _not_finite(path: Path, name: str) -> str:
    return (
        f"Tensor {name!r} of {path.name} holds an infinite value or a NaN: the training diverged. "
        "Resume from an earlier checkpoint or train with a lower learning_rate."
    )


def _read_json(path: Path) -> Any:
    with open_plain(path) as file:
        text = file.read(MAX_JSON_BYTES + 1)
    if len(text) > MAX_JSON_BYTES:
        raise BadCheckpoint(f"{path.name} is longer than {MAX_JSON_BYTES} bytes.")
    return strict_json(text, path.name)


def _fact(path: Path) -> _File:
    with open_plain(path) as file:
        digest = hashlib.file_digest(file, "sha256")
        return _File(bytes=os.fstat(file.fileno()).st_size, sha256=digest.hexdigest())


def _sync(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _replace(new: Path, folder: Path) -> None:
    """Put a folder in another's place; the two renames leave at worst no folder, never half of one."""
    if folder.exists():
        old = new.with_name(f"{new.name}.old")
        folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old)
    else:
        new.rename(folder)
