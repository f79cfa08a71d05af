"""What the processes of one training do for each other, through `accelerate`.

All of them draw the same batch and the same chance for all of it; each computes its own rows, and the gradients are
averaged. So N processes do what one does with the whole batch, but for the order in which numbers are added up. Where
a process trains alone, everything here gives back what it is given.

Row i of a batch belongs to process i mod N: groups of pictures that a network compares stay together
(`with_minibatch_deviation` of image-gan groups picture i with i + B / 4).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, NoReturn

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from generators import several

PATIENCE = timedelta(days=7)
"""For the others while the first process measures and saves; one that is lost is noticed otherwise."""
NOTICED_SECONDS = 2.0
"""For an ended process to be seen as ended after its connection broke."""
_state: Any = None
_threads = 0


class OtherOutOfMemory(MemoryError):
    """Another process has no memory left for its part of the step."""


def size() -> int:
    """Return how many processes the training has."""
    return several.current.size if several.current else 1


def is_first() -> bool:
    """Return whether this is the process that reports, measures and saves."""
    return several.current is None or several.current.number == 0


def join(device: str) -> None:
    """Meet the other processes of this training, if there are any."""
    global _state, _threads
    group = several.current
    _part()
    if group is None:
        return
    from accelerate import PartialState

    _threads = torch.get_num_threads()
    facts = {"RANK": group.number, "LOCAL_RANK": group.number, "WORLD_SIZE": group.size}
    facts |= {"LOCAL_WORLD_SIZE": group.size, "OMP_NUM_THREADS": several.threads_each(group.size)}
    before = {name: os.environ.get(name) for name in facts}
    os.environ |= {name: str(value) for name, value in facts.items()}
    if sys.platform == "linux":
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # all of them are on this machine
    try:
        _state = PartialState(
            cpu=torch.device(device).type == "cpu",
            init_method=(group.folder / "meeting").as_uri(),
            rank=group.number,
            world_size=group.size,
            timeout=PATIENCE,
        )
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    torch.set_num_threads(several.threads_each(group.size))


def leave() -> None:
    """Part from the other processes: the first one ends them."""
    if several.current and is_first():
        several.current.end()
    _part()


def _part() -> None:
    global _state
    if _state is not None:
        _state.destroy_process_group()
        _state._reset_state()
        _state = None
        torch.set_num_threads(_threads)


def share(batch: Tensor, dim: int = 0) -> Tensor:
    """Return this process's rows of a batch that all of them have, along a dimension."""
    group = several.current
    if _state is None or group is None:
        return batch
    rows = batch[(slice(None),) * dim + (slice(group.number, None, group.size),)]
    is_picture = rows.ndim == 4
    return rows.contiguous(memory_format=torch.channels_last if is_picture else torch.contiguous_format)


def drawn_alike(draw: Callable[..., Tensor], count: int, *shape: int, random: torch.Generator) -> Tensor:
    """Return this process's `count` rows of what all of them draw from generators that are alike, (count, *shape).

    Args:
        draw: Such as torch.randn: takes a size and `generator`.
    """
    return share(draw((size() * count, *shape), generator=random))


def whole(rows: Tensor) -> Tensor:
    """Return the rows of all processes in the order of the batch; gradients do not pass."""
    if _state is None:
        return rows
    from accelerate.utils import gather

    _agree()
    parts: Tensor = _together(lambda: gather(rows.detach().contiguous())).view(size(), *rows.shape)
    return parts.transpose(0, 1).reshape(-1, *rows.shape[1:])


def mean(value: Tensor) -> Tensor:
    """Return the mean of a number over all processes; its gradient is that of the own one.

    Averaged over the processes, as they are, gradients are then those of a function of the mean over the whole batch.
    """
    return value if _state is None else value + (averaged(value.detach()) - value.detach())


def average_gradients(optimizer: Optimizer) -> None:
    """Replace the gradients of what an optimizer changes by their mean over all processes."""
    if _state is None:
        return
    found = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    flat = averaged(torch.cat([gradient.float().flatten() for gradient in found]))
    for gradient, part in zip(found, torch.split(flat, [g.numel() for g in found]), strict=True):
        gradient.copy_(part.view(gradient.shape))


def average_losses(losses: dict[str, float], device: str) -> dict[str, float]:
    """Return the mean of each loss over all processes; after it nothing of a step is left to do together."""
    if _state is None:
        return losses
    values = torch.tensor(list(losses.values()), dtype=torch.float64, device=device)
    return dict(zip(losses, averaged(values).tolist(), strict=True))


def told(numbers: list[int], device: str) -> list[int]:
    """Return what the first process says of the next step; the others wait for it."""
    if _state is None:
        return numbers
    from accelerate.utils import broadcast

    said = torch.tensor(numbers, dtype=torch.int64, device=device)
    answer: list[int] = _together(lambda: broadcast(said)).tolist()
    return answer


def give_up_step(error: BaseException) -> None:
    """Let the others know that there was no memory here, unless they know; all of them leave the step."""
    if _state is not None and not isinstance(error, OtherOutOfMemory):
        _count_failures(1)


def take_over(networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer]) -> None:
    """Take the weights and the moments of the first process, after a step that not all of them have finished."""
    if _state is None:
        return
    for network in networks.values():
        _take(network.state_dict().values())
    for optimizer in optimizers.values():
        for parameter in (p for group in optimizer.param_groups for p in group["params"]):
            _take_moments(optimizer.state[parameter], parameter)


def _take(tensors: Iterable[Tensor]) -> None:
    from accelerate.utils import broadcast

    for tensor in tensors:
        with torch.no_grad():
            tensor.copy_(_together(lambda tensor=tensor: broadcast(tensor.contiguous().clone())))


def _take_moments(moments: dict[str, Tensor], parameter: Tensor) -> None:
    """Give a parameter the moments that it has in the first process: of Adam or Muon, or none before its first step."""
    count = told([len(moments)], str(parameter.device))[0]
    if not count:
        moments.clear()
        return
    if not moments and count == 1:
        moments["momentum"] = torch.zeros_like(parameter)
    elif not moments:
        moments["step"] = torch.zeros((), device=parameter.device)
        moments |= {name: torch.zeros_like(parameter) for name in ("exp_avg", "exp_avg_sq")}
    _take(moments[name] for name in sorted(moments))


def averaged(values: Tensor) -> Tensor:
    """Return the mean of equally shaped tensors of all processes; gradients do not pass."""
    from accelerate.utils import reduce

    _agree()
    result: Tensor = _together(lambda: reduce(values, "mean"))
    return result


def _agree() -> None:
    """Raise OtherOutOfMemory where a process has given the step up: what it would send now never comes."""
    if _count_failures(0):
        raise OtherOutOfMemory("Another process of the training ran out of memory.")


def _count_failures(own: int) -> int:
    from accelerate.utils import reduce

    mine = torch.tensor([own], device=_state.device)
    return int(_together(lambda: reduce(mine, "sum")).item())


def _together(do: Any) -> Any:
    """Return what a collective operation gives; where it breaks because a process is gone, say that."""
    try:
        return do()
    except RuntimeError as error:
        _explain(error)


def _explain(error: RuntimeError) -> NoReturn:
    group = several.current
    code = group.lost(NOTICED_SECONDS) if group else None
    if code is None:
        raise error
    raise several.ProcessLost(f"Process of the training ended with exit code {code}.") from error
