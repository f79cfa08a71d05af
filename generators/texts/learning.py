"""Training a network that writes from nothing: its set-up, one change of its weights, the texts shown on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim.optimizer import Optimizer

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.spec import Spec
from generators.texts.corpus import Corpus, read_corpus
from generators.texts.course import Learner
from generators.texts.loop import fit
from generators.texts.network import Writer, checkpoint_writer
from generators.texts.params import TextTrainParams
from generators.texts.schedule import adamw, rate, set_rate
from generators.texts.writing import Reading, previewed
from generators.training.randomness import generator_for
from generators.training.state import check_same_training

Params = TypeVar("Params", bound=TextTrainParams)


class WriterLearner(Generic[Params]):
    """A `Learner` but for `step`, `measure` and the readings that `preview` writes from.

    Args:
        writer: The network with its tokenizer.
    """

    longest_gradient = 1.0
    shown_tokens = 48
    """Longest of the texts that are shown."""

    def __init__(self, writer: Writer[Any], corpus: Corpus, params: Params, run: Run) -> None:
        self._writer, self._tokens, self._params, self._run = writer, corpus.tokens, params, run
        self._optimizer = adamw(
            writer.network, learning_rate=params.learning_rate, weight_decay=params.weight_decay
        )
        self.networks: Mapping[str, nn.Module] = {"network": writer}
        self.optimizers: Mapping[str, Optimizer] = {"network": self._optimizer}
        self.losses: dict[str, float] = {}
        self.taken = 0

    @property
    def kept(self) -> nn.Module:
        return self._writer

    def preview(self, on_token: Callable[[], None]) -> str:
        self._writer.eval()
        texts = [
            previewed(reading, self._tokens, random, most=self.shown_tokens, on_token=on_token)
            for reading, random in self._readings()
        ]
        return "\n\n".join(texts)

    def _readings(self) -> Iterator[tuple[Reading, torch.Generator]]:
        """Yield for each text to show what the network begins from, and where its chance comes from."""
        for index in range(2):
            random = generator_for(self._params.seed, "preview", index)
            yield Reading(self._writer.network, self._run.device), random

    def _descend(self, progress: float, loss: Callable[[], Tensor]) -> float:
        """Change the weights once by the gradients of a loss, and return it.

        Args:
            progress: The share of the duration before this step.
        """
        params, optimizer = self._params, self._optimizer
        set_rate(optimizer, params.learning_rate * rate(progress, warmup=params.warmup_ratio))
        optimizer.zero_grad(set_to_none=True)
        self._writer.train()
        found = loss()
        found.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self._writer.parameters(), self.longest_gradient)
        optimizer.step()
        return found.item()


def train_writer(
    spec: Spec,
    build: Callable[..., nn.Module],
    learner: Callable[..., Learner],
    config: dict[str, Any],
    data: TrainingData,
    params: TextTrainParams,
    run: Run,
    *,
    pieces: Callable[[list[str]], list[str]] = lambda texts: texts,
) -> Checkpoint:
    """Return the checkpoint that did best on held-out texts.

    Args:
        build: Makes the network.
        learner: Makes the learner of a writer, a corpus, params, a run and `total` tokens.
        config: What the network is made of, but for `vocabulary_size`, known once the tokenizer is learnt.
        pieces: Cuts texts up.

    Raises:
        DatasetTooSmall: If too few of the records hold a text.
        BadParams: If the run resumes a training with other params or data.
    """
    check_same_training(run.resume_from, params=params, data_sha256=data.sha256)
    corpus = read_corpus(spec, data, run, params, pieces=pieces)
    config = {**config, "vocabulary_size": corpus.tokens.size}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(params.seed)
        writer = Writer(build(**config), corpus.tokens.tensor()).to(run.device)
    total = round(1000 * params.ktokens)
    write = checkpoint_writer(spec, params=params, config=config, tokens=corpus.tokens, data=data)
    learns = learner(writer, corpus, params, run, total=total)
    return fit(run, learns, write, total=total, patience=params.patience)
