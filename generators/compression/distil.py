"""Teaching a small network to give what a large one gives."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d
from torch.optim import Adam

from generators.compression.drawing import Drawing
from generators.compression.params import CompressParams
from generators.errors import GeneratorError
from generators.training.randomness import generator_for

WARMUP = 0.05
"""Share of the steps in which the step size rises."""


def imitate(
    student: nn.Module,
    drawing: Drawing,
    params: CompressParams,
    on_step: Callable[[float, float], None],
    clock: Callable[[], float] = time.monotonic,
) -> float:
    """Train the student in place on the network's own pictures and return how many thousands it saw.

    Both get the same inputs, drawn anew at each step, and the student descends along the difference of what they give.

    Args:
        on_step: Called with the share that is done and the newest loss; it may raise Cancelled.

    Source: Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015, https://arxiv.org/abs/1503.02531;
    with a generator's pictures as the data: Aguinaldo et al., Compressing GANs using Knowledge Distillation, 2019,
    https://arxiv.org/abs/1902.00159.

    Raises:
        GeneratorError: If the loss is no longer a number.
    """
    steps = math.ceil(params.kimg * 1000 / params.batch_size)
    if not steps:
        return 0.0
    student.train(False).requires_grad_(True)  # statistics of normalisations are the teacher's
    optimizer = Adam(student.parameters(), params.learning_rate, betas=(0.9, 0.99))
    begun, limit = clock(), params.minutes * 60
    share = 0.0
    for step in range(steps):
        share = max(step / steps, (clock() - begun) / limit)
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = params.learning_rate * _pace(share)
        inputs = drawing.inputs(
            drawing.network, params.batch_size, generator_for(params.seed, "imitate", step)
        )
        with torch.no_grad():
            wanted = drawing.outputs(drawing.network, inputs)
        loss = difference(drawing.outputs(student, inputs), wanted)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        value = loss.item()
        if not math.isfinite(value):
            raise GeneratorError(
                "The smaller network diverged: its loss is no longer a number. Choose half the learning_rate."
            )
        on_step(share, value)
    student.requires_grad_(False)
    return min(step + (share < 1), steps) * params.batch_size / 1000


def difference(found: tuple[Tensor, ...], wanted: tuple[Tensor, ...]) -> Tensor:
    """Return the mean absolute difference of all outputs; that of pictures also at a half and a quarter of their size.

    Args:
        found: Outputs of equal shapes; those of four dimensions are pictures, (B, C, H, W).
    """
    losses: list[Tensor] = []
    for a, b in zip(found, wanted, strict=True):
        losses.append((a - b).abs().mean())
        for _ in range(2 if a.ndim == 4 else 0):
            a, b = avg_pool2d(a, 2), avg_pool2d(b, 2)
            losses.append((a - b).abs().mean())
    return torch.stack(losses).sum()


def lend(student: nn.Module, teacher: nn.Module) -> int:
    """Copy every tensor of the teacher whose name and shape the student shares; return how many."""
    own = student.state_dict()
    shared = {
        name: tensor for name, tensor in teacher.state_dict().items()
        if name in own and own[name].shape == tensor.shape
    }  # fmt: skip
    student.load_state_dict(shared, strict=False)
    return len(shared)


def _pace(share: float) -> float:
    return min(share / WARMUP, 1.0) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-3
