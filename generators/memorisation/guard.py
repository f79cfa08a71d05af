"""Compares samples with the pictures that their generator learned from.

A sample is held back where the nearest training picture is nearer than all but a few held-out real pictures are to
theirs, by features or by pixels.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import normalize

from generators.memorisation.describing import SHIFTS, features, inner, laid_otherwise, small
from generators.run import Sample
from generators.training.decode import decode_square, pixels_of
from generators.training.pictures import to_floats

CANDIDATES = 16
"""Training pictures, nearest by features and as many by pixels, on which a sample is laid."""
_STEPS = range(2 * SHIFTS + 1)
COARSE = [
    (side * len(_STEPS) + down) * len(_STEPS) + right
    for side in range(2)
    for down in _STEPS[::2]
    for right in _STEPS[::2]
]
"""Every second way of moving a sample, by which the nearest training pictures are found among all."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How near a sample is to what its generator learned from.

    Attributes:
        held_back: Whether it is too near.
        neighbour: The nearest training picture's position in its version.
        pixel_distance: Root mean squared difference to it, on small pictures in [0, 1].
        pixel_limit: Below that it is a copy.
        feature_distance: One minus the cosine to the training picture nearest by features.
        feature_limit: Below that it is a copy.
    """

    held_back: bool
    neighbour: int
    pixel_distance: float
    pixel_limit: float
    feature_distance: float
    feature_limit: float

    def as_facts(self) -> dict[str, object]:
        return {"guarded": True} | {
            name: round(value, 5) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


class Guard:
    """The training pictures of a checkpoint, described.

    Args:
        tensors: `pixels` (N, C, S, S) uint8 with `positions` (N,); `features` (M, K) of length 1 with
            `feature_positions` (M,); `mean` (F,) and `directions` (F, K) that lead there; `limits` (2,): of pixels and
            of features.
    """

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        self.positions, self.feature_positions = tensors["positions"], tensors["feature_positions"]
        self.channels = tensors["pixels"].shape[1]
        self._pixels = inner(tensors["pixels"].float() / 255)
        self._squares = self._pixels.square().sum(1)
        self._features = tensors["features"].float()
        self._mean, self._directions = tensors["mean"].float(), tensors["directions"].float()
        self.pixel_limit: float = tensors["limits"][0].item()
        self.feature_limit: float = tensors["limits"][1].item()

    def judge(self, picture: Tensor, *, device: str = "cpu") -> Verdict:
        """Return the verdict on a picture in [-1, 1], shape (1, C, H, W)."""
        return self.judge_all(picture, device=device)[0]

    def judge_all(self, pictures: Tensor, *, device: str = "cpu") -> list[Verdict]:
        """Return the verdict on each of some pictures in [-1, 1], shape (B, C, H, W)."""
        if not len(self.positions):  # all of them were erased
            return [Verdict(False, -1, 1.0, self.pixel_limit, 2.0, self.feature_limit)] * len(pictures)
        pictures = pictures.expand(-1, 3, -1, -1) if self.channels == 3 else pictures.mean(1, keepdim=True)
        seen = features(torch.cat([pictures, pictures.flip(3)]), device=device).view(2, len(pictures), -1)
        return [
            self.verdict(pictures[number : number + 1], seen[:, number]) for number in range(len(pictures))
        ]

    def verdict(self, picture: Tensor, both: Tensor) -> Verdict:
        """Return the verdict on a picture whose features, as it is and mirrored, are known, shape (2, F)."""
        cosines = (self.described(both) @ self._features.T).amax(0)
        by_features = cosines.topk(min(CANDIDATES, len(cosines)))
        views = inner(small(laid_otherwise(picture)))
        coarse = views[COARSE]
        apart = (self._squares - 2 * coarse @ self._pixels.T + coarse.square().sum(1, keepdim=True)).amin(0)
        rows = apart.topk(min(CANDIDATES, len(apart)), largest=False).indices
        also = self._rows(self.feature_positions[by_features.indices])
        rows = torch.tensor(sorted({*rows.tolist(), *also.tolist()}))
        laid = torch.cdist(views, self._pixels[rows], compute_mode="donot_use_mm_for_euclid_dist").amin(0)
        best = int(laid.argmin())
        pixel_distance = float(laid[best]) / views.shape[1] ** 0.5
        feature_distance = 1 - float(by_features.values[0])
        copied = pixel_distance < self.pixel_limit
        looks_copied = feature_distance < self.feature_limit
        neighbour = self.positions[rows[best]]
        if looks_copied and not copied:
            neighbour = self.feature_positions[by_features.indices[0]]
        return Verdict(
            copied or looks_copied,
            int(neighbour),
            pixel_distance,
            self.pixel_limit,
            feature_distance,
            self.feature_limit,
        )

    def described(self, seen: Tensor) -> Tensor:
        """Return features in the guard's directions, of length 1: (B, F) -> (B, K)."""
        return normalize((seen - self._mean) @ self._directions, dim=1)

    def _rows(self, positions: Tensor) -> Tensor:
        return torch.searchsorted(self.positions, positions)


@torch.inference_mode()
def look_at(sample: Sample, guard: Path, *, resolution: int, device: str) -> dict[str, object]:
    """Return the verdict on a sample's picture, for its facts."""
    assert sample.path is not None
    picture = decode_square(sample.path, resolution).convert("RGB")
    floats = to_floats(pixels_of(picture)[None])
    return read_guard(guard, guard.stat().st_mtime_ns).judge(floats, device=device).as_facts()


@lru_cache(maxsize=2)
def read_guard(path: Path, modified: int) -> Guard:
    """Return the guard in a file, from memory where it has not changed since."""
    return Guard(load_file(path))
