"""torch.compile on a GPU, kept only where it is measured to help."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

import torch
from torch import nn

from generators.training.memory import is_out_of_memory

WARM = 5
TIMED = 20
GAIN = 1.05
"""Times as fast as before that compiled steps have to be to stay."""

Step = Callable[[], dict[str, float]]


class Compiling:
    """Times steps as they are, then compiled, and goes on with what was faster.

    On a CPU nothing is compiled: it gained nothing there, and the resumed training would round otherwise. Second
    derivatives cannot be compiled; a step that fails compiled is done again without.
    """

    def __init__(self, networks: Mapping[str, nn.Module], device: str) -> None:
        self._networks = networks
        self._device = device
        self._is_decided = torch.device(device).type != "cuda"
        self._is_compiled = False
        self._plain: list[float] = []
        self._compiled: list[float] = []

    def step(self, do: Step) -> dict[str, float]:
        """Return what the step returns."""
        if self._is_decided and not self._is_compiled:
            return do()
        try:
            return do() if self._is_decided else self._timed(do)
        except Exception as error:
            if not self._is_compiled or is_out_of_memory(error):
                raise
            self._revert()
            return do()

    def _timed(self, do: Step) -> dict[str, float]:
        times = self._compiled if self._is_compiled else self._plain
        torch.cuda.synchronize(self._device)
        begun = time.perf_counter()
        losses = do()
        torch.cuda.synchronize(self._device)
        times.append(time.perf_counter() - begun)
        if len(times) == WARM + TIMED:
            self._decide()
        return losses

    def _decide(self) -> None:
        if not self._is_compiled:
            for network in self._networks.values():
                network.compile()
            self._is_compiled = True
            return
        self._is_decided = True
        if median(self._plain[WARM:]) < GAIN * median(self._compiled[WARM:]):
            self._revert()

    def _revert(self) -> None:
        for network in self._networks.values():
            network._compiled_call_impl = None
        self._is_compiled, self._is_decided = False, True
