"""A learner that is told what to do wrong, so that the loop can be tried without networks worth the name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam

from generators import checkpoint as checkpoints
from generators.checkpoint import Checkpoint
from generators.training.loop import Batch
from generators.training.params import ImageTrainParams
from generators.training.pictures import Pictures
from generators.training.state import State

SIDE = 8
PARAMS = ImageTrainParams(kimg=0.64, batch_size=16, save_every_kimg=0.16)
Fault = Callable[["Toy", Batch], dict[str, float]]


def pictures(count: int = 64, seed: int = 0) -> Pictures:
    images = torch.randint(256, (count, 1, SIDE, SIDE), generator=torch.Generator().manual_seed(seed))
    return Pictures(images.to(torch.uint8), None, ())


class Toy:
    """Learns the mean picture; `fault` is called at each step and may return losses or raise."""

    def __init__(self, fault: Fault | None = None) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.network = nn.Linear(1, SIDE * SIDE)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {"network": Adam(self.network.parameters(), 0.05)}
        self.losses: dict[str, float] = {}
        self.sizes: list[int] = []
        self._fault = fault

    def step(self, batch: Batch) -> dict[str, float]:
        self.sizes.append(len(batch.pictures))
        loss = (self.network(torch.ones(1, 1)) - batch.pictures.flatten(1)).square().mean()
        self.optimizers["network"].zero_grad()
        loss.backward()
        self.optimizers["network"].step()
        self.average.load_state_dict(self.network.state_dict())
        self.losses = {"loss": loss.item()} | (self._fault(self, batch) if self._fault else {})
        return self.losses

    def preview(self) -> tuple[Tensor, int]:
        return self.draw(None, 4, torch.Generator()), 2

    @torch.no_grad()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        noise = 0.3 * torch.randn(count, 1, SIDE, SIDE, generator=random)
        mean: Tensor = self.average(torch.ones(1, 1))
        return (mean.view(1, 1, SIDE, SIDE) + noise).clamp(-1, 1)

    def write(self, folder: Path, state: State | None) -> Checkpoint:
        facts: dict[str, Any] = {
            "generator": "toy", "generator_version": "1.0", "params": PARAMS.model_dump(), "config": {},
            "labels": (), "data_sha256": "0" * 64, "seed": 0,
        }  # fmt: skip
        return checkpoints.write(
            folder,
            **facts,
            tensors=self.average.state_dict(),
            metrics=self.losses,
            state=state and state.tensors,
            state_json=state and state.document,
        )
