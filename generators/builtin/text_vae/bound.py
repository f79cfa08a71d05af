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
ACTIVE = 0.01
"""Variance of a number of the codes from which on it says something."""


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
    """Return how far each number of each code lies from the standard normal.

    Args:
        mean: Shape (B, Z).
        log_var: Natural logarithms of the variances, shape (B, Z).

    Returns:
        KL divergence in nats, shape (B, Z); its sum over Z is that of a text.

    Source: Kingma and Welling, Auto-Encoding Variational Bayes, 2014, appendix B. https://arxiv.org/abs/1312.6114
    """
    return 0.5 * (mean.square() + log_var.exp() - 1 - log_var)


def beyond_free(rates: Tensor, free_nats: float) -> Tensor:
    """Return the divergence that a batch pays for, in nats a text: each number has an equal share of it free.

    Args:
        rates: Divergence of each number of each code in nats, shape (B, Z).
        free_nats: What a code may cost for nothing, in nats.

    Source: Kingma et al., Improving Variational Inference with Inverse Autoregressive Flow, 2016, section C.8 (free
    bits). https://arxiv.org/abs/1606.04934
    """
    return rates.mean(0).clamp(min=free_nats / rates.shape[1]).sum()


def kl_weight(progress: float, *, delay: float, warmup: float) -> float:
    """Return the weight of the divergence at a share of the training: 0, then rising to 1 along a line, then 1.

    Args:
        delay: The share of the training in which it is 0.
        warmup: The share of the training in which it rises.

    Source: Bowman et al. 2016, section 3.1 (KL cost annealing); of a plain autoencoder first: Li et al., A
    Surprisingly Effective Fix for Deep Latent Variable Modeling of Text, 2019. https://arxiv.org/abs/1909.00868
    """
    if progress < delay:
        return 0.0
    return min(1.0, (progress - delay) / warmup) if warmup > 0 else 1.0


def words_missed(logits: Tensor, rows: Rows) -> Tensor:
    """Return the negative log-likelihood of each text's tokens in any order, given its code alone, shape (B,).

    Args:
        logits: Of all tokens, one row for each text, shape (B, V).

    Source: Zhao, Zhao and Eskenazi, Learning Discourse-level Diversity, 2017, section 3.2 (bag-of-words loss).
    https://arxiv.org/abs/1703.10960
    """
    known = rows.targets != IGNORED
    chances = logits.float().log_softmax(-1).gather(1, rows.targets.clamp(min=0))
    return -(chances * known).sum(1)


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


def active_units(means: Tensor) -> int:
    """Return how many numbers of a code differ from text to text: those whose means vary by more than 0.01.

    Args:
        means: Of the codes of many texts, shape (N, Z).

    Source: Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016, section 4.2.
    https://arxiv.org/abs/1509.00519
    """
    return int((means.var(0) > ACTIVE).sum())


class Bound(NamedTuple):
    """What texts cost.

    Attributes:
        nats: The negative evidence lower bound of each text, shape (B,).
        rates: The part of it that its code costs, in nats, shape (B,).
        means: The middle of each text's codes, shape (B, Z).
    """

    nats: Tensor
    rates: Tensor
    means: Tensor


@torch.inference_mode()
def bounds(network: SentenceVae, rows: Rows, random: torch.Generator, *, samples: int) -> Bound:
    """Return what each text costs, on the CPU.

    Args:
        random: Where codes are drawn from.
        samples: Codes drawn for each text, over which the likelihood is averaged.
    """
    mean, log_var = network.encode(rows.ids, rows.lengths)
    rate = kl_to_prior(mean.float(), log_var.float()).double().sum(1)
    nats = torch.zeros(len(mean), dtype=torch.float64)
    for _ in range(samples):
        noise = torch.randn(mean.shape, generator=random).to(mean.device)
        code = mean + (log_var / 2).exp() * noise
        nats += surprise(network, rows, code, rows.read).double().cpu() / samples
    return Bound(nats + rate.cpu(), rate.cpu(), mean.float().cpu())
