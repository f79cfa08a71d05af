"""Muon: the weights of a layer are moved alike in all directions, however much a few of them stand out in its gradient.

Source: Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024,
https://kellerjordan.github.io/posts/muon/, with the size of steps of Liu et al., Muon is Scalable for LLM Training,
2025, https://arxiv.org/abs/2502.16982, section 2.2, so that one learning rate suits Adam and Muon.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Adam

MOMENTUM = 0.95
ROUNDS = 5
FACTORS = (3.4445, -4.7750, 2.0315)  # of X, (XX')X and (XX')(XX')X in a round; Jordan et al. 2024
SIZE = 0.2  # root of the mean square that steps of Adam usually have; Liu et al. 2025, equation 4


class Muon(Adam):
    """Moves matrices by Muon and all other parameters by Adam.

    Args:
        matrices: Weights of hidden layers, of two dimensions or more; all but the first count as one.
        others: First and last layers, embeddings, biases.
    """

    def __init__(
        self,
        matrices: Iterable[Tensor],
        others: Iterable[Tensor],
        learning_rate: float,
        betas: tuple[float, float],
    ) -> None:
        groups = [{"params": list(others)}, {"params": list(matrices)}]
        super().__init__(groups, learning_rate, betas=betas, fused=True)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """Move everything that has a gradient; those of the matrices are used up by it."""
        group = self.param_groups[1]
        shapes: dict[tuple[int, int], list[Tensor]] = defaultdict(list)
        for weight in group["params"]:
            if weight.grad is not None:
                shapes[len(weight), weight[0].numel()].append(weight)
        for (rows, columns), weights in shapes.items():
            directions = orthogonal(torch.stack([self._ahead(weight).flatten(1) for weight in weights]))
            size = group["lr"] * SIZE * max(rows, columns) ** 0.5
            for weight, direction in zip(weights, directions, strict=True):
                weight.sub_(direction.view(weight.shape), alpha=size)
                weight.grad = None
        return super().step(closure)

    def _ahead(self, weight: Tensor) -> Tensor:
        """Add the gradient to its average; return the two mixed, which looks a step ahead (Nesterov)."""
        assert weight.grad is not None
        state = self.state[weight]
        if not state:
            state["momentum"] = torch.zeros_like(weight)
        average: Tensor = state["momentum"].lerp_(weight.grad, 1 - MOMENTUM)
        return weight.grad.lerp(average, MOMENTUM)


def orthogonal(matrices: Tensor) -> Tensor:
    """Return matrices with about the same singular vectors, and singular values near 1 (within 0.7 and 1.2).

    The rounds work on the products of rows, which are as small as the shorter side, and reach the matrices at the end.

    Args:
        matrices: Shape (N, R, C), float32.
    """
    if matrices.shape[1] > matrices.shape[2]:
        return orthogonal(matrices.mT.contiguous()).mT
    matrices = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    products, first, third, fifth = matrices @ matrices.mT, *FACTORS
    factor = torch.eye(matrices.shape[1], device=matrices.device).expand_as(products)
    for _ in range(ROUNDS):
        one = torch.baddbmm(products, products, products, beta=third, alpha=fifth)
        one.diagonal(dim1=1, dim2=2).add_(first)
        factor = one @ factor
        products = one @ products @ one
    return factor @ matrices
