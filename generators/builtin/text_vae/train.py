"""Training of `text-vae`: the evidence lower bound, with what keeps its codes from saying nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from generators.builtin.text_vae.bound import (
    Rows,
    beyond_free,
    bounds,
    kl_to_prior,
    kl_weight,
    rows_of,
    surprise,
    without_words,
    words_missed,
)
from generators.builtin.text_vae.model import SentenceVae
from generators.builtin.text_vae.pieces import pieces
from generators.builtin.text_vae.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.texts.corpus import Corpus
from generators.texts.learning import WriterLearner, train_writer
from generators.texts.loop import some_held_out
from generators.texts.network import Writer
from generators.texts.writing import Reading
from generators.training.precision import autocast
from generators.training.randomness import batch_indices, generator_for

PREVIEWED = 3
HELD_OUT_ROWS = 64


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the network that gave held-out sentences the best bound."""
    config = params.model_dump(include={"width", "latent_dim", "context_length"})
    config["bag_of_words"] = params.bag_of_words > 0
    return train_writer(
        SPEC, SentenceVae, Autoencoding, config, data, params, run,
        pieces=lambda texts: pieces(texts, params.split_into),
    )  # fmt: skip


class Autoencoding(WriterLearner[TrainParams]):
    """Learns to encode sentences and to write them again; a `Learner`."""

    figure = "perplexity_bound"
    longest_gradient = 5.0

    def __init__(
        self, writer: Writer[SentenceVae], corpus: Corpus, params: TrainParams, run: Run, *, total: int
    ) -> None:
        super().__init__(writer, corpus, params, run)
        self._network = writer.network
        longest = self.shown_tokens = params.context_length
        self._texts = [text[:longest].tolist() for text in corpus.texts if len(text)]
        held_out = [text[:longest] for text in corpus.held_out if text]
        self._held_out = some_held_out(held_out, total=total)

    def step(self, number: int, progress: float) -> int:
        """Read sentences, write them again from their codes, and change the weights once."""
        params, rows = self._params, self._next_rows()
        random = generator_for(params.seed, "step", number)
        count = int(rows.lengths.sum()) + len(rows.lengths)
        weight = kl_weight(progress, delay=params.kl_delay, warmup=params.kl_warmup)

        def loss() -> Tensor:
            with autocast(self._run.device):
                mean, log_var = self._network.encode(rows.ids, rows.lengths)
                code = mean + (log_var / 2).exp() * torch.randn(mean.shape, generator=random).to(mean.device)
                read = without_words(rows.read, params.word_dropout, self._network.unknown, random)
                nats = surprise(self._network, rows, code, read).mean()
                bag = params.bag_of_words and words_missed(self._network.words(code), rows).mean()
            rates = kl_to_prior(mean.float(), log_var.float())
            self.losses = {"kl_nats": rates.sum(1).mean().item(), "reconstruction_nats": nats.item()}
            paid = beyond_free(rates, params.free_nats)
            return (nats + weight * paid + params.bag_of_words * bag) * len(rows.lengths) / count

        self.losses = {"loss": self._descend(progress, loss), **self.losses}
        return count

    def measure(self) -> float | None:
        """Return exp of the negative bound of a held-out token: no perplexity, but never below it."""
        if not self._held_out:
            return None
        self._writer.eval()
        random = generator_for(self._params.seed, "measure")
        total = 0.0
        for start in range(0, len(self._held_out), HELD_OUT_ROWS):
            chosen = self._held_out[start : start + HELD_OUT_ROWS]
            rows = rows_of(chosen, end=self._tokens.end, device=self._run.device)
            total += bounds(self._network, rows, random, samples=1).nats.sum().item()
        return math.exp(min(total / sum(len(text) + 1 for text in self._held_out), 700))

    def _readings(self) -> Iterator[tuple[Reading, torch.Generator]]:
        """Yield readings of codes by chance."""
        for index in range(PREVIEWED):
            random = generator_for(self._params.seed, "preview", index)
            with torch.inference_mode():
                code = torch.randn(1, self._params.latent_dim, generator=random).to(self._run.device)
                memory = self._network.remember(code)
            yield Reading(self._network, self._run.device, memory), random

    def _next_rows(self) -> Rows:
        """Return the next sentences of the endless shuffled row, until together they have enough tokens."""
        chosen: list[list[int]] = []
        read = 0
        while read < self._params.batch_tokens:
            index = batch_indices(self.taken, count=len(self._texts), batch_size=1, seed=self._params.seed)
            self.taken += 1
            chosen.append(self._texts[int(index)])
            read += len(chosen[-1]) + 1
        return rows_of(chosen, end=self._tokens.end, device=self._run.device)
