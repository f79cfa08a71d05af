"""Embeds texts with MiniLM: vectors of length 1 whose dot products say how near two texts are in meaning.

vectors.f32   N * 384 numbers, float32, little-endian, row by row
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadParams
from generators.inspection import Inspected
from generators.metrics import text_features as features
from generators.run import Run

BATCH = 32
OVERLAP = 16
"""Tokens that two windows of a long text share."""


def inspect(_: TrainingData | Checkpoint | None, params: dict[str, Any], run: Run) -> Inspected:
    """Embed params["texts"].

    A text longer than the network reads at once is read in windows, and its vector is their mean by length: no text
    is cut. The figures name the tokens that were read, windows' overlaps not counted twice.

    Raises:
        BadParams: If there is no text.
    """
    texts = [str(text) for text in params.get("texts", ())]
    if not texts:
        raise BadParams("There is no text to embed. Send at least one.")
    counts, windows, owners = _windows(texts, run)
    found: list[Tensor] = []
    order = sorted(range(len(windows)), key=lambda place: len(windows[place]))
    for start in range(0, len(order), BATCH):
        run.report(start, len(order), "Embedding texts")
        batch = [windows[place] for place in order[start : start + BATCH]]
        found.append(features.extract(batch, device=run.device).cpu())
    run.report(len(order), len(order), "Embedding texts")
    vectors = torch.empty(len(windows), found[0].shape[1])
    vectors[order] = torch.cat(found)
    weights = torch.tensor([float(max(1, len(window))) for window in windows])[:, None]
    summed = torch.zeros(len(texts), vectors.shape[1]).index_add_(0, torch.tensor(owners), vectors * weights)
    path = run.scratch / "vectors.f32"
    path.write_bytes(normalize(summed, dim=1).numpy().astype("<f4").tobytes())
    summary = {
        "extractor": features.EXTRACTOR,
        "dimensions": vectors.shape[1],
        "texts": len(texts),
        "tokens": sum(counts),
    }
    return Inspected(summary, {"vectors": path})


def _windows(texts: list[str], run: Run) -> tuple[list[int], list[str], list[int]]:
    """Return the tokens of each text, the windows to embed, and the text that each window belongs to."""
    tokenizer = features.tokenizer(run.device)
    room = features.TOKENS - 2  # two control tokens
    encoded = tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    counts, windows, owners = [], [], []
    for owner, (text, offsets) in enumerate(zip(texts, encoded["offset_mapping"], strict=True)):
        counts.append(len(offsets) + 2)
        starts = [0] if len(offsets) <= room else range(0, len(offsets) - OVERLAP, room - OVERLAP)
        for start in starts:
            inside = offsets[start : start + room]
            windows.append(text[inside[0][0] : inside[-1][1]] if inside else text)
            owners.append(owner)
    return counts, windows, owners
