"""Texts of networks whose attention cannot be taken over, such as recurrent ones: one after the other."""

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.texts import Text

if TYPE_CHECKING:
    from generators.builtin.text_lm.language_model import LanguageModel


class Alone:
    """The cache of one text, and the way to its next token."""

    def __init__(self, language_model: "LanguageModel") -> None:
        from transformers import DynamicCache

        self._language_model = language_model
        self._cache = DynamicCache(config=language_model.network.config)

    def step(self, text: Text) -> Tensor:
        """Read what the text has not read; return the logits of its next token on the CPU, shape (vocabulary,)."""
        count = len(text.unread)
        ids = torch.tensor([text.unread], device=self._language_model.device)
        logits = self._language_model.next_logits(ids, self._cache)
        text.has_read(count)
        return logits[0].cpu()
