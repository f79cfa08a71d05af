"""The part of a checkpoint from which a training goes on: networks and optimizers as tensors by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from pydantic_core import to_jsonable_python
from torch import Tensor, nn
from torch.optim import Optimizer

from generators import checkpoint as checkpoints
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadCheckpoint, BadParams
from generators.params import Params
from generators.spec import Spec


class State(NamedTuple):
    """What `generators.checkpoint.write` takes as `state` and `state_json`."""

    tensors: dict[str, Tensor]
    document: dict[str, Any]


def take_state(step: int, networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer]) -> State:
    """Return all that a training has learned after `step` steps; the tensors are the live ones, not copies."""
    tensors: dict[str, Tensor] = {}
    for name, network in networks.items():
        tensors |= {f"network/{name}/{key}": value for key, value in network.state_dict().items()}
    for name, optimizer in optimizers.items():
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{name}/{index}/{key}": value for key, value in moments.items()}
    return State(tensors, {"step": step})


def restore(
    checkpoint: Checkpoint, networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer]
) -> int:
    """Put a checkpoint's state back in place and return how many steps it had done.

    Raises:
        BadCheckpoint: If it was saved without state, or with that of another architecture.
    """
    state = checkpoint.state()
    if state is None:
        raise BadCheckpoint(
            f"{checkpoint.folder} holds no training state. Resume from one saved during training."
        )
    tensors, document = state
    try:
        for name, network in networks.items():
            network.load_state_dict(_below(tensors, f"network/{name}/"))
        for name, optimizer in optimizers.items():
            _restore_optimizer(optimizer, _below(tensors, f"optimizer/{name}/"))
        return int(document["step"])
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        raise BadCheckpoint(f"The training state of {checkpoint.folder} does not fit: {error}") from error


def check_same_training(checkpoint: Checkpoint | None, *, params: Params, data_sha256: str) -> None:
    """Raise BadParams unless a checkpoint stems from the same params and data; only the duration may differ.

    A param that was not there yet when the checkpoint was saved had the value that is now its default.
    """
    if checkpoint is None:
        return
    fields = type(params).model_fields
    changed = [
        name
        for name, value in params.model_dump(mode="json").items()
        if name != "kimg" and to_jsonable_python(checkpoint.params.get(name, fields[name].default)) != value
    ]
    if checkpoint.data_sha256 != data_sha256:
        changed.append("dataset version")
    if changed:
        raise BadParams(
            f"A training cannot be resumed with another {' or '.join(changed)}. Start a new one instead."
        )


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def _restore_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for key, value in tensors.items():
        index, _, moment = key.partition("/")
        parameter = parameters[int(index)]
        if value.dim() and value.shape != parameter.shape:
            raise ValueError(f"another optimizer had moments of shape {tuple(value.shape)}.")
        # Like its parameter in memory layout: the vector instructions then round as they did before.
        kept = value.clone() if value.dim() == 0 else torch.empty_like(parameter).copy_(value)
        optimizer.state[parameter][moment] = kept.detach()


def write_trained(
    folder: Path,
    spec: Spec,
    *,
    params: Params,
    seed: int,
    config: dict[str, Any],
    data: TrainingData,
    tensors: Mapping[str, Tensor],
    metrics: dict[str, float],
    state: State | None,
    labels: tuple[str, ...] = (),
) -> Checkpoint:
    """Write a checkpoint of a training, with the state that resuming needs or without.

    Args:
        config: What builds the network again.
    """
    return checkpoints.write(
        folder,
        generator=spec.name,
        generator_version=spec.version,
        params=params.model_dump(),
        config=config,
        labels=labels,
        tensors=tensors,
        metrics=metrics,
        data_sha256=data.sha256,
        seed=seed,
        state=state and state.tensors,
        state_json=state and state.document,
    )
