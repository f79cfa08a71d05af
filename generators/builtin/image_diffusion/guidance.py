"""Classifier-free guidance: away from what any picture would be, towards what the label asks for.

Source: Ho and Salimans, Classifier-Free Diffusion Guidance, 2022, https://arxiv.org/abs/2207.12598. The network learns
both at once: in training, some pictures lose their label. Here 1 means no guidance, as in most programs; the paper's
weight w is one less.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.samplers import Predict


def drop_labels(labels: Tensor, none: int, share: float, random: torch.Generator) -> Tensor:
    """Return labels (B,), about `share` of them replaced by `none`, the number that stands for no label."""
    dropped = torch.rand(len(labels), generator=random) < share
    return torch.where(dropped.to(labels.device), none, labels)


def guided(network: Denoiser, labels: Tensor | None, guidance: float) -> Predict:
    """Return the network's answer for labels (B,), or that far away from its answer for no label.

    Args:
        guidance: 0 ignores the labels, 1 follows them, more exaggerates them and takes twice the time.
    """

    def predict(noisy: Tensor, time: Tensor) -> Tensor:
        if labels is None or guidance == 1:
            return network(noisy, time, labels)  # type: ignore[no-any-return]
        none = torch.full_like(labels, network.labels)
        both: Tensor = network(noisy.repeat(2, 1, 1, 1), time.repeat(2), torch.cat([none, labels]))
        any_label, asked = both.chunk(2)
        return torch.lerp(any_label, asked, guidance)

    return predict
