"""Sampling from `text-vae`: from codes by chance, near a sentence, or between two."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generators.blank import says_something
from generators.builtin.text_vae.bound import rows_of
from generators.builtin.text_vae.model import SentenceVae
from generators.builtin.text_vae.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.errors import BadParams
from generators.run import Run, Sample
from generators.texts.language import write_text
from generators.texts.network import load_writer
from generators.texts.tokens import Tokens
from generators.training.randomness import generator_for


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Yield texts, each from a code of its own and streamed while it is written.

    Raises:
        BadParams: If there is a sentence to go towards, and none to begin from.
    """
    if says_something(params.towards) and not says_something(params.opening):
        raise BadParams("There is a second sentence and no first one. Fill in opening, or clear towards.")
    network, tokens = load_writer(checkpoint, run.device, SentenceVae)
    plain = params.model_copy(update={"opening": ""})
    for index in range(params.count):
        with torch.inference_mode():
            memory = network.remember(_code(network, tokens, params, run, index))
        yield write_text(network, tokens, plain, run, index=index, memory=memory)


def between(first: Tensor, last: Tensor, count: int) -> Tensor:
    """Return codes on the straight line from one code to another, both ends included, shape (count, Z)."""
    steps = torch.linspace(0, 1, count)[:, None] if count > 1 else torch.zeros(1, 1)
    return first + steps.to(first.device) * (last - first)


def _code(network: SentenceVae, tokens: Tokens, params: SampleParams, run: Run, index: int) -> Tensor:
    """Return the code of text number `index`, shape (1, Z)."""
    noise = torch.randn(1, network.latent_dim, generator=generator_for(params.seed + index, "code"))
    if not says_something(params.opening):
        return noise.to(run.device)
    mean, log_var = _encoded(network, tokens, params.opening, run)
    if not says_something(params.towards):
        return mean + (log_var / 2).exp() * noise.to(run.device)
    last, _ = _encoded(network, tokens, params.towards, run)
    return between(mean, last, params.count)[index : index + 1]


def _encoded(network: SentenceVae, tokens: Tokens, text: str, run: Run) -> tuple[Tensor, Tensor]:
    (ids,) = tokens.encode([text.strip()])
    if len(ids) > network.context_length:
        raise BadParams(
            f"A sentence has {len(ids)} tokens; this checkpoint encodes {network.context_length} at most. "
            f"Shorten it: {text[:60]!r}."
        )
    rows = rows_of([ids], end=tokens.end, device=run.device)
    return network.encode(rows.ids, rows.lengths)
