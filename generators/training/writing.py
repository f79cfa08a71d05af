"""How the image generators write their checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from torch import nn

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.spec import Spec
from generators.training.params import ImageTrainParams
from generators.training.pictures import Pictures
from generators.training.state import State, write_trained

Writer = Callable[[Path, State | None], Checkpoint]
"""Writes a learner's checkpoint to a folder, with the state that resuming needs or without."""


class Averaged(Protocol):
    """A learner whose result is an average of its weights."""

    losses: dict[str, float]
    """Those of the last step; they become the metrics of the checkpoint."""

    @property
    def average(self) -> nn.Module:
        """The network that samples come from."""


def checkpoint_writer(
    spec: Spec,
    learner: Averaged,
    *,
    params: ImageTrainParams,
    config: dict[str, Any],
    pictures: Pictures,
    data: TrainingData,
    finish: Callable[[bool], None] = lambda is_result: None,
) -> Writer:
    """Return what writes the learner's average as it is at that moment.

    Args:
        config: What builds the network again.
        finish: Called before each writing with whether it is the result rather than a state to resume from.
    """

    def write(folder: Path, state: State | None) -> Checkpoint:
        finish(state is None)
        return write_trained(
            folder,
            spec,
            params=params,
            seed=params.seed,
            config=config,
            data=data,
            labels=pictures.names,
            tensors=learner.average.state_dict(),
            metrics=learner.losses,
            state=state,
        )

    return write
