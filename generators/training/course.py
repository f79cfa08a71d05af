"""What a training remembers of its own course beside its weights: all of it goes into its state."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from generators.checkpoint import Checkpoint
from generators.run import Notice, Run
from generators.training import troubles
from generators.training.quality import Figures

EARLY_STEPS = 100
"""Steps over which the early size of each loss is taken."""
ACCURACY = "discriminator_accuracy"
"""The loss by which a learner with a discriminator tells how often a real picture scores above a drawn one."""
ACCURACY_MEMORY = 0.99
KEPT_FIGURES = 5


@dataclass
class Course:
    """The course of a training up to a step.

    Attributes:
        batch_size: Pictures in a step; half of what was asked for once memory ran out.
        shown: Pictures shown.
        work: Of one picture shown, in multiplications; None before the first step.
        next_measure: Measure again once so many pictures were shown; None before the first step.
        every: How many pictures lie between the last measurement and the next.
        measures: How often it was measured.
        best_kid: The smallest so far, at `best_shown`.
        usual: The early size of each loss.
        told: The codes of what people were told; each is told once.
    """

    batch_size: int
    shown: int = 0
    steps: int = 0
    work: float | None = None
    next_measure: float | None = None
    every: float = 0.0
    measures: int = 0
    best_kid: float | None = None
    best_shown: int = 0
    best_losses: dict[str, float] = field(default_factory=dict)
    diversities: list[float] = field(default_factory=list)
    copying: list[float] = field(default_factory=list)
    accuracy: float | None = None
    saturated_since: int | None = None
    usual: dict[str, float] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict, repr=False)
    """The averaged weights of the best measurement."""

    def document(self) -> dict[str, Any]:
        """Return all but the weights, as JSON."""
        facts = {name: value for name, value in vars(self).items() if name != "best"}
        return copy.deepcopy(facts)

    @classmethod
    def resumed(cls, checkpoint: Checkpoint, *, steps: int, batch_size: int) -> Course:
        """Return the course of a saved training; one that was saved by an earlier version has only its steps."""
        state = checkpoint.state()
        assert state is not None  # the caller has restored from it
        tensors, document = state
        known = dict(document.get("course") or {})
        if not known:
            return cls(batch_size, shown=steps * batch_size, steps=steps)
        best = {key.removeprefix("best/"): value for key, value in tensors.items() if key.startswith("best/")}
        return cls(**known | {"best": best})

    def note_losses(self, losses: dict[str, float], run: Run) -> None:
        """Take the losses of a step, after `shown` and `steps` were counted, and say what is wrong with them."""
        for name, value in losses.items():
            if name == ACCURACY:
                self._note_accuracy(value, run)
            elif self.steps <= EARLY_STEPS:
                self.usual[name] = max(self.usual.get(name, 0.0), abs(value))
            else:
                self.tell(run, troubles.exploding(name, value, self.usual.get(name, abs(value))))

    def note_figures(
        self, figures: Figures, average: dict[str, Tensor], losses: dict[str, float], run: Run
    ) -> None:
        """Take a measurement; where it is the best, remember the averaged weights and the losses."""
        self.measures += 1
        if self.best_kid is None or figures.kid < self.best_kid:
            self.best_kid, self.best_shown = figures.kid, self.shown
            self.best = {name: tensor.detach().clone() for name, tensor in average.items()}
            self.best_losses = dict(losses)
        self.diversities = [*self.diversities, figures.diversity][-KEPT_FIGURES:]
        self.tell(run, troubles.mode_collapse(self.diversities))
        if figures.copying is not None:
            self.copying = [*self.copying, figures.copying][-KEPT_FIGURES:]
            self.tell(run, troubles.memorising(self.copying))

    def tell(self, run: Run, notice: Notice | None) -> None:
        """Tell a person, unless they were told the same before."""
        if notice is not None and notice.code not in self.told:
            self.told.append(notice.code)
            run.notice(notice)

    def _note_accuracy(self, value: float, run: Run) -> None:
        before = 0.5 if self.accuracy is None else self.accuracy
        self.accuracy = ACCURACY_MEMORY * before + (1 - ACCURACY_MEMORY) * value
        if troubles.UNDECIDED <= self.accuracy <= troubles.DECIDED:
            self.saturated_since = None
            return
        if self.saturated_since is None:
            self.saturated_since = self.shown
        kimg = (self.shown - self.saturated_since) / 1000
        self.tell(run, troubles.dead_discriminator(self.accuracy, kimg))
