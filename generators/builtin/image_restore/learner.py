"""What the loop trains: one network on all tasks at once, each picture of a batch spoilt for one of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.spec import TrainParams
from generators.builtin.image_restore.spoil import TASKS, Spoilt, spoil
from generators.training import processes
from generators.training.learning import adam, average_of, begun_with, descend, move_average, placed
from generators.training.loop import Batch
from generators.training.pictures import Pictures, to_floats
from generators.training.precision import autocast
from generators.training.randomness import generator_for

LONGEST_GRADIENT = 1.0
LAST_SHARE = 0.1  # of the learning rate, at the end
PREVIEWED = 8  # pictures, each in every task


class Restoring:
    """The network and its average; `config` builds them."""

    def __init__(self, config: dict[str, Any], params: TrainParams, pictures: Pictures, device: str) -> None:
        self.params, self.device = params, device
        self.losses: dict[str, float] = {}
        self._pictures = pictures
        with begun_with(params.seed):
            self.network = placed(Restorer(**config), device)
        self.average = average_of(self.network)
        self.networks: dict[str, nn.Module] = {"network": self.network, "average": self.average}
        self.optimizers = {"network": adam(self.network, params.learning_rate)}

    def step(self, batch: Batch) -> dict[str, float]:
        """Descend along the mean absolute error, which leaves sharper pictures than the squared one."""
        all_spoilt, all_whole = _mixed(batch.pictures, batch.random)
        spoilt, whole = Spoilt(*map(processes.share, all_spoilt)), processes.share(all_whole)
        for group in self.optimizers["network"].param_groups:
            group["lr"] = self._rate(batch.shown)
        with autocast(self.device):
            mended = self.network(*spoilt)
        loss = (mended.float() - whole).abs().mean()
        descend(self.optimizers["network"], loss, LONGEST_GRADIENT)
        move_average(self.average, self.network, batch, self.params.ema_halflife_kimg)
        self.losses = {"absolute_error": loss.item()}
        return self.losses

    def _rate(self, shown: int) -> float:
        """Return the learning rate, which falls in a straight line over the last half."""
        left = 1 - shown / (self.params.kimg * 1000)
        return self.params.learning_rate * max(LAST_SHARE, min(1.0, 2 * left))

    @torch.inference_mode()
    def preview(self) -> tuple[Tensor, int]:
        """Return the same pictures as spoilt and as mended, a pair of rows for each task."""
        random = generator_for(self.params.seed, "preview")
        whole = self._some(PREVIEWED, random)
        rows = []
        for task in TASKS:
            spoilt = spoil(whole, task, random, noise=0.15)
            rows += [spoilt.picture.clamp(-1, 1), self._mend(spoilt)]
        return torch.cat(rows), len(whole)

    @torch.inference_mode()
    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return training pictures that were spoilt and mended again."""
        spoilt, _ = _mixed(self._some(count, random), random)
        return self._mend(spoilt)

    def _some(self, count: int, random: torch.Generator) -> Tensor:
        chosen = torch.randint(len(self._pictures), (count,), generator=random)
        return to_floats(self._pictures.images[chosen])

    def _mend(self, spoilt: Spoilt) -> Tensor:
        mended: Tensor = self.average(*(part.to(self.device) for part in spoilt))
        return mended.float().clamp(-1, 1).cpu()


def _mixed(pictures: Tensor, random: torch.Generator) -> tuple[Spoilt, Tensor]:
    """Return pictures spoilt for all tasks in turn, and the whole ones in the same order."""
    parts = [pictures[number :: len(TASKS)] for number in range(len(TASKS))]
    spoilt = [spoil(part, task, random) for part, task in zip(parts, TASKS, strict=True) if len(part)]
    return Spoilt(*(torch.cat(both) for both in zip(*spoilt, strict=True))), torch.cat(parts)
