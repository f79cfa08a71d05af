"""What generated pictures do to a classifier: trained on real ones, on both, and on generated ones alone.

All classifiers are the same network, shown equally many pictures, and tested on the same held-out real ones. The seeds
are shared, so differences are paired; intervals come from resampling both the test pictures and the seeds.

Source: Ravuri and Vinyals, Classification Accuracy Score for Conditional Generative Models, 2019.
https://arxiv.org/abs/1905.10887
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from generators.metrics.bootstrap import Figure, figure
from generators.metrics.extractors.own import SmallClassifier
from generators.training.pictures import to_floats
from generators.training.randomness import batch_indices, generator_for

BATCH, LEARNING_RATE = 64, 2e-3
RESAMPLES = 1000
CHUNK = 512


@dataclass(frozen=True)
class Mix:
    """What one kind of classifier learns from: uint8 pictures (N, C, H, W) and the numbers of their labels (N,)."""

    name: str
    images: Tensor
    labels: Tensor


@dataclass(frozen=True)
class Judged:
    """What the classifiers of one mix said of the test pictures: labels by seed, int64, shape (S, N)."""

    name: str
    learned_from: int
    said: Tensor


def judge(
    mix: Mix,
    test: Tensor,
    labels: int,
    *,
    seeds: list[int],
    steps: int,
    device: str,
    on_step: Callable[[], None],
) -> Judged:
    """Return what classifiers of each seed say of test pictures, uint8 (N, C, H, W), after learning from a mix."""
    said = []
    for seed in seeds:
        network = _trained(mix, labels, seed=seed, steps=steps, device=device, on_step=on_step)
        with torch.inference_mode():
            parts = [network(to_floats(part).to(device)).argmax(1).cpu() for part in torch.split(test, CHUNK)]
        said.append(torch.cat(parts))
    return Judged(mix.name, len(mix.images), torch.stack(said))


def _trained(
    mix: Mix, labels: int, *, seed: int, steps: int, device: str, on_step: Callable[[], None]
) -> SmallClassifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**31, (), generator=generator_for(seed, "judge"))))
        network = SmallClassifier(channels=mix.images.shape[1], labels=labels)
    network.to(device)
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    size = min(BATCH, len(mix.images))
    for step in range(steps):
        chosen = batch_indices(step, count=len(mix.images), batch_size=size, seed=seed)
        loss = cross_entropy(network(to_floats(mix.images[chosen]).to(device)), mix.labels[chosen].to(device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        on_step()
    return network.eval().requires_grad_(False)


def accuracy(right: Tensor, weights: Tensor) -> Tensor:
    """Return the share of test pictures that were recognised, shape (R,).

    Args:
        right: How often each was, shape (R, N) or (1, N), from 0 to 1.
        weights: How often each picture counts, shape (R, N).
    """
    return (right * weights).sum(1) / weights.sum(1)


def mean_recall(right: Tensor, weights: Tensor, truth: Tensor) -> Tensor:
    """Return the mean over labels of the share of their pictures that were recognised, shape (R,).

    A label that a resample does not hold is left out of its mean.
    """
    of_label = torch.nn.functional.one_hot(truth).to(right.dtype)  # (N, K)
    there = weights @ of_label
    found = (right * weights) @ of_label
    held = there > 0
    return (found / there.clamp(min=1e-12) * held).sum(1) / held.sum(1)


@dataclass(frozen=True)
class Scores:
    """The figures of one mix, and its paired differences to another one where there is another."""

    accuracy: Figure
    recall: Figure
    accuracy_gain: Figure | None = None
    recall_gain: Figure | None = None


def scores(judged: Judged, truth: Tensor, *, beside: Judged | None, seed: int) -> Scores:
    """Return accuracy and mean recall with intervals over test pictures and seeds.

    Args:
        truth: The labels of the test pictures, shape (N,).
        beside: What differences are taken to, such as the classifiers that learned from real pictures only.
    """
    seeds, pictures = judged.said.shape
    random = generator_for(seed, "judging")
    weights = _counts(pictures, random)
    turns = _counts(seeds, random) / seeds
    whole, evenly = torch.ones(1, pictures).double(), torch.full((1, seeds), 1 / seeds).double()

    def both(one: Judged, mean_over: Tensor, counted: Tensor) -> tuple[Tensor, Tensor]:
        right = mean_over @ (one.said == truth).double()
        return accuracy(right, counted), mean_recall(right, counted, truth)

    value, spread = both(judged, evenly, whole), both(judged, turns, weights)
    plain = [figure(float(v), s) for v, s in zip(value, spread, strict=True)]
    if beside is None:
        return Scores(*plain)
    other, others = both(beside, evenly, whole), both(beside, turns, weights)
    gains = [figure(float(v - o), s - r) for v, o, s, r in zip(value, other, spread, others, strict=True)]
    return Scores(*plain, *gains)


def confusion(judged: Judged, truth: Tensor, labels: int) -> list[list[float]]:
    """Return the share of each label's test pictures (row) that was taken for each label (column), over all seeds."""
    table = torch.zeros(labels, labels, dtype=torch.float64)
    for said in judged.said:
        table.index_put_((truth, said), torch.ones(len(said), dtype=torch.float64), accumulate=True)
    shares = table / table.sum(1, keepdim=True).clamp(min=1)
    return [[round(share, 4) for share in row] for row in shares.tolist()]


def verdict(gain: Figure) -> str:
    """Return "helps", "hurts", or "unclear" where the interval holds zero."""
    return "helps" if gain.low > 0 else "hurts" if gain.high < 0 else "unclear"


def _counts(n: int, random: torch.Generator) -> Tensor:
    """Return how often each of n occurs in each resample, float64, shape (RESAMPLES, n)."""
    drawn = torch.randint(n, (RESAMPLES, n), generator=random)
    return torch.zeros(RESAMPLES, n, dtype=torch.float64).scatter_add_(
        1, drawn, torch.ones(RESAMPLES, n).double()
    )
