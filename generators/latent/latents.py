"""A trained generator as a map from points of its latent space to pictures."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from generators import registry
from generators.checkpoint import Checkpoint
from generators.compression.drawing import Drawing
from generators.errors import BadCheckpoint, BadParams
from generators.training.randomness import generator_for
from generators.training.warm import label_number

CHUNK = 32


class Latents:
    """The latent space of a checkpoint.

    Attributes:
        size: Numbers of a point.
        labels: How many labels there are; 0 for a generator without.
    """

    def __init__(self, checkpoint: Checkpoint, device: str) -> None:
        package = registry.get(checkpoint.generator).package
        try:
            module = import_module(f"{package}.drawing")
        except ModuleNotFoundError as error:
            raise BadCheckpoint(f"{checkpoint.generator} has no latent space to move through.") from error
        self._drawing: Drawing = module.drawing_of(checkpoint, device)
        if self._drawing.names[0] != "latent":
            raise BadCheckpoint(f"{checkpoint.generator} has no latent space to move through.")
        self._checkpoint, self._device = checkpoint, device
        self.labels = len(checkpoint.labels) if len(self._drawing.names) > 1 else 0
        self.size = self.points(1, generator_for(0, "size")).shape[1]

    def points(self, count: int, random: torch.Generator) -> Tensor:
        """Return points as the generator draws them, shape (count, Z), on the CPU."""
        return self._drawing.inputs(self._drawing.network, count, random)[0].float().cpu()

    def of_seed(self, seed: int, label: str | None) -> tuple[Tensor, int]:
        """Return the point of a seed, shape (1, Z), and the number of its label (0 where there are none)."""
        random = generator_for(seed, "sample")
        number = label_number(self._checkpoint, label, random)
        return self.points(1, random), number or 0

    @torch.inference_mode()
    def pictures(self, points: Tensor, labels: Tensor) -> Tensor:
        """Return pictures in [-1, 1] of points (N, Z) with the numbers of their labels (N,), on the CPU."""
        parts = []
        for point, label in zip(torch.split(points, CHUNK), torch.split(labels, CHUNK), strict=True):
            given = (point.to(self._device),) + ((label.to(self._device),) if self.labels else ())
            parts.append(self._drawing.outputs(self._drawing.network, given)[0].float().clamp(-1, 1).cpu())
        return torch.cat(parts)

    @property
    def has_styles(self) -> bool:
        """Whether points are mapped to styles that lie in a space of their own."""
        return hasattr(self._drawing.network, "mapping")

    @torch.inference_mode()
    def styles(self, points: Tensor, labels: Tensor) -> Tensor:
        """Return the styles of points (N, Z) with the numbers of their labels (N,), shape (N, S), on the CPU."""
        network: Any = self._drawing.network
        given = labels.to(self._device) if self.labels else None
        found: Tensor = network.style(points.to(self._device), given)
        return found.float().cpu()

    @torch.inference_mode()
    def drawn(self, styles: Tensor) -> Tensor:
        """Return pictures in [-1, 1] of styles (N, S), on the CPU."""
        network: Any = self._drawing.network
        parts = [network.synthesise(part.to(self._device)).float() for part in torch.split(styles, CHUNK)]
        return torch.cat([part.clamp(-1, 1).cpu() for part in parts])

    @torch.inference_mode()
    def between(self, first: tuple[Tensor, int], last: tuple[Tensor, int], frames: int) -> Tensor:
        """Return pictures on the way from one point to another, along the sphere that both lie near.

        Source: White, Sampling Generative Networks, 2016, section 3.1. https://arxiv.org/abs/1609.04468

        Raises:
            BadParams: If the labels differ and the generator cannot be between two.
        """
        parts = torch.linspace(0, 1, frames)
        points = torch.cat([slerp(first[0], last[0], float(part)) for part in parts])
        if not self.labels or first[1] == last[1]:
            return self.pictures(points, torch.full((frames,), first[1]))
        network: Any = self._drawing.network
        if not (hasattr(network, "style") and hasattr(network, "synthesise")):
            raise BadParams(
                f"{self._checkpoint.generator} cannot be between two labels. Morph between two seeds of one label."
            )
        given = points.to(self._device)
        styles = [
            network.style(given, torch.full((frames,), end[1], device=self._device)) for end in (first, last)
        ]
        weight = parts[:, None].to(self._device)
        mixed = styles[0] * (1 - weight) + styles[1] * weight
        return torch.cat([network.synthesise(part).float().clamp(-1, 1).cpu() for part in mixed.split(1)])


def slerp(a: Tensor, b: Tensor, part: float) -> Tensor:
    """Return the point at a part of the way from a to b (1, Z) along the arc, its length changing evenly."""
    lengths = a.norm(), b.norm()
    cosine = ((a * b).sum() / (lengths[0] * lengths[1]).clamp(min=1e-8)).clamp(-1, 1)
    angle = cosine.acos()
    if float(angle.sin()) < 1e-4:
        return a + part * (b - a)
    way = ((1 - part) * angle).sin() * a / lengths[0] + (part * angle).sin() * b / lengths[1]
    found: Tensor = way / angle.sin() * (lengths[0] + part * (lengths[1] - lengths[0]))
    return found
