"""The evidence lower bound of texts, in nats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from generators.builtin.text_vae.model import SentenceVae

IGNORED = -100


class Rows(NamedTuple):
    """Texts as the network reads them.

    Attributes:
        ids: Tokens of each text, shape (B, T), padded at the end.
        lengths: How many, shape (B,).
        read: The end token, then the text, shape (B, T + 1): what the decoder reads.
        targets: The text, then the end token, then IGNORED, shape (B, T + 1): what it predicts.
    """

    ids: Tensor
    lengths: Tensor
    read: Tensor
    targets: Tensor


def rows_of(texts: Sequence[Sequence[int]], *, end: int, device: str) -> Rows:
    """Return texts of at least one token each as rows."""
    plain = [torch.tensor(text, dtype=torch.long) for text in texts]
    around = torch.tensor([end])
    ids = pad_sequence(plain, batch_first=True, padding_value=end)
    read = pad_sequence([torch.cat([around, text]) for text in plain], batch_first=True, padding_value=end)
    targets = pad_sequence(
        [torch.cat([text, around]) for text in plain], batch_first=True, padding_value=IGNORED
    )
    lengths = torch.tensor([len(text) for text in plain])
    return Rows(ids.to(device), lengths, read.to(device), targets.to(device))


def kl_to_prior(mean: Tensor, log_var: Tensor) -> Tensor:
    """Return how far each code's distribution is from the standard normal.

    Args:
        mean: Shape (B, Z).
        log_var: Natural logarithms of the variances, shape (B, Z).

    Returns:
        KL divergence of each text in nats, shape (B,).

    Source: Kingma and Welling, Auto-Encoding Variational Bayes, 2014, appendix B. https://arxiv.org/abs/1312.6114
    """
    return 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1)


def kl_weight(progress: float, *, warmup: float) -> float:
    """Return the weight of the divergence at a share of the training: it rises from 0 to 1 along a line, then stays.

    Source: Bowman et al. 2016, section 3.1 (KL cost annealing).
    """
    return min(1.0, progress / warmup) if warmup > 0 else 1.0


def without_words(read: Tensor, share: float, unknown: int, random: torch.Generator) -> Tensor:
    """Return what the decoder reads with a share of the tokens after the first left out, so that it needs the code.

    Source: Bowman et al. 2016, section 3.2 (word dropout).
    """
    drawn = torch.rand(read.shape, generator=random).to(read.device)
    dropped = drawn < share
    dropped[:, 0] = False
    return read.masked_fill(dropped, unknown)


def surprise(network: SentenceVae, rows: Rows, code: Tensor, read: Tensor) -> Tensor:
    """Return the negative log-likelihood of each text and its end, given its code, in nats, shape (B,)."""
    logits, _ = network(read, network.remember(code))
    nats = cross_entropy(logits.float().transpose(1, 2), rows.targets, reduction="none", ignore_index=IGNORED)
    return nats.sum(1)


@torch.inference_mode()
def bounds(
    network: SentenceVae, rows: Rows, random: torch.Generator, *, samples: int
) -> tuple[Tensor, Tensor]:
    """Return the negative evidence lower bound of each text and the part that its code costs, in nats, each (B,).

    Args:
        random: Where codes are drawn from.
        samples: Codes drawn for each text, over which the likelihood is averaged.
    """
    mean, log_var = network.encode(rows.ids, rows.lengths)
    rate = kl_to_prior(mean.float(), log_var.float()).double()
    nats = torch.zeros(len(mean), dtype=torch.float64)
    for _ in range(samples):
        noise = torch.randn(mean.shape, generator=random).to(mean.device)
        code = mean + (log_var / 2).exp() * noise
        nats += surprise(network, rows, code, rows.read).double().cpu() / samples
    return nats + rate.cpu(), rate.cpu()
