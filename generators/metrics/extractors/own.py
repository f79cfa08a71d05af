"""A small classifier of the team's own labels: it sees what ImageNet never showed, and compares with nothing else."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from generators.errors import BadData
from generators.metrics.extractors import Seen
from generators.run import Run
from generators.training.pictures import Pictures
from generators.training.randomness import batch_indices, generator_for

FEATURES = 128
SHOWN = 40_000
"""Pictures that it learns from, repeats included."""
BATCH, LEARNING_RATE = 64, 2e-3


class Own:
    """A classifier trained on the spot on the training split's labels; the same seed gives the same one.

    Raises:
        BadData: If fewer than two labels are there to learn.
    """

    distance = "frechet_distance"
    comparable = False

    def __init__(self, pictures: Pictures, run: Run, *, seed: int) -> None:
        if pictures.labels is None or len(pictures.names) < 2:
            raise BadData(
                "An extractor of your own learns from labels, at least two of them on every training picture; these "
                "pictures have none. Label them, or choose the packaged extractor."
            )
        self.name = (
            f"own classifier of {len(pictures.names)} labels, {FEATURES}-d, {pictures.images.shape[-1]} px"
        )
        self._network = _train(pictures, pictures.labels, run, seed=seed)

    def see(self, pictures: Tensor, *, device: str) -> Seen:
        colour = self._network.channels
        x = pictures.to(device).float()
        x = x.expand(-1, colour, -1, -1) if x.shape[1] == 1 else x[:, :colour]
        with torch.inference_mode():
            features = self._network.features(x)
            return Seen(features.cpu(), self._network.classify(features).cpu())


class SmallClassifier(nn.Module):
    """Four convolutions, each halving the side, and a linear layer on their mean."""

    def __init__(self, *, channels: int, labels: int) -> None:
        super().__init__()
        self.channels = channels
        layers: list[nn.Module] = []
        for inputs, outputs in ((channels, 32), (32, 64), (64, FEATURES), (FEATURES, FEATURES)):
            layers += [
                nn.Conv2d(inputs, outputs, 3, stride=2, padding=1),
                nn.GroupNorm(8, outputs),
                nn.ReLU(),
            ]
        self.layers = nn.Sequential(*layers)
        self.classify = nn.Linear(FEATURES, labels)

    def features(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, FEATURES)
        return self.layers(x).mean((2, 3))  # type: ignore[no-any-return]

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(self.features(x))  # type: ignore[no-any-return]


def _train(pictures: Pictures, labels: Tensor, run: Run, *, seed: int) -> SmallClassifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**31, (), generator=generator_for(seed, "own extractor"))))
        network = SmallClassifier(channels=pictures.channels, labels=len(pictures.names))
    network.to(run.device)
    steps = max(1, SHOWN // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    for step in range(steps):
        chosen = batch_indices(step, count=len(pictures), batch_size=BATCH, seed=seed)
        batch = pictures.images[chosen].float().div(127.5).sub(1).to(run.device)
        loss = cross_entropy(network(batch), labels[chosen].to(run.device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        run.report(step, steps, "Training the extractor on your labels")
    return network.eval().requires_grad_(False)
