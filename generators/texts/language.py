"""Training, sampling and preview of a network that predicts the next token: what text-gpt and text-lstm do alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.texts.corpus import Corpus
from generators.texts.learning import WriterLearner
from generators.texts.likelihood import Predicts, surprises
from generators.texts.loop import some_held_out
from generators.texts.network import Writer, load_writer
from generators.texts.params import TextSampleParams, TextTrainParams
from generators.texts.tokens import Tokens
from generators.texts.writing import Reading, continued
from generators.training.precision import autocast
from generators.training.randomness import generator_for

Build = Callable[..., Any]
"""Makes a network of config given as keywords."""


class NextToken(WriterLearner[TextTrainParams]):
    """Learns to predict each token of stretches of text from those before it; a `Learner`."""

    figure = "perplexity"

    def __init__(
        self, writer: Writer[nn.Module], corpus: Corpus, params: TextTrainParams, run: Run, *, total: int
    ) -> None:
        super().__init__(writer, corpus, params, run)
        self._network: Any = writer.network
        self._stream = corpus.stream()
        self._length = params.context_length
        while len(self._stream) <= self._length:  # few short texts are read again and again
            self._stream = self._stream.repeat(2)
        self._held_out = some_held_out(corpus.held_out, total=total)

    def step(self, number: int, progress: float) -> int:
        """Read stretches from places by chance, and change the weights once."""
        rows = self._rows(number)

        def loss() -> Tensor:
            with autocast(self._run.device):
                logits, _ = self._network(rows[:, :-1])
            return cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())

        with torch.random.fork_rng(devices=[]):  # for dropout
            torch.manual_seed(generator_for(self._params.seed, "step", number).initial_seed())
            self.losses = {"loss": self._descend(progress, loss)}
        return rows.shape[0] * (rows.shape[1] - 1)

    def measure(self) -> float | None:
        if not self._held_out:
            return None
        self._writer.eval()
        end, device = self._tokens.end, self._run.device
        nats = surprises(self._network, self._held_out, end=end, device=device).sum()
        return math.exp(min(nats.item() / sum(map(len, self._held_out)), 700))

    def _rows(self, number: int) -> Tensor:
        count = max(1, self._params.batch_tokens // self._length)
        random = generator_for(self._params.seed, "rows", number)
        starts = torch.randint(len(self._stream) - self._length, (count, 1), generator=random)
        return self._stream[starts + torch.arange(self._length + 1)].long().to(self._run.device)


def sample_language(
    checkpoint: Checkpoint, build: Build, params: TextSampleParams, run: Run
) -> Iterator[Sample]:
    """Yield texts that a network continues token by token; number i depends on `seed + i` only."""
    network, tokens = load_writer(checkpoint, run.device, build)
    for index in range(params.count):
        yield write_text(network, tokens, params, run, index=index)


def write_text(
    network: Predicts, tokens: Tokens, params: TextSampleParams, run: Run, *, index: int, memory: Any = None
) -> Sample:
    """Return text number `index` of a request, streamed while it is written."""
    seed = params.seed + index
    (opening,) = tokens.encode([params.opening])
    written: list[str] = []

    def shown(piece: str) -> None:
        written.append(piece)
        run.stream(piece, index=index)

    if params.opening:
        shown(params.opening)
    ids = continued(
        Reading(network, run.device, memory), opening, params, generator_for(seed, "sample"), end=tokens.end
    )
    for piece in tokens.pieces(_reported(ids, params, run, index)):
        shown(piece)
    run.report((index + 1) * params.max_tokens, params.count * params.max_tokens)
    text = "".join(written).strip() or "…"
    return Sample("text/plain", text=text, seed=seed, name=f"Text {seed}")


def _reported(ids: Iterator[int], params: TextSampleParams, run: Run, index: int) -> Iterator[int]:
    total = params.count * params.max_tokens
    for number, token in enumerate(ids, start=1):
        run.report(index * params.max_tokens + min(number, params.max_tokens), total, "Writing")
        yield token
