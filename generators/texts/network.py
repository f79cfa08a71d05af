"""A network and its tokenizer as one thing: what a checkpoint holds, and what stays in memory between jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.spec import Spec
from generators.texts.loop import Write
from generators.texts.params import TextTrainParams
from generators.texts.tokens import Tokens
from generators.training.state import State, write_trained
from generators.training.warm import kept_warm

Network = TypeVar("Network", bound=nn.Module)


class Writer(nn.Module, Generic[Network]):
    """A network that writes, beside the bytes of its tokenizer.

    Args:
        tokenizer: What `Tokens.tensor` gave, uint8, shape (N,); of the right length where weights are loaded next.
    """

    tokenizer: Tensor

    def __init__(self, network: Network, tokenizer: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("tokenizer", tokenizer)

    @property
    def tokens(self) -> Tokens:
        """The tokenizer."""
        return Tokens.of(self.tokenizer.cpu())


def load_writer(checkpoint: Checkpoint, device: str, build: Callable[..., Network]) -> tuple[Network, Tokens]:
    """Return the network of a checkpoint, ready to write, and its tokenizer.

    Args:
        build: Makes the untrained network of the checkpoint's config, given as keywords.

    Raises:
        BadCheckpoint: If the weights do not fit the config, or the config does not fit this version.
    """

    def whole(*, tokenizer_bytes: int, **config: Any) -> Writer[Network]:
        return Writer(build(**config), torch.zeros(tokenizer_bytes, dtype=torch.uint8))

    writer = kept_warm(checkpoint, device, whole)
    return writer.network, writer.tokens


def checkpoint_writer(
    spec: Spec,
    *,
    params: TextTrainParams,
    config: dict[str, Any],
    tokens: Tokens,
    data: TrainingData,
) -> Write:
    """Return what writes checkpoints of a training.

    Args:
        config: What builds the network again.
    """

    def write(
        folder: Path, tensors: Mapping[str, Tensor], metrics: dict[str, float], state: State | None
    ) -> Checkpoint:
        return write_trained(
            folder,
            spec,
            params=params,
            seed=params.seed,
            config={**config, "tokenizer_bytes": len(tokens.tensor())},
            data=data,
            tensors=dict(tensors),
            metrics=metrics,
            state=state,
        )

    return write
