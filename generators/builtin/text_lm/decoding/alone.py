"""Texts of networks whose attention cannot be taken over, such as recurrent ones: one after the other."""

from typing import TYPE_CHECKING

import torch
from transformers import DynamicCache

from generators.builtin.text_lm.decoding.texts import Text

if TYPE_CHECKING:
    from generators.builtin.text_lm.language_model import LanguageModel


class Alone:
    """The cache of one text, and the way to its next token."""

    def __init__(self, language_model: "LanguageModel") -> None:
        self._language_model = language_model
        self._cache = DynamicCache(config=language_model.network.config)

    def step(self, text: Text) -> None:
        """Read what the text has not read and draw its next token.

        Raises:
            GeneratorError: If the network's output is not finite.
        """
        device = self._language_model.device
        count = len(text.unread)
        logits = self._language_model.next_logits(torch.tensor([text.unread], device=device), self._cache)
        text.has_read(count)
        plain = logits[0].cpu()
        text.extend(plain, float(plain.logsumexp(-1)))
