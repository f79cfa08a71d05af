"""What goes on in a training of `text-lm`: steps, a look at held-out texts now and then, and the best adapters."""

import copy
import math
import time
from collections.abc import Sequence

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
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import DatasetTooSmall, GeneratorError
from generators.run import Run, Sample
from generators.training.randomness import generator_for
from generators.training.state import State, restore, take_state

VALIDATIONS = 8
"""How often held-out texts are read in a whole training; texts are written for a preview as often as PREVIEWS."""
PREVIEWS = 4
VALIDATION_SHARE = 1 / 32
"""Held-out tokens that are read each time, as a share of the duration, between the two limits below."""
VALIDATION_TOKENS = (1_000, 16_000)
LONGEST_GRADIENT = 1.0
FINAL_RATE = 0.1
"""Share of the learning rate that is left at the end of the cosine."""


class Tuner:
    """The network with its adapters, and how far they have learnt.

    Attributes:
        best: The adapters that predicted the held-out texts best so far.
    """

    def __init__(self, base: LanguageModel, data: TrainingData, params: TrainParams, run: Run) -> None:
        self.base, self.params, self.run = base, params, run
        length = min(params.context_length, base.context_length)
        self.lessons = lessons_of(base, data, "train", learn=params.learn, context_length=length)
        least = SPEC.needs.minimum_records
        if len(self.lessons) < least:
            raise DatasetTooSmall(
                f"{SPEC.name} needs at least {least} texts to learn from; {data.name!r} has {len(self.lessons)} that "
                f"fit. Add {least - len(self.lessons)} or choose other params."
            )
        self._length = length
        self.total = round(1000 * params.ktokens)
        self.held_out = self._some(
            lessons_of(base, data, "validation", learn=params.learn, context_length=length)
        )
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
        self.best = copy.deepcopy(self.adapters).requires_grad_(False)
        weights = list(self.adapters.parameters())
        optimizer = AdamW(weights, params.learning_rate, weight_decay=params.weight_decay, fused=True)
        self.optimizers: dict[str, Optimizer] = {"adapters": optimizer}
        self.networks: dict[str, nn.Module] = {"adapters": self.adapters, "best": self.best}
        self.steps = self.taken = self.tokens = self.stale = 0
        self.known: dict[str, float] = {}

    @property
    def is_done(self) -> bool:
        """Whether all tokens are read, or held-out texts were predicted no better for too long."""
        return self.tokens >= self.total or 0 < self.params.patience <= self.stale

    def share(self, parts: int) -> int:
        """Return how many of so many equal parts of the duration have passed."""
        return min(parts, parts * self.tokens // self.total)

    def step(self) -> None:
        """Read the next texts, change the adapters once, and look how far they have come."""
        begun, before = time.perf_counter(), self.tokens
        validations, previews = self.share(VALIDATIONS), self.share(PREVIEWS)
        lessons = next_lessons(
            self.lessons, self.taken, tokens=self.params.batch_tokens, seed=self.params.seed
        )
        loss = self._descend(lessons)
        self.steps += 1
        self.taken += len(lessons)
        self.tokens += sum(len(lesson.ids) - 1 for lesson in lessons)
        self.known["loss"] = loss
        speed = round((self.tokens - before) / (time.perf_counter() - begun), 1)
        self._report(f"{self.tokens:,} of {self.total:,} tokens, {speed:,} a second", tokens_per_second=speed)
        if self.share(VALIDATIONS) > validations:
            self.validate()
        if self.share(PREVIEWS) > previews:
            self._preview()

    def validate(self) -> None:
        """Read held-out texts; keep the adapters where they predict them better than ever since they learn."""
        if not self.held_out:
            return
        perplexity = math.exp(self._read(self.held_out))
        if not math.isfinite(perplexity):
            raise self._diverged()
        self.known["validation_perplexity"] = perplexity
        self._report()
        if not self.steps:
            self.known["perplexity_before"] = perplexity
            return
        if perplexity < self.known.get("perplexity_best", math.inf):
            self.known["perplexity_best"] = perplexity
            self.best.load_state_dict(self.adapters.state_dict())
            self.stale = 0
            return
        self.stale += 1
        if self.is_done and self.tokens < self.total:
            self.run.log(
                f"Stopped after {self.tokens:,} tokens: held-out texts were predicted no better {self.stale} times. "
                f"The adapters of the best time are kept."
            )

    @property
    def result(self) -> dict[str, Tensor]:
        """The best adapters so far, or the newest where none was compared; halved, as sampling needs no more."""
        adapters = self.best if "perplexity_best" in self.known else self.adapters
        return {key: tensor.bfloat16() for key, tensor in adapters.state_dict().items()}

    def metrics(self) -> dict[str, float]:
        """Return what the checkpoint says was measured; nothing of it depends on the clock."""
        return {"loss": self.known["loss"], "tokens": float(self.tokens)} | {
            "validation_perplexity" if name == "perplexity_best" else name: self.known[name]
            for name in ("perplexity_before", "perplexity_best")
            if name in self.known
        }

    def state(self) -> State:
        """Return all that goes on from here bit by bit."""
        state = take_state(self.steps, self.networks, self.optimizers)
        counts = {"taken": self.taken, "tokens": self.tokens, "stale": self.stale}
        return state._replace(document={**state.document, **counts, "known": self.known})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on where a checkpoint was saved."""
        self.steps = restore(checkpoint, self.networks, self.optimizers)
        document = checkpoint.state_json() or {}
        self.taken, self.tokens, self.stale = (int(document[name]) for name in ("taken", "tokens", "stale"))
        self.known = {str(name): float(value) for name, value in document["known"].items()}

    def _descend(self, lessons: Sequence[Lesson]) -> float:
        """Change the adapters once; gradients of several rows add up, so memory does not grow with the step."""
        network, learnt = self.base.network.train(), sum(lesson.learnt for lesson in lessons)
        optimizer, total = self.optimizers["adapters"], 0.0
        for group in optimizer.param_groups:
            group["lr"] = self.params.learning_rate * rate(
                self.tokens / self.total, warmup=self.params.warmup_ratio
            )
        optimizer.zero_grad(set_to_none=True)
        with torch.random.fork_rng(devices=[]):  # for dropout
            torch.manual_seed(generator_for(self.params.seed, "step", self.steps).initial_seed())
            for row in rows(lessons, self._length):
                loss = self._surprise(network, row) / learnt
                loss.backward()  # type: ignore[no-untyped-call]
                total += loss.item()
        if not math.isfinite(total):
            raise self._diverged()
        clip_grad_norm_(self.adapters.parameters(), LONGEST_GRADIENT)
        optimizer.step()
        return total

    @torch.inference_mode()
    def _read(self, lessons: Sequence[Lesson]) -> float:
        """Return the mean surprise of a learnt token in nats."""
        network = self.base.network.eval()
        nats = sum(self._surprise(network, row).item() for row in rows(lessons, self._length))
        return nats / sum(lesson.learnt for lesson in lessons)

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

    def _preview(self) -> None:
        self.base.network.eval()
        text = preview_text(
            self.base, self.topics, self.params, on_step=lambda step: self._report("Writing a text to show")
        )
        if text:
            name = f"After {self.tokens:,} tokens"
            self.run.preview(Sample("text/plain", text=text, name=name, meta={"tokens": self.tokens}))

    def _report(self, message: str = "", **metrics: float) -> None:
        shown = {name: self.known[name] for name in ("loss", "validation_perplexity") if name in self.known}
        self.run.report(min(self.tokens, self.total), self.total, message, **shown, **metrics)

    def _diverged(self) -> GeneratorError:
        return GeneratorError(
            f"The training diverged: the loss was no longer a number after {self.tokens:,} tokens. "
            "Train again with half the learning_rate; the checkpoints saved so far are kept."
        )


def rate(progress: float, *, warmup: float) -> float:
    """Return the share of the learning rate at a share of the duration: a rise, then half a cosine down.

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts.
    https://arxiv.org/abs/1608.03983
    """
    if progress < warmup:
        return max(progress / warmup, 0.02)  # the first step is to do something, too
    done = (progress - warmup) / (1 - warmup)
    return FINAL_RATE + (1 - FINAL_RATE) * (1 + math.cos(math.pi * min(done, 1))) / 2
