"""Finding the channels of a network: what can be taken away together without a change of shape elsewhere.

No list of layers is needed. One slice of a weight is silenced (set to zero) and the network is differentiated: every
slice of another parameter whose gradient vanishes with it has no influence any more, so it belongs to the same channel.
A channel counts only if the network without these slices runs and gives the outputs of the silenced one, which is
tried out. The grouping of slices over layers is that of Fang et al., DepGraph: Towards Any Structural Pruning, 2023,
https://arxiv.org/abs/2301.12900, found by gradients instead of a graph.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from generators.compression.stored import fit_shapes

FEWEST = 8
"""Channels below which a layer is left alone."""
CLOSE = 1e-4
"""How far outputs of the silenced and of the smaller network may lie apart, by rounding alone."""

Exercise = Callable[[nn.Module], tuple[Tensor, ...]]


@dataclass(frozen=True, order=True)
class Part:
    """Where the channels of a group lie in one tensor: channel i is `repeat` rows of an axis, from i * repeat on."""

    name: str
    axis: int
    repeat: int


@dataclass(frozen=True)
class Group:
    """Channels that go through several layers alike.

    Attributes:
        size: How many channels there are.
        parts: Where they lie, in parameters and buffers.
    """

    size: int
    parts: frozenset[Part]


def find_groups(network: nn.Module, exercise: Exercise) -> list[Group]:
    """Return the groups of channels that can be removed, largest first; no two share a slice.

    Args:
        exercise: Runs a network on inputs that are always the same and returns its outputs.
    """
    network = _stirred(network)
    trial = _Trial(network, exercise)
    groups: list[Group] = []
    taken: set[tuple[str, int]] = set()
    for name, weight in network.named_parameters():
        for axis in range(2 if weight.ndim >= 2 else 0):
            if weight.shape[axis] < FEWEST or (name, axis) in taken:
                continue
            group = trial.group(Part(name, axis, 1), weight.shape[axis])
            if group and not taken & {(part.name, part.axis) for part in group.parts}:
                groups.append(group)
                taken |= {(part.name, part.axis) for part in group.parts}
    return sorted(groups, key=lambda group: -group.size)


def without(network: nn.Module, kept: Iterable[tuple[Group, Tensor]]) -> nn.Module:
    """Return a copy of the network that holds only these channels of each group.

    Args:
        kept: Groups, each with the numbers of the channels to keep, shape (K,).
    """
    tensors = dict(network.state_dict())
    for group, channels in kept:
        for part in group.parts:
            steps = torch.arange(part.repeat, device=channels.device)
            rows = (channels[:, None] * part.repeat + steps).flatten()
            tensors[part.name] = tensors[part.name].index_select(part.axis, rows)
    smaller = copy.deepcopy(network)
    fit_shapes(smaller, tensors)
    smaller.load_state_dict(tensors)
    return smaller


class _Trial:
    """Silences slices of one network and looks at what becomes of its gradients and outputs."""

    def __init__(self, network: nn.Module, exercise: Exercise) -> None:
        self.network = network
        self.exercise = exercise
        self.shapes = {name: weight.shape for name, weight in network.named_parameters()}
        self.alive = dict(_slices(_gradients(network, exercise)))

    def group(self, first: Part, size: int) -> Group | None:
        """Return the group that the channels of one axis belong to, or None where they are none of their own.

        A square weight that is silenced on one axis may map a residual stream to itself: then it is silenced on the
        other axis as well.
        """
        seeds = [first]
        while True:
            parts = self._dead(seeds, size)
            square = (Part(part.name, 1 - part.axis, 1) for part in sorted(parts) if self._is_square(part))
            more = next((part for part in square if part not in parts and part not in seeds), None)
            plain = frozenset(parts)
            for candidate in dict.fromkeys((plain, plain | set(_buffers(self.network, parts, size)))):
                group = Group(size, candidate)
                if len(parts) > len(seeds) and self._is_removable(group):
                    return group
            if more is None:
                return None
            seeds = [*seeds, more]

    def _dead(self, seeds: list[Part], size: int) -> set[Part]:
        """Return what has no influence any more while channels of the seeds are silenced, the seeds included."""
        common: set[Part] | None = None
        alive = torch.stack([self.alive[seed.name, seed.axis] for seed in seeds]).all(0).nonzero().flatten()
        if len(alive) < FEWEST // 2:
            return set(seeds)
        for channel in (int(alive[1]), int(alive[-2])):
            with _silenced(self.network, seeds, channel):
                now = dict(_slices(_gradients(self.network, self.exercise)))
            found = set(seeds)
            for (name, axis), was in self.alive.items():
                repeat, rest = divmod(len(was), size)
                place = slice(channel * repeat, (channel + 1) * repeat)
                dead = ~now[name, axis]
                changed = (was & dead).sum()
                if not rest and changed and dead[place].all() and (was & dead)[place].sum() == changed:
                    found.add(Part(name, axis, repeat))
            common = found if common is None else common & found
            if len(common) == len(seeds):
                break
        assert common is not None
        return common

    def _is_square(self, part: Part) -> bool:
        shape = self.shapes[part.name]
        return len(shape) >= 2 and part.repeat == 1 and shape[0] == shape[1]

    def _is_removable(self, group: Group) -> bool:
        """Return whether the network without the second channel gives what it gives with that one silenced."""
        kept = torch.tensor([index for index in range(group.size) if index != 1])
        silent = [part for part in group.parts if part.name in self.shapes]
        with (
            torch.no_grad(),
            suppress(RuntimeError, ValueError, IndexError),
            _silenced(self.network, silent, 1),
        ):
            expected = self.exercise(self.network)
            found = self.exercise(without(self.network, [(group, kept)]))
            return all(
                a.shape == b.shape and bool(torch.allclose(a, b, atol=CLOSE, rtol=CLOSE))
                for a, b in zip(expected, found, strict=True)
            )
        return False


def _stirred(network: nn.Module) -> nn.Module:
    """Return a copy whose weights are moved a little by chance: what is 0 by training or design shows its place too."""
    network = copy.deepcopy(network).requires_grad_(True)
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in network.parameters():
            noise = torch.randn(weight.shape, generator=random).to(weight.device, weight.dtype)
            weight.add_(noise * weight.abs().mean().clamp_min(0.02) / 2)
    return network


def _buffers(network: nn.Module, parts: set[Part], size: int) -> Iterator[Part]:
    """Yield the buffers that go with a group: statistics of a normalisation beside or between its parameters."""
    modules = {part.name.rpartition(".")[0] for part in parts}
    near = modules | {path.rpartition(".")[0] for path in modules}
    for name, buffer in network.named_buffers():
        home = name.rpartition(".")[0]
        if buffer.ndim == 1 and len(buffer) == size and (home in modules or home.rpartition(".")[0] in near):
            yield Part(name, 0, 1)


@contextmanager
def _silenced(network: nn.Module, parts: Iterable[Part], channel: int) -> Iterator[None]:
    parameters = dict(network.named_parameters())
    parts = list(parts)
    before = {part.name: parameters[part.name].detach().clone() for part in parts}
    try:
        with torch.no_grad():
            for part in parts:
                parameters[part.name].narrow(part.axis, channel * part.repeat, part.repeat).zero_()
        yield
    finally:
        with torch.no_grad():
            for name, value in before.items():
                parameters[name].copy_(value)


def _gradients(network: nn.Module, exercise: Exercise) -> dict[str, Tensor]:
    """Return the sizes of the gradients of a fixed mix of all outputs, by parameter."""
    network.zero_grad(set_to_none=True)
    random = torch.Generator().manual_seed(0)
    outputs = exercise(network)
    mixed = [(out * torch.randn(out.shape, generator=random).to(out.device)).sum() for out in outputs]
    torch.stack(mixed).sum().backward()  # type: ignore[no-untyped-call]
    return {
        name: torch.zeros_like(weight) if weight.grad is None else weight.grad.abs()
        for name, weight in network.named_parameters()
    }


def _slices(gradients: dict[str, Tensor]) -> Iterator[tuple[tuple[str, int], Tensor]]:
    for name, gradient in gradients.items():
        for axis in range(min(gradient.ndim, 2)):
            others = [other for other in range(gradient.ndim) if other != axis]
            yield (name, axis), (gradient.amax(others) if others else gradient) > 0
