"""Inception weights that a user brings: only figures made with them are called FID."""

from __future__ import annotations

import hashlib
import os
import pickle
from functools import cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from generators.errors import GeneratorError
from generators.metrics.extractors import Seen
from generators.metrics.extractors.inception_network import FEATURES, InceptionV3

PATH, SHA256 = "BRANDKILN_INCEPTION_WEIGHTS", "BRANDKILN_INCEPTION_SHA256"


class Inception:
    """The network of the published FID figures, from the file that the settings name.

    Raises:
        GeneratorError: If no file is named, it is not the one whose hash is named, or it holds something else.
    """

    distance = "fid"
    comparable = True

    def __init__(self) -> None:
        path, expected = os.environ.get(PATH, ""), os.environ.get(SHA256, "").strip().lower()
        if not path:
            raise GeneratorError(
                f"Measuring a FID needs Inception's weights in a file of yours. Name it in {PATH} and its sha256 in "
                f"{SHA256}, start the worker anew, or choose the packaged extractor."
            )
        found = _sha256(Path(path))
        if found != expected:
            raise GeneratorError(
                f"{path} has the sha256 {found}; {SHA256} says {expected or 'nothing'}. "
                "Correct the setting if this is the file you mean, or bring the one you mean."
            )
        self._weights = Path(path)
        self.name = f"Inception-v3 (2015), {FEATURES}-d, weights {found[:8]}"

    def see(self, pictures: Tensor, *, device: str) -> Seen:
        x = pictures.to(device).float().expand(-1, 3, -1, -1)
        x = (
            x.add(1).mul(127.5).round().clamp(0, 255)
        )  # as files hold it, which is what published figures measure
        with torch.inference_mode():
            features, logits = load_inception(self._weights, device)(x)
        return Seen(features.float().cpu(), logits.float().cpu())


@cache
def load_inception(path: Path, device: str) -> InceptionV3:
    """Return the network with the weights of a safetensors file, or of one that torch reads without running code.

    Raises:
        GeneratorError: If it cannot be read or is another network.
    """
    try:
        if path.suffix == ".safetensors":
            tensors = load_file(path)
        else:
            tensors = torch.load(path, map_location="cpu", weights_only=True)
        network = InceptionV3()
        missing, unexpected = network.load_state_dict(tensors, strict=False)
    except (
        OSError,
        RuntimeError,
        AttributeError,
        TypeError,
        SafetensorError,
        pickle.UnpicklingError,
    ) as error:
        raise GeneratorError(f"{path} cannot be read as weights: {error}") from error
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        odd = f"lacks {missing[0]}" if missing else f"holds {unexpected[0]}"
        raise GeneratorError(
            f"{path} is not the Inception network of the FID: it {odd}. Bring pt_inception-2015-12-05 or a copy of it."
        )
    return network.eval().requires_grad_(False).to(device)


@cache
def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise GeneratorError(f"{path}, named in {PATH}, cannot be read: {error.strerror}.") from error
