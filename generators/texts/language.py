"""Training, sampling and preview of a network that predicts the next token: what text-gpt and text-lstm do alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run, Sample
from generators.spec import Spec
from generators.texts.corpus import Corpus, read_corpus
from generators.texts.likelihood import Predicts, surprises
from generators.texts.loop import fit, some_held_out
from generators.texts.network import Writer, checkpoint_writer, load_writer
from generators.texts.params import TextSampleParams, TextTrainParams
from generators.texts.schedule import adamw, rate, set_rate
from generators.texts.tokens import Tokens
from generators.texts.writing import Reading, continued
from generators.training.precision import autocast
from generators.training.randomness import generator_for
from generators.training.state import check_same_training

LONGEST_GRADIENT = 1.0
PREVIEWED = 2
Build = Callable[..., Any]
"""Makes a network of config given as keywords."""


class NextToken:
    """Learns to predict each token of stretches of text from those before it; a `Learner`.

    Args:
        writer: The network with its tokenizer.
    """

    figure = "perplexity"

    def __init__(
        self, writer: Writer[nn.Module], corpus: Corpus, params: TextTrainParams, run: Run, *, total: int
    ) -> None:
        self._writer, self._tokens, self._params, self._run = writer, corpus.tokens, params, run
        self._network: Any = writer.network
        self._stream = corpus.stream()
        self._length = params.context_length
        while len(self._stream) <= self._length:  # few short texts are read again and again
            self._stream = self._stream.repeat(2)
        self._held_out = some_held_out(corpus.held_out, total=total)
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
        """Read stretches from places by chance, and change the weights once."""
        params, optimizer = self._params, self.optimizers["network"]
        set_rate(optimizer, params.learning_rate * rate(progress, warmup=params.warmup_ratio))
        rows = self._rows(number)
        optimizer.zero_grad(set_to_none=True)
        self._writer.train()
        with torch.random.fork_rng(devices=[]):  # for dropout
            torch.manual_seed(generator_for(params.seed, "step", number).initial_seed())
            with autocast(self._run.device):
                logits, _ = self._network(rows[:, :-1])
            loss = cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())
            loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self._writer.parameters(), LONGEST_GRADIENT)
        optimizer.step()
        self.losses = {"loss": loss.item()}
        return rows.shape[0] * (rows.shape[1] - 1)

    def measure(self) -> float | None:
        if not self._held_out:
            return None
        self._writer.eval()
        end, device = self._tokens.end, self._run.device
        nats = surprises(self._network, self._held_out, end=end, device=device).sum()
        return math.exp(min(nats.item() / sum(map(len, self._held_out)), 700))

    def preview(self, on_token: Callable[[], None]) -> str:
        self._writer.eval()
        written = []
        for index in range(PREVIEWED):
            random = generator_for(self._params.seed, "preview", index)
            reading = Reading(self._network, self._run.device)
            ids = []
            for token in continued(
                reading, [], TextSampleParams(max_tokens=48), random, end=self._tokens.end
            ):
                ids.append(token)
                on_token()
            written.append(self._tokens.text(ids))
        return "\n\n".join(written)

    def _rows(self, number: int) -> Tensor:
        count = max(1, self._params.batch_tokens // self._length)
        random = generator_for(self._params.seed, "rows", number)
        starts = torch.randint(len(self._stream) - self._length, (count, 1), generator=random)
        return self._stream[starts + torch.arange(self._length + 1)].long().to(self._run.device)


def train_language(
    spec: Spec,
    build: Build,
    config: dict[str, Any],
    data: TrainingData,
    params: TextTrainParams,
    run: Run,
) -> Checkpoint:
    """Return a trained checkpoint of a network that predicts the next token.

    Args:
        build: Makes the network.
        config: What it is made of, but for `vocabulary_size`, which is known once the tokenizer is learnt.

    Raises:
        DatasetTooSmall: If too few of the records hold a text.
        BadParams: If the run resumes a training with other params or data.
    """
    check_same_training(run.resume_from, params=params, data_sha256=data.sha256)
    corpus = read_corpus(spec, data, run, vocabulary_size=params.vocabulary_size, seed=params.seed)
    config = {**config, "vocabulary_size": corpus.tokens.size}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(params.seed)
        writer = Writer(build(**config), corpus.tokens.tensor()).to(run.device)
    total = round(1000 * params.ktokens)
    learner = NextToken(writer, corpus, params, run, total=total)
    write = checkpoint_writer(spec, params=params, config=config, tokens=corpus.tokens, data=data)
    return fit(run, learner, write, total=total, patience=params.patience)


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
