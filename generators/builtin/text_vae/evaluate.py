"""Evaluating `text-vae`."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from generators.builtin.text_vae.bound import Bound, active_units, bounds, rows_of
from generators.builtin.text_vae.model import SentenceVae
from generators.builtin.text_vae.pieces import pieces
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.metrics.bootstrap import mean_figure
from generators.metrics.rouge import rouge_l
from generators.run import Run
from generators.texts.corpus import held_out_texts
from generators.texts.measure import compare_written, drawn, likelihood_figures
from generators.texts.network import load_writer
from generators.texts.params import TextEvaluateParams, TextSampleParams
from generators.texts.tokens import Tokens
from generators.texts.writing import Reading, continued
from generators.training.randomness import generator_for

ROWS = 32
SAMPLES = 4
"""Codes drawn for each text to measure its bound."""


def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: TextEvaluateParams, run: Run
) -> dict[str, float]:
    """Return the bound of held-out sentences, what their codes say, and how what it writes compares with them.

    All of a piece is measured, however long. Perplexity and bits are those of the negative evidence lower bound, ends
    of texts included: no better than the truth. As many sentences as are written are also given back from their codes.
    """
    network, tokens = load_writer(checkpoint, run.device, SentenceVae)
    split_into = str(checkpoint.params.get("split_into", "sentences"))
    texts = pieces(held_out_texts(data, params.split), split_into)
    read = tokens.encode(texts)
    total, random = len(texts) + 2 * params.texts, generator_for(params.seed, "codes")
    found: list[Bound] = []
    for start in range(0, len(read), ROWS):
        run.report(start, total, "Reading held-out texts")
        rows = rows_of(read[start : start + ROWS], end=tokens.end, device=run.device)
        found.append(bounds(network, rows, random, samples=SAMPLES))
    nats, rates, means = (torch.cat(parts) for parts in zip(*found, strict=True))
    counts = torch.tensor([len(ids) + 1 for ids in read])
    figures = likelihood_figures(texts, nats, counts, seed=params.seed)
    figures |= mean_figure(nats, random).named("nats") | mean_figure(rates, random).named("rate_nats")
    figures |= mean_figure(nats - rates, random).named("reconstruction_nats")
    figures["active_units"] = float(active_units(means))
    written, alike = [], []
    for index in range(params.texts):
        run.report(len(texts) + 2 * index, total, "Writing texts")
        code = torch.randn(1, network.latent_dim, generator=generator_for(params.seed, "drawn", index))
        with torch.inference_mode():
            memory = network.remember(code.to(run.device))
        written.append(drawn(network, tokens, params, run, index, memory))
    for index, text in enumerate(texts[: params.texts]):
        run.report(len(texts) + params.texts + index, total, "Giving texts back")
        alike.append(rouge_l(_given_back(network, tokens, means[index : index + 1], read[index], run), text))
    figures |= mean_figure(torch.tensor(alike), random).named("given_back")
    return figures | compare_written(written, texts, data, checkpoint, params, run)


@torch.inference_mode()
def _given_back(
    network: SentenceVae, tokens: Tokens, mean: torch.Tensor, ids: Sequence[int], run: Run
) -> str:
    """Return the most probable text of a sentence's code, at most a half longer than the sentence."""
    asked = TextSampleParams(max_tokens=min(1000, len(ids) * 3 // 2 + 1), temperature=0)
    reading = Reading(network, run.device, network.remember(mean.to(run.device)))
    random = generator_for(0, "given back")
    return tokens.text(continued(reading, [], asked, random, end=tokens.end))
