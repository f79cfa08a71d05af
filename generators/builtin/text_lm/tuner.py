"""How adapters of `text-lm` learn: from the texts of a data set, or to write them from facts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from torch.optim.optimizer import Optimizer

from generators.builtin.text_lm.adapter import add_adapters
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.lessons import Lesson, lessons_of, next_lessons, pack, rows
from generators.builtin.text_lm.preview import preview_text, topics
from generators.builtin.text_lm.spec import SPEC, TrainParams
from generators.data import TrainingData
from generators.errors import DatasetTooSmall
from generators.texts.schedule import rate, set_rate
from generators.training.randomness import generator_for

VALIDATION_SHARE = 1 / 32
"""Held-out tokens that are read each time, as a share of the duration, between the two limits below."""
VALIDATION_TOKENS = (1_000, 16_000)
LONGEST_GRADIENT = 1.0


class Adapting:
    """The language model with its adapters and what changes them: what all ways to learn share."""

    def __init__(self, base: LanguageModel, data: TrainingData, params: TrainParams) -> None:
        self.base, self.params = base, params
        self.length = min(params.context_length, base.context_length)
        self.total = round(1000 * params.ktokens)
        self.topics = topics(base, data, params.learn)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(params.seed)
            self.adapters = add_adapters(
                base.network,
                rank=params.lora_rank,
                scale=params.lora_alpha / params.lora_rank,
                lora_dropout=params.lora_dropout,
                targets=params.targets,
            )
        weights = list(self.adapters.parameters())
        self.optimizer = AdamW(weights, params.learning_rate, weight_decay=params.weight_decay, fused=True)
        self.optimizers: dict[str, Optimizer] = {"adapters": self.optimizer}
        self.networks: dict[str, nn.Module] = {"adapters": self.adapters}
        self.losses: dict[str, float] = {}
        self.taken = 0

    @property
    def kept(self) -> nn.Module:
        return self.adapters

    def preview(self, on_token: Callable[[], None]) -> str:
        self.base.network.eval()
        try:
            return preview_text(self.base, self.topics, self.params, on_step=lambda step: on_token())
        finally:
            self.adapters.requires_grad_(
                True
            )  # whatever wrote the text may have taken the network as finished

    def descend(self, number: int, progress: float, losses: Callable[[nn.Module], Any]) -> None:
        """Change the adapters once, by the gradients that `losses` adds up.

        Args:
            number: Of the step, which names its dropout.
            progress: The share of the duration before it.
            losses: Given the network, computes and calls `backward` row by row, so memory does not grow with a step.
        """
        set_rate(self.optimizer, self.params.learning_rate * rate(progress, warmup=self.params.warmup_ratio))
        self.optimizer.zero_grad(set_to_none=True)
        with torch.random.fork_rng(devices=[]):  # for dropout
            torch.manual_seed(generator_for(self.params.seed, "step", number).initial_seed())
            losses(self.base.network.train())
        clip_grad_norm_(self.adapters.parameters(), LONGEST_GRADIENT)
        self.optimizer.step()


class Tuner(Adapting):
    """Learns to predict the tokens of texts; a `generators.texts.course.Learner`.

    Raises:
        DatasetTooSmall: If too few of the records hold a text that fits.
    """

    figure = "perplexity"

    def __init__(self, base: LanguageModel, data: TrainingData, params: TrainParams) -> None:
        super().__init__(base, data, params)
        self.lessons = lessons_of(base, data, "train", learn=params.learn, context_length=self.length)
        least = SPEC.needs.minimum_records
        if len(self.lessons) < least:
            raise DatasetTooSmall(
                f"{SPEC.name} needs at least {least} texts to learn from; {data.name!r} has {len(self.lessons)} that "
                f"fit. Add {least - len(self.lessons)} or choose other params."
            )
        held_out = lessons_of(base, data, "validation", learn=params.learn, context_length=self.length)
        self.held_out = self._some(held_out)

    def step(self, number: int, progress: float) -> int:
        """Read the next texts and change the adapters once; return how many tokens were read."""
        lessons = next_lessons(
            self.lessons, self.taken, tokens=self.params.batch_tokens, seed=self.params.seed
        )
        learnt, total = sum(lesson.learnt for lesson in lessons), 0.0

        def losses(network: nn.Module) -> None:
            nonlocal total
            for row in rows(lessons, self.length):
                loss = self._surprise(network, row) / learnt
                loss.backward()  # type: ignore[no-untyped-call]
                total += loss.item()

        self.descend(number, progress, losses)
        self.losses = {"loss": total}
        self.taken += len(lessons)
        return sum(len(lesson.ids) - 1 for lesson in lessons)

    @torch.inference_mode()
    def measure(self) -> float | None:
        """Return the perplexity of a learnt token of held-out texts."""
        if not self.held_out:
            return None
        network = self.base.network.eval()
        nats = sum(self._surprise(network, row).item() for row in rows(self.held_out, self.length))
        return math.exp(min(nats / sum(lesson.learnt for lesson in self.held_out), 700))

    def _surprise(self, network: nn.Module, row: Sequence[Lesson]) -> Tensor:
        packed = pack(row, self.base.device)
        answer = network(
            packed.ids, position_ids=packed.positions, use_cache=False, logits_to_keep=packed.predicting
        )
        return cross_entropy(answer.logits[0].float(), packed.targets, reduction="sum")

    def _some(self, lessons: Sequence[Lesson]) -> list[Lesson]:
        """Return held-out lessons by chance, as many as are worth their time."""
        least, most = VALIDATION_TOKENS
        wanted = min(max(least, round(VALIDATION_SHARE * self.total)), most)
        order = torch.randperm(len(lessons), generator=generator_for(self.params.seed, "held out"))
        chosen: list[Lesson] = []
        while len(chosen) < len(lessons) and sum(lesson.learnt for lesson in chosen) < wanted:
            chosen.append(lessons[int(order[len(chosen)])])
        return chosen
