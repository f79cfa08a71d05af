"""Evaluating `text-vae`."""

from __future__ import annotations

import torch
from torch import Tensor

from generators.builtin.text_vae.bound import bounds, rows_of
from generators.builtin.text_vae.model import SentenceVae
from generators.builtin.text_vae.pieces import pieces
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.metrics.bootstrap import mean_figure
from generators.run import Run
from generators.texts.corpus import held_out_texts
from generators.texts.measure import compare_written, drawn, likelihood_figures
from generators.texts.network import load_writer
from generators.texts.params import TextEvaluateParams
from generators.training.randomness import generator_for

ROWS = 32
SAMPLES = 4
"""Codes drawn for each text to measure its bound."""


def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: TextEvaluateParams, run: Run
) -> dict[str, float]:
    """Return the bound of held-out sentences and what their codes cost, and how what it writes compares with them.

    All of a piece is measured, however long. Perplexity and bits are those of the negative evidence lower bound, ends
    of texts included: no better than the truth.
    """
    network, tokens = load_writer(checkpoint, run.device, SentenceVae)
    split_into = str(checkpoint.params.get("split_into", "sentences"))
    texts = pieces(held_out_texts(data, params.split), split_into)
    read = tokens.encode(texts)
    total, random = len(texts) + params.texts, generator_for(params.seed, "codes")
    found: list[tuple[Tensor, Tensor]] = []
    for start in range(0, len(read), ROWS):
        run.report(start, total, "Reading held-out texts")
        rows = rows_of(read[start : start + ROWS], end=tokens.end, device=run.device)
        found.append(bounds(network, rows, random, samples=SAMPLES))
    nats, rates = (torch.cat(parts) for parts in zip(*found, strict=True))
    counts = torch.tensor([len(ids) + 1 for ids in read])
    figures = likelihood_figures(texts, nats, counts, seed=params.seed)
    figures |= mean_figure(nats, random).named("nats") | mean_figure(rates, random).named("rate_nats")
    written = []
    for index in range(params.texts):
        run.report(len(texts) + index, total, "Writing texts")
        code = torch.randn(1, network.latent_dim, generator=generator_for(params.seed, "drawn", index))
        with torch.inference_mode():
            memory = network.remember(code.to(run.device))
        written.append(drawn(network, tokens, params, run, index, memory))
    return figures | compare_written(written, texts, data, checkpoint, params, run)
