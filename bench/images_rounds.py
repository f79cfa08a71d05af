"""Speeds measured in turns on a machine that may be shared, and what that machine itself can do in each round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.training.precision import fast_bfloat16

STEADY = 0.3
"""Share by which a round's own matrix rate or bandwidth may be off its median; further off, it is thrown away."""
SIDE = 768  # of the matrices that are multiplied
COPIED = 16 * 2**20  # numbers of four bytes each that are copied: more than caches hold
MOST = 2  # times as many rounds as were asked for, where some were thrown away


@dataclass(frozen=True, slots=True)
class Machine:
    """What one thread of the machine does just now.

    Attributes:
        gflops: Products of float32 matrices, in 10^9 operations a second.
        bfloat16_gflops: The same of bfloat16; 0 where that would be emulated, which takes seconds.
        gigabytes: Bytes copied within memory, in 10^9 a second.
    """

    gflops: float
    bfloat16_gflops: float
    gigabytes: float


@dataclass(frozen=True, slots=True)
class Rates:
    """Medians of the rounds that were kept.

    Attributes:
        pictures: Pictures a processor second of each side.
        machine: Medians too.
        kept: Rounds.
        thrown_away: Rounds.
    """

    pictures: dict[str, float]
    machine: Machine
    kept: int
    thrown_away: int

    def ratio(self, ours: str, peer: str) -> float:
        """Return how many times as fast one side is as another."""
        return round(self.pictures[ours] / self.pictures[peer], 2)

    def document(self) -> dict[str, object]:
        """Return all of it, rounded."""
        return {
            "pictures_per_s": {name: float(f"{rate:.4g}") for name, rate in self.pictures.items()},
            "rounds": self.kept,
            "thrown_away": self.thrown_away,
        }


def in_turns(sides: Mapping[str, Callable[[], int]], *, rounds: int = 5) -> Rates:
    """Return the rates of the sides, measured as A B A B after one round to warm up.

    Args:
        sides: Each works for a while and returns how many pictures it was about.
    """
    seen: list[tuple[Machine, dict[str, float]]] = []
    for side in sides.values():
        side()
    steady = seen
    while len(steady) < rounds and len(seen) < MOST * rounds:
        machine = measured_machine()
        seen.append((machine, {name: _rate(side) for name, side in sides.items()}))
        steady = _steady(seen)
    return Rates(
        {name: statistics.median(found[name] for _, found in steady) for name in sides},
        _median([machine for machine, _ in steady]),
        len(steady),
        len(seen) - len(steady),
    )


def measured_machine() -> Machine:
    """Return what this thread can do just now."""
    source = torch.rand(COPIED)
    target = torch.empty_like(source)
    target.copy_(source)
    start = time.process_time()
    target.copy_(source)
    copied = time.process_time() - start
    a = torch.rand(SIDE, SIDE)
    halves = _products(a.bfloat16()) if fast_bfloat16("cpu") else 0.0
    return Machine(_products(a), halves, 8 * COPIED / copied / 1e9)


def _products(a: Tensor) -> float:
    a @ a
    start = time.process_time()
    for _ in range(8):
        a @ a
    return 8 * 2 * SIDE**3 / (time.process_time() - start) / 1e9


def _rate(side: Callable[[], int]) -> float:
    start = time.process_time()
    pictures = side()
    return pictures / float(getattr(side, "seconds", time.process_time() - start))  # those of its own process


def _steady(seen: list[tuple[Machine, dict[str, float]]]) -> list[tuple[Machine, dict[str, float]]]:
    usual = _median([machine for machine, _ in seen])
    return [
        entry
        for entry in seen
        if abs(entry[0].gflops / usual.gflops - 1) <= STEADY
        and abs(entry[0].gigabytes / usual.gigabytes - 1) <= STEADY
    ]


def _median(machines: list[Machine]) -> Machine:
    return Machine(
        statistics.median(machine.gflops for machine in machines),
        statistics.median(machine.bfloat16_gflops for machine in machines),
        statistics.median(machine.gigabytes for machine in machines),
    )
