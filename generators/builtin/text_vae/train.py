"""Training of `text-vae`."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

from generators.builtin.text_vae.bound import (
    Rows,
    bounds,
    kl_to_prior,
    kl_weight,
    rows_of,
    surprise,
    without_words,
)
from generators.builtin.text_vae.model import SentenceVae
from generators.builtin.text_vae.pieces import pieces
from generators.builtin.text_vae.spec import SPEC, SampleParams, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.texts.corpus import Corpus, read_corpus
from generators.texts.loop import fit, some_held_out
from generators.texts.network import Writer, checkpoint_writer
from generators.texts.schedule import adamw, rate, set_rate
from generators.texts.writing import Reading, continued
from generators.training.precision import autocast
from generators.training.randomness import batch_indices, generator_for
from generators.training.state import check_same_training

LONGEST_GRADIENT = 5.0
PREVIEWED = 3
HELD_OUT_ROWS = 64


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the network that gave held-out sentences the best bound once the divergence counted in full."""
    check_same_training(run.resume_from, params=params, data_sha256=data.sha256)
    corpus = read_corpus(
        SPEC, data, run,
        vocabulary_size=params.vocabulary_size, seed=params.seed,
        pieces=lambda texts: pieces(texts, params.split_into),
    )  # fmt: skip
    config = {
        "vocabulary_size": corpus.tokens.size,
        **params.model_dump(include={"width", "latent_dim", "context_length"}),
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(params.seed)
        writer = Writer(SentenceVae(**config), corpus.tokens.tensor()).to(run.device)
    total = round(1000 * params.ktokens)
    learner = Autoencoding(writer, corpus, params, run, total=total)
    write = checkpoint_writer(SPEC, params=params, config=config, tokens=corpus.tokens, data=data)
    return fit(run, learner, write, total=total, patience=params.patience)


class Autoencoding:
    """Learns to encode sentences and to write them again; a `Learner`."""

    figure = "perplexity_bound"

    def __init__(
        self, writer: Writer[SentenceVae], corpus: Corpus, params: TrainParams, run: Run, *, total: int
    ) -> None:
        self._writer, self._network, self._tokens = writer, writer.network, corpus.tokens
        self._params, self._run = params, run
        longest = params.context_length
        self._texts = [text[:longest].tolist() for text in corpus.texts if len(text)]
        held_out = [text[:longest] for text in corpus.held_out if text]
        self._held_out = some_held_out(held_out, total=total)
        optimizer = adamw(
            writer.network, learning_rate=params.learning_rate, weight_decay=params.weight_decay
        )
        self.networks = {"network": writer}
        self.optimizers = {"network": optimizer}
        self.losses: dict[str, float] = {}
        self.taken = 0

    @property
    def kept(self) -> nn.Module:
        return self._writer

    def step(self, number: int, progress: float) -> int:
        """Read sentences, write them again from their codes, and change the weights once."""
        params, optimizer = self._params, self.optimizers["network"]
        set_rate(optimizer, params.learning_rate * rate(progress, warmup=params.warmup_ratio))
        rows = self._next_rows()
        random = generator_for(params.seed, "step", number)
        optimizer.zero_grad(set_to_none=True)
        self._writer.train()
        with autocast(self._run.device):
            mean, log_var = self._network.encode(rows.ids, rows.lengths)
            code = mean + (log_var / 2).exp() * torch.randn(mean.shape, generator=random).to(mean.device)
            read = without_words(rows.read, params.word_dropout, self._network.unknown, random)
            nats = surprise(self._network, rows, code, read)
        rates = kl_to_prior(mean.float(), log_var.float())
        weight = kl_weight(progress, warmup=params.kl_warmup)
        count = int(rows.lengths.sum()) + len(rows.lengths)
        loss = (nats.sum() + weight * rates.sum()) / count
        loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self._writer.parameters(), LONGEST_GRADIENT)
        optimizer.step()
        self.losses = {
            "loss": loss.item(),
            "kl_nats": rates.mean().item(),
            "reconstruction_nats": nats.mean().item(),
        }
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
            total += bounds(self._network, rows, random, samples=1)[0].sum().item()
        return math.exp(min(total / sum(len(text) + 1 for text in self._held_out), 700))

    def preview(self, on_token: Callable[[], None]) -> str:
        self._writer.eval()
        written = []
        for index in range(PREVIEWED):
            random = generator_for(self._params.seed, "preview", index)
            with torch.inference_mode():
                code = torch.randn(1, self._params.latent_dim, generator=random).to(self._run.device)
                reading = Reading(self._network, self._run.device, self._network.remember(code))
            asked = SampleParams(max_tokens=self._params.context_length)
            ids = []
            for token in continued(reading, [], asked, random, end=self._tokens.end):
                ids.append(token)
                on_token()
            written.append(self._tokens.text(ids))
        return "\n".join(written)

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
