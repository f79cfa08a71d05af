"""What the generators of texts measure alike: how well held-out texts are predicted, and what is written beside them.

Each figure comes with its 95 % interval and, where it is one of written texts, its floor: what as many held-out texts
of the same length score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.metrics.bootstrap import Figure, mean_figure
from generators.metrics.copied_span import longest_copies
from generators.metrics.distinct import distinct
from generators.metrics.nearest_text import nearest_texts
from generators.metrics.readability import counts_of, grade, reading_ease
from generators.metrics.repetition import repetition
from generators.metrics.self_bleu import self_bleu
from generators.metrics.text_likelihood import bits_per, perplexity
from generators.metrics.text_words import words
from generators.params import EvaluateParams
from generators.run import Run
from generators.texts.corpus import held_out_texts, texts_of
from generators.texts.likelihood import Predicts, surprises
from generators.texts.network import load_writer
from generators.texts.params import TextEvaluateParams, TextSampleParams
from generators.texts.tokens import Tokens
from generators.texts.writing import Reading, continued
from generators.training.randomness import generator_for

ONE_OF_MANY = "The training texts were not compared: the data is not what it was trained on."


def evaluate_language(
    checkpoint: Checkpoint,
    build: Callable[..., Any],
    data: TrainingData,
    params: TextEvaluateParams,
    run: Run,
) -> dict[str, float]:
    """Return the figures of a network that predicts the next token, on the texts of one split.

    Raises:
        BadData: If the split holds no text.
    """
    network, tokens = load_writer(checkpoint, run.device, build)
    texts = held_out_texts(data, params.split)
    read = tokens.encode(texts)
    total = len(texts) + params.texts
    run.report(0, total, "Reading held-out texts")

    def on_rows(done: int) -> None:
        run.report(done, total, "Reading held-out texts")

    nats = surprises(network, read, end=tokens.end, device=run.device, on_rows=on_rows)
    counts = torch.tensor([len(ids) for ids in read])
    predicted = likelihood_figures(texts, nats, counts, seed=params.seed)

    def draw(index: int) -> str:
        run.report(len(texts) + index, total, "Writing texts")
        return drawn(network, tokens, params, run, index)

    written = [draw(index) for index in range(params.texts)]
    return predicted | compare_written(written, texts, data, checkpoint, params, run)


def likelihood_figures(texts: Sequence[str], nats: Tensor, counts: Tensor, *, seed: int) -> dict[str, float]:
    """Return perplexity and bits of bytes and of characters with their intervals, and how many texts they rest on.

    Args:
        texts: N texts.
        nats: Negative log-likelihood of each, shape (N,).
        counts: Tokens of each, shape (N,).
    """
    sizes = torch.tensor([len(text.encode()) for text in texts])
    characters = torch.tensor([len(text) for text in texts])
    random = generator_for(seed, "texts")
    return {
        **bits_per(nats, characters, random).named("bits_per_character"),
        **bits_per(nats, sizes, random).named("bits_per_byte"),
        **perplexity(nats, counts, random).named("perplexity"),
        "tokens": float(counts.sum()),
        "n": float(len(texts)),
    }


@torch.inference_mode()
def drawn(
    network: Predicts, tokens: Tokens, params: TextEvaluateParams, run: Run, index: int, memory: Any = None
) -> str:
    """Return a text written for measuring: at temperature 1 and with all of the probability."""
    chances = TextSampleParams(max_tokens=params.max_tokens, temperature=1, top_p=1)
    random = generator_for(params.seed, "measured", index)
    return tokens.text(continued(Reading(network, run.device, memory), [], chances, random, end=tokens.end))


def compare_written(
    written: Sequence[str],
    held_out: Sequence[str],
    data: TrainingData,
    checkpoint: Checkpoint | None,
    params: EvaluateParams,
    run: Run,
) -> dict[str, float]:
    """Return the figures of written texts, each with its interval and, as `x_floor`, that of held-out texts.

    Training texts are looked for in what was written where the data is that of the training, or where nobody trained.
    """
    real = shortened(held_out, written)
    mine, theirs = (figures_of(texts, params.seed) for texts in (written, real))
    found = {name: value for one, figure in mine.items() for name, value in figure.named(one).items()}
    found |= {f"{name}_floor": figure.value for name, figure in theirs.items() if name in mine}
    found |= {"written_n": float(len(written)), "floor_n": float(len(real))}
    if checkpoint is not None and checkpoint.data_sha256 != data.sha256:
        run.log(ONE_OF_MANY)
        return found
    run.report(1, 1, "Looking for training texts in what was written")
    learned = texts_of(data, "train")
    mine, theirs = copying([written, real], learned, params.seed)
    found |= {name: value for one, figure in mine.items() for name, value in figure.named(one).items()}
    return found | {f"{name}_floor": figure.value for name, figure in theirs.items()}


def figures_of(texts: Sequence[str], seed: int) -> dict[str, Figure]:
    """Return variety, likeness, repetition, length and readability of a set of texts."""
    random = generator_for(seed, "figures")
    known = [counts for text in texts if (counts := counts_of(text))]
    found = {
        "distinct_1": distinct(texts, 1),
        "distinct_2": distinct(texts, 2),
        "self_bleu": self_bleu(texts, random),
        "repetition": _mean([repetition(text) for text in texts], random),
        "words": _mean([float(len(words(text))) for text in texts], random),
    }
    if known:
        found["reading_ease"] = _mean([reading_ease(counts) for counts in known], random)
        found["grade"] = _mean([grade(counts) for counts in known], random)
    return found


def copying(groups: Sequence[Sequence[str]], learned: Sequence[str], seed: int) -> list[dict[str, Figure]]:
    """Return how much the texts of each group have from those that were learned from, which are read once."""
    texts = [text for group in groups for text in group]
    spans = iter([float(span.length) for span in longest_copies(texts, learned)])
    resemblances = iter([one.resemblance for one in nearest_texts(texts, learned)])
    random = generator_for(seed, "copying")
    return [
        {
            "copied_words": _mean(list(islice(spans, len(group))), random),
            "nearest_resemblance": _mean(list(islice(resemblances, len(group))), random),
        }
        for group in groups
    ]


def shortened(texts: Sequence[str], like: Sequence[str]) -> list[str]:
    """Return as many texts as there are others, each cut to as many blank-divided words as the other one has."""
    pairs = zip(texts, like, strict=False)
    return [" ".join(text.split()[: max(len(other.split()), 1)]) for text, other in pairs]


def _mean(values: Sequence[float], random: torch.Generator) -> Figure:
    return mean_figure(torch.tensor(values or [0.0]), random)
